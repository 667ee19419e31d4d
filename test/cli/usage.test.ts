import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { sealmeter } from '../support/in-process.ts';

/** The words after the name of a command, as its list has them; none where it is no group. */
async function wordsOf(group: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await sealmeter([...group, '--help']);
  if (!stdout.includes(' COMMAND …\n')) return [];
  return [...stdout.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, word = '']) => word);
}

const top = await wordsOf([]);
const below = await Promise.all(
  top.map(async (word) => {
    const words = await wordsOf([word]);
    return words.length === 0 ? [word] : words.map((second) => `${word} ${second}`);
  }),
);

/** Every one that there is. `das` is a command that has others below it. */
const COMMANDS = [...below.flat(), 'das add', 'das backup'];

describe('every command explains itself', () => {
  test('without a command: the list, and exit code 2', async () => {
    const { code, stdout, stderr } = await sealmeter([]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.ok(COMMANDS.length >= 30);
    for (const name of top) assert.match(stderr, new RegExp(`^  ${name} `, 'm'));
  });

  for (const name of COMMANDS) {
    test(`${name} --help`, async () => {
      const { code, stdout, stderr } = await sealmeter([...name.split(' '), '--help']);
      assert.equal(code, 0, stderr);
      assert.equal(stderr, '');
      assert.ok(stdout.startsWith(`sealmeter ${name}`));
      assert.match(stdout, /-h, --help/);
      for (const line of stdout.split('\n')) assert.ok(line.length <= 180, line);
    });
  }
});

test('the README lists every command', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const rows = /^## Commands\n([^]*?)^## /m.exec(readme)?.[1]?.match(/^\| `.*$/gm) ?? [];
  const listed = rows.flatMap((row) => {
    const names = [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]*)`/g)].map(([, text = '']) => text);
    const [first = ''] = names;
    const [group = ''] = first.replace('sealmeter ', '').split(' ');
    return names.flatMap((text) => {
      const words = text
        .replace('sealmeter ', '')
        .split(' ')
        .filter((word) => /^[a-z][a-z-]*$/.test(word));
      return [words.join(' '), `${group} ${words.join(' ')}`];
    });
  });
  for (const name of COMMANDS) assert.ok(listed.includes(name), name);
});

const MISUSES: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
  { args: ['frobnicate'], says: /there is no command "frobnicate"/ },
  { args: ['constructor'], says: /there is no command "constructor"/ },
  { args: ['demo', '--bogus'], says: /there is no option --bogus \[USAGE\]\n {2}sealmeter demo; --help tells more/ },
  { args: ['simulate', '--speed', '-3'], says: /: --speed takes a value; .* --speed=… \[USAGE\]/ },
  { args: ['meter', '--config'], says: /: --config takes a value; / },
  { args: ['meter', '--config', '/nowhere.yaml'], says: /: \/nowhere\.yaml does not exist \[FILE_UNREADABLE\]/ },
  { args: ['meter', '--config', '/'], says: /: \/ is a folder \[FILE_UNREADABLE\]/ },
  {
    args: ['verify', 'x.xml'],
    says: /--meter is missing, and there is no .*meter-signature\.pem \[USAGE\]\n {2}name the/,
  },
  { args: ['journal', 'verify'], says: /--meter is missing, and there is no .*meter-signature\.pem \[USAGE\]/ },
  {
    args: ['pki', 'init', 'README.md/x'],
    says: /: ENOTDIR: .*README\.md\/x.* \[FILE_UNUSABLE\]\n {2}correct the path/,
  },
  { args: ['pki', 'init', '/dev/null'], says: /: E\w+: .*\/dev\/null.* \[FILE_UNUSABLE\]\n/ },
  {
    args: ['get', 'https://127.0.0.1/cosem', '--dir', '/nonexistent'],
    says: /there is no folder \/nonexistent .*\n.*--dir/,
  },
  {
    args: ['get', 'https://127.0.0.1/cosem', '--cert', 'README.md', '--key', 'README.md', '--cacert', 'README.md'],
    says: /: README\.md: there is no certificate in it \[PKI_CERTIFICATE_MISSING\]/,
  },
  { args: ['verify', 'x.xml', '--meter', 'README.md'], says: /: README\.md: there is no certificate in it/ },
  { args: ['pki', 'status', '/nonexistent'], says: /the folder \/nonexistent does not exist \[FILE_UNREADABLE\]/ },
  { args: ['pki', 'status', 'docs'], says: /no certificate lies below docs/ },
  { args: ['pki', 'crl', '--dir', '/nonexistent'], says: /\/nonexistent is no folder of a PKI \[PKI_FILE_MISSING\]/ },
  { args: ['demo', '--port', 'x'], says: /--port "x" is no port/ },
  { args: ['meter'], says: /--config is missing/ },
  { args: ['simulate'], says: /exactly one device is needed/ },
  { args: ['simulate', 'abacus'], says: /there is no description of a "abacus"/ },
  { args: ['simulate', 'pac3200', '--listen', 'here'], says: /--listen "here" is no address/ },
  { args: ['get'], says: /get takes one URL/ },
  { args: ['get', 'http://127.0.0.1/cosem'], says: /is no https URL/ },
  { args: ['get', '/cosem', '--dir', '/nonexistent'], says: /no \/nonexistent\/urls\.json/ },
  { args: ['sign-request', 'GET'], says: /takes a method and a URL/ },
  { args: ['verify'], says: /verify takes at least one file/ },
  { args: ['verify', 'nowhere.xml', '--meter', 'nowhere.pem'], says: /nowhere\.pem does not exist/ },
  { args: ['pki'], says: /sealmeter pki COMMAND/ },
  { args: ['pki', 'frobnicate'], says: /there is no command "frobnicate"/ },
  { args: ['pki', 'issue', '--profile', 'root', '--out', 'x'], says: /--profile "root" is not known/ },
  { args: ['pki', 'revoke', 'x.pem'], says: /--reason is missing/ },
  { args: ['pki', 'init'], says: /exactly one folder is needed/ },
  { args: ['das', 'frobnicate'], says: /"frobnicate" is not understood here.*\n {2}sealmeter das --config FILE;/ },
  { args: ['journal', 'verify', 'copy.db'], says: /"copy\.db" is not understood here/ },
  { args: ['journal', 'export', '--to', 'x', 'copy.db'], says: /"copy\.db" is not understood here/ },
  { args: ['pki', 'enrol', 'x'], says: /"x" is not understood here.*\n {2}sealmeter pki enrol / },
];

test('--version says which program runs', async () => {
  const { code, stdout } = await sealmeter(['--version']);
  assert.equal(code, 0);
  assert.match(stdout, /^sealmeter \d+\.\d+\.\d+, SHA-256 [0-9a-f]{64}, Node\.js \d+/);
});

describe('used wrongly: exit code 2, what was wrong, and what to do', () => {
  for (const { args, says } of MISUSES) {
    test(`sealmeter ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await sealmeter(args);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, says);
    });
  }
});
