import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sealmeter } from '../support/in-process.ts';

const PKI = [
  'init',
  'issue',
  'csr',
  'renew',
  'revoke',
  'crl',
  'ocsp',
  'roll-over',
  'status',
  'est',
  'est-password',
  'enrol',
].map((name) => `pki ${name}`);
const COMMANDS = ['demo', 'meter', 'simulate', 'get', 'sign-request', 'verify', 'exchange', 'doctor'];
const JOURNAL = ['verify', 'export', 'backup', 'restore'].map((name) => `journal ${name}`);

describe('every command explains itself', () => {
  test('without a command: the list, and exit code 2', async () => {
    const { code, stdout, stderr } = await sealmeter([]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    for (const name of [...COMMANDS, 'journal', 'pki']) assert.match(stderr, new RegExp(`^  ${name} `, 'm'));
  });

  for (const name of [...COMMANDS, ...JOURNAL, ...PKI]) {
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

const MISUSES: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
  { args: ['frobnicate'], says: /there is no command "frobnicate"/ },
  { args: ['constructor'], says: /there is no command "constructor"/ },
  { args: ['demo', '--bogus'], says: /'--bogus'.*\[USAGE\]\n {2}see --help/ },
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
