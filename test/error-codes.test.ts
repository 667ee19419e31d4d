import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { REVOCATION_OUTCOMES } from '#pki/revocation-policy.ts';

const folder = (name: string): string => new URL(`../${name}`, import.meta.url).pathname;
const textsIn = (name: string, kind: RegExp): string =>
  readdirSync(folder(name), { recursive: true, encoding: 'utf8' })
    .filter((file) => kind.test(file))
    .map((file) => readFileSync(`${folder(name)}/${file}`, 'utf8'))
    .join('\n');

/** What is written like a code of ours and is none: names of PKCS#11, of Node.js and of systemd. */
const FOREIGN =
  /^(CK[A-Z]_.+|ERR_.+|CREDENTIALS_DIRECTORY|LOGIN_REQUIRED|TOKEN_INITIALIZED|USER_PIN_(COUNT_LOW|FINAL_TRY|LOCKED))$/;

/** Codes that are put together, from what stands in the source beside them. */
const ENDS = {
  KEY_FILE: ['MISSING', 'EXPOSED', 'UNREADABLE'],
  PKI_FILE: ['MISSING', 'UNREADABLE'],
  SIGNATURE_CERTIFICATE: ['UNKNOWN', 'OF_ANOTHER', 'NOT_TRUSTED_THEN', 'REVOKED', 'CHAIN_INVALID'],
} as const;
const ENDS_ALONE: ReadonlySet<string> = new Set(Object.values(ENDS).flat());
const BUILT = [
  ...Object.entries(ENDS).flatMap(([start, ends]) => ends.map((end) => `${start}_${end}`)),
  ...Object.entries(REVOCATION_OUTCOMES)
    .filter(([, { kind }]) => kind === 'unavailable' || kind === 'untrustworthy')
    .map(([outcome]) => `REVOCATION_${outcome.toUpperCase().replaceAll('-', '_')}`),
];

const source = `${textsIn('src', /\.tsx?$/)}\n${textsIn('bin', /\.mjs$/)}`
  .replaceAll(/\/\*[^]*?\*\//g, '')
  .replaceAll(/^\s*\/\/.*$/gm, '');
const written = [...source.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)].map(([, code = '']) => code);
const codes = new Set([...written.filter((code) => !FOREIGN.test(code) && !ENDS_ALONE.has(code)), ...BUILT, 'USAGE']);

test('every code that a user can meet stands in the documentation, with what to do', () => {
  const pages = textsIn('docs', /\.md$/);
  const described = new Set([...pages.matchAll(/^(?:### |\| `)([A-Z][A-Z0-9_]+)`?/gm)].map(([, code = '']) => code));
  const missing = [...codes].filter((code) => !described.has(code));
  assert.deepEqual(missing, [], 'codes that docs/errors.md lacks');
});

test('docs/errors.md has no code that the program has not', () => {
  const page = readFileSync(folder('docs/errors.md'), 'utf8');
  const described = [...page.matchAll(/^(?:### |\| `)([A-Z][A-Z0-9_]+)`?(?=\n| \|)/gm)].map(([, code = '']) => code);
  assert.ok(described.length > 200);
  assert.deepEqual(
    described.filter((code) => !codes.has(code) && !source.includes(`${code}:`)),
    [],
  );
});
