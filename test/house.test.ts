import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { dasSchema } from '#cli/das-schema.ts';
import { meterSchema } from '#cli/meter-schema.ts';
import { DEFAULT_LIMITS } from '#http/limits.ts';
import { sessionRules } from '#http/session-rules.ts';
import { REVOCATION_DEFAULTS } from '#pki/revocation-service.ts';
import { FRESHNESS_WINDOW } from '#signature/request-verifier.ts';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

const manifest = JSON.parse(read('package.json')) as { imports: Record<string, string> };
const rooms = Object.keys(manifest.imports).map((name) => name.slice(1, -2));

interface PlanRow {
  readonly floor: string;
  readonly room: string;
  readonly mayImport: readonly string[];
}

/** The rows of the README's floor plan: | floor | `room/` | verb | responsibility | may import |. */
const plan: readonly PlanRow[] = read('README.md')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => cells.length === 7 && /^`[a-z]+\/`$/.test(cells[2] ?? ''))
  .map((cells) => ({
    floor: cells[1] ?? '',
    room: (cells[2] ?? '').replaceAll(/[`/]/g, ''),
    mayImport: [...(cells[5] ?? '').matchAll(/[a-z]+/g)].map(([name]) => name),
  }));

test('the manifest names the rooms in floor order, as the README does', () => {
  assert.deepEqual(
    plan.map(({ room }) => room),
    rooms,
  );
  for (const room of rooms) assert.equal(manifest.imports[`#${room}/*`], `./src/${room}/*`);
});

test('every folder of src/ is a room, and every room with code is a folder', () => {
  const folders = readdirSync(new URL('../src', import.meta.url));
  for (const folder of folders) assert.ok(rooms.includes(folder), `src/${folder} is no room of the plan`);
  for (const room of rooms.filter((name) => name !== 'dlms'))
    assert.ok(existsSync(new URL(`../src/${room}`, import.meta.url)), room);
});

test('the linter enforces exactly the imports that the README permits', () => {
  const { overrides } = JSON.parse(read('.oxlintrc.json')) as {
    overrides: {
      files: string[];
      rules: { 'no-restricted-imports'?: [string, { patterns: { group: string[] }[] }] };
    }[];
  };
  for (const { room, mayImport } of plan.filter((row) => row.room !== 'cli')) {
    const override = overrides.find(({ files }) => files.includes(`src/${room}/**`));
    const forbidden = override?.rules['no-restricted-imports']?.[1].patterns[0]?.group ?? [];
    const permitted = rooms.filter((other) => other !== room && !forbidden.includes(`#${other}/*`));
    assert.deepEqual(
      permitted,
      rooms.filter((name) => mayImport.includes(name)),
      `imports of ${room}/`,
    );
  }
});

test('nobody imports from a floor above', () => {
  const floorOf = new Map(plan.map(({ room, floor }) => [room, floor === 'roof' ? Infinity : Number(floor)]));
  for (const { room, mayImport } of plan) {
    for (const other of mayImport.filter((name) => rooms.includes(name))) {
      assert.ok((floorOf.get(other) ?? 0) < (floorOf.get(room) ?? 0), `${room} imports ${other}`);
    }
  }
});

test('the shipped schemas are JSON Schemas', () => {
  const ajv = new Ajv();
  for (const path of ['schemas/meter.schema.json', 'schemas/das.schema.json', 'devices/device.schema.json']) {
    assert.equal(ajv.validateSchema(JSON.parse(read(path)) as object), true, path);
  }
});

test('the schemas for editors are those that the program checks against', () => {
  for (const [file, schema] of [
    ['schemas/meter.schema.json', meterSchema],
    ['schemas/das.schema.json', dasSchema],
  ] as const) {
    assert.deepEqual(JSON.parse(read(file)), JSON.parse(JSON.stringify(schema)), file);
  }
});

/** The names of what can be set, wherever it stands. */
function settingsIn(schema: object): readonly string[] {
  const { properties, items } = schema as { properties?: Record<string, object>; items?: object };
  if (properties === undefined) return items === undefined ? [] : settingsIn(items);
  return Object.entries(properties).flatMap(([name, inner]) => {
    const within = settingsIn(inner);
    return within.length === 0 ? [name] : within;
  });
}

test('the README has every setting of a meter', () => {
  const [, section = ''] = read('README.md').split('\n## Configuration\n');
  const table = [...(section.split('\n## ')[0] ?? '').matchAll(/^\|(?:[^|]+)\|(?:[^|]+)\|/gm)].join('\n');
  const named = new Set([...table.matchAll(/`([^`]+)`/g)].flatMap(([, name = '']) => name.split(/\W+/)));
  const settings = settingsIn(meterSchema);
  assert.ok(settings.length > 50, `${settings.length}`);
  assert.deepEqual(
    settings.filter((name) => !named.has(name)),
    [],
  );
});

test('the README has the defaults that the program has', () => {
  const minutes = (duration: number): string => `${duration / 60_000} min`;
  const { requestsPerSecond, burst, connections, connectionsPerClient } = DEFAULT_LIMITS;
  const { resumeFor, ticketKeysFor } = sessionRules();
  const rows: Readonly<Record<string, string>> = {
    '`requests.perSecond`, `.burst`': `${requestsPerSecond}, ${burst}`,
    '`requests.connections`, `.connectionsPerClient`': `${connections}, ${connectionsPerClient}`,
    '`requests.freshness`': `${FRESHNESS_WINDOW / 1_000} s`,
    '`revocation.recheckAfter`': minutes(REVOCATION_DEFAULTS.recheckAfter),
    '`tls.sessions.resumeFor`, `.ticketKeysFor`': `${resumeFor / 3_600_000} h, ${ticketKeysFor / 3_600_000} h`,
  };
  const cells = read('README.md')
    .split('\n')
    .map((line) => line.split(' | '));
  for (const [name, value] of Object.entries(rows)) {
    assert.equal(cells.find(([first]) => first === `| ${name}`)?.at(-1), `${value} |`, name);
  }
});

/** Written so that this file does not match itself. */
const FORBIDDEN = [
  { what: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n[A-Za-z0-9+/]{20}/ },
  { what: "a package registry's host", pattern: new RegExp(['registry', 'npmjs'].join('\\.')) },
];

test('no tracked file holds a private key or the host of a package registry', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: new URL('..', import.meta.url), encoding: 'utf8' });
  for (const file of files
    .split('\0')
    .filter((name) => name !== '' && existsSync(new URL(`../${name}`, import.meta.url)))) {
    const text = read(file);
    for (const { what, pattern } of FORBIDDEN) assert.doesNotMatch(text, pattern, `${file} holds ${what}`);
  }
});
