import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sealmeter } from '../support/in-process.ts';

const COMMANDS = ['demo', 'meter', 'simulate', 'get', 'sign-request', 'verify', 'pki'];

describe('every command explains itself', () => {
  test('without a command: the list, and exit code 2', async () => {
    const { code, stdout, stderr } = await sealmeter([]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    for (const name of COMMANDS) assert.match(stderr, new RegExp(`^  ${name} `, 'm'));
  });

  for (const name of COMMANDS) {
    test(`${name} --help`, async () => {
      const { code, stdout, stderr } = await sealmeter([name, '--help']);
      assert.equal(code, 0, stderr);
      assert.equal(stderr, '');
      assert.ok(stdout.startsWith(`sealmeter ${name}`));
      assert.match(stdout, /-h, --help/);
      for (const line of stdout.split('\n')) assert.ok(line.length <= 160, line);
    });
  }
});

const MISUSES: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
  { args: ['frobnicate'], says: /there is no command "frobnicate"/ },
  { args: ['constructor'], says: /there is no command "constructor"/ },
  { args: ['demo', '--bogus'], says: /'--bogus'.*\[USAGE\]\n {2}see --help/ },
  { args: ['demo', '--port', 'x'], says: /--port "x" is no port/ },
  { args: ['meter'], says: /--config is missing/ },
  { args: ['simulate'], says: /there is no simulated ""/ },
  { args: ['simulate', 'pac3200', '--listen', 'here'], says: /--listen "here" is no address/ },
  { args: ['get'], says: /get takes one URL/ },
  { args: ['get', 'http://127.0.0.1/cosem'], says: /is no https URL/ },
  { args: ['get', '/cosem', '--dir', '/nonexistent'], says: /no \/nonexistent\/urls\.json/ },
  { args: ['sign-request', 'GET'], says: /takes a method and a URL/ },
  { args: ['verify'], says: /verify takes at least one file/ },
  { args: ['verify', 'nowhere.xml', '--meter', 'nowhere.pem'], says: /nowhere\.pem does not exist/ },
  { args: ['pki'], says: /"pki " is not known\b/ },
  { args: ['pki', 'init'], says: /pki init takes one folder/ },
];

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
