import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type RunningCommand, runProgram, sealmeter, startCommand } from '../support/commands.ts';
import { curlIdentity } from '../support/curl-identity.ts';
import { deviceAt, writeMeterConfiguration } from '../support/meter-configuration.ts';
import { program } from '../support/programs.ts';
import { SoftHsm, type SoftToken } from '../support/softhsm.ts';

const curl = program('curl');
const openssl = program('openssl');
const ENERGY = '/cosem/ldevs/1sie0012345678.sm/objects/3-0100010800ff/attributes/2';

describe('a meter whose signature key cannot leave its token', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-token-'));
  const file = (name: string): string => join(folder, name);
  const running: RunningCommand[] = [];
  let hsm: SoftHsm;
  let token: SoftToken;

  before(async () => {
    hsm = new SoftHsm();
    token = hsm.addToken('meter');
    assert.equal((await sealmeter(['pki', 'init', folder])).code, 0);
    writeFileSync(file('pin'), `${token.pin}\n`, { mode: 0o600 });
    running.push(await startCommand(['simulate', 'pac3200']));
  });
  after(async () => {
    for (const command of running) await command.stop('SIGTERM');
    hsm[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });

  const login = () => ['--module', hsm.module, '--token', 'meter', '--pin-file', file('pin')];

  const configure = (
    name: string,
    change: Readonly<Record<string, string | undefined>> = {},
    certificate = 'card.pem',
  ): string => {
    const token = { module: hsm.module, label: 'meter', keyLabel: 'seal', pinFile: '../pin', ...change };
    const devices = [deviceAt(running[0]?.ready ?? assert.fail())];
    // Several of them run at once, and a journal has one writer.
    return writeMeterConfiguration(
      folder,
      { signature: { certificate, token }, state: `../state-${name}`, devices },
      name,
    );
  };

  const get = (meter: RunningCommand, ...args: readonly string[]) =>
    sealmeter([
      'get',
      `${meter.ready}${ENERGY}`,
      '--dir',
      folder,
      '--meter',
      file('meter/card.pem'),
      '--revocation',
      'off',
      ...args,
    ]);

  /** By curl, which shows the header. */
  const headersOfSigned = async (meter: RunningCommand): Promise<string> => {
    const url = `${meter.ready}${ENERGY}`;
    const signed = await sealmeter(['sign-request', 'GET', url, '--dir', folder]);
    const asked = ['--silent', '--include', '--header', '@-', ...curlIdentity(folder), url];
    return (await runProgram(curl, asked, { input: signed.stdout })).stdout;
  };

  test('the key is made on the token, and certified by a request', async () => {
    const made = await sealmeter([
      'token',
      'create-key',
      ...login(),
      '--label',
      'seal',
      '--subject',
      'CN=1sie0012345678.sm',
      '--out',
      file('card.csr'),
    ]);
    assert.equal(made.code, 0, made.stderr);
    assert.equal((await runProgram(openssl, ['req', '-in', file('card.csr'), '-verify', '-noout'])).code, 0);
    const issued = await sealmeter([
      'pki',
      'issue',
      '--dir',
      file('pki'),
      '--profile',
      'signature',
      '--csr',
      file('card.csr'),
      '--out',
      file('meter/card.pem'),
    ]);
    assert.equal(issued.code, 0, issued.stderr);
    const again = await sealmeter([
      'token',
      'csr',
      ...login(),
      '--label',
      'seal',
      '--subject',
      'CN=again',
      '--out',
      file('again.csr'),
    ]);
    assert.equal(again.code, 0, again.stderr);
    assert.equal((await runProgram(openssl, ['req', '-in', file('again.csr'), '-verify', '-noout'])).code, 0);
  });

  test('the list shows the token and its key', async () => {
    const listed = await sealmeter(['token', 'list', '--module', hsm.module, '--pin-file', file('pin'), '--json']);
    assert.equal(listed.code, 0, listed.stderr);
    const tokens = JSON.parse(listed.stdout) as {
      label: string;
      keys: { label: string; kind: string; curve: string }[];
    }[];
    const keys = tokens.find(({ label }) => label === 'meter')?.keys ?? [];
    assert.ok(keys.some(({ label, kind, curve }) => label === 'seal' && kind === 'private' && curve === 'P-256'));
    assert.doesNotMatch(listed.stdout + listed.stderr, new RegExp(token.pin));
  });

  test('documents are sealed by it; taken out, signed requests get 503 and unsigned ones their answer; put back, it heals', async () => {
    const meter = await startCommand(['meter', '--config', configure('meter')]);
    running.push(meter);
    const sealed = await get(meter);
    assert.equal(sealed.code, 0, sealed.stderr);
    assert.match(sealed.stderr, /\nproven\n/);

    hsm.takeOut(token);
    let refused = await get(meter);
    for (let tries = 0; refused.code === 0 && tries < 20; tries++) refused = await get(meter);
    assert.match(refused.stderr, /status 503/);
    assert.match(refused.stdout, /"code":"SIGNER_UNAVAILABLE"/);
    assert.match(await headersOfSigned(meter), /^HTTP\/1\.1 503 [^]*\r\nRetry-After: \d+\r\n/);
    const unsigned = await get(meter, '--unsigned');
    assert.equal(unsigned.code, 0, unsigned.stderr);

    hsm.putBack(token);
    let healed = await get(meter);
    for (let tries = 0; healed.code !== 0 && tries < 30; tries++) healed = await get(meter);
    assert.match(healed.stderr, /\nproven\n/);
  });

  test('the doctor looks at token and key', async () => {
    const { stdout } = await sealmeter(['doctor', '--config', configure('meter'), '--only', 'key']);
    assert.match(stdout, /^✓ token: "meter", serial [0-9a-f]{16}, SoftHSM/m);
    assert.match(stdout, /^✓ key: P-256, sha256:[0-9a-f]{64}, signs$/m);
  });

  test('a key that an enrolment makes on the token seals, and so does the next one, without a restart', async () => {
    const what = [
      '--certificate',
      file('meter/enrolled.pem'),
      '--subject',
      'CN=1sie0012345678.sm',
      '--purpose',
      'signature',
    ];
    const ways = ['--ca', file('pki/signature-root.pem'), '--drop', file('drop')];
    const enrol = () => sealmeter(['pki', 'enrol', ...what, ...ways, ...login(), '--key-label', 'enrolled']);
    /** Asks, has the CA answer, and installs. Returns the certificate. */
    const enrolled = async (): Promise<string> => {
      assert.equal((await enrol()).code, 1);
      const isAsked = (name: string): boolean => !existsSync(file(`drop/${name.replace('.csr', '.pem')}`));
      const request = readdirSync(file('drop')).find((name) => name.endsWith('.csr') && isAsked(name)) ?? '';
      const answer = file(`drop/${request.replace('.csr', '.pem')}`);
      const issuing = ['--dir', file('pki'), '--profile', 'signature', '--csr', file(`drop/${request}`)];
      assert.equal((await sealmeter(['pki', 'issue', ...issuing, '--out', answer])).code, 0);
      appendFileSync(answer, readFileSync(file('pki/signature-sub.pem')));
      const installed = await enrol();
      assert.equal(installed.code, 0, installed.stderr);
      return readFileSync(file('meter/enrolled.pem'), 'utf8');
    };
    mkdirSync(file('drop'));
    const first = await enrolled();
    const config = configure('enrolled', { keyLabel: undefined, keyFile: 'enrolled.key' }, 'enrolled.pem');
    const meter = await startCommand(['meter', '--config', config]);
    running.push(meter);
    const by = async (certificate: string) => {
      writeFileSync(file('pinned.pem'), certificate);
      return await get(meter, '--meter', file('pinned.pem'));
    };
    assert.match((await by(first)).stderr, /\nproven\n/);
    const second = await enrolled();
    assert.notEqual(second, first);
    let sealed = await by(second);
    for (let tries = 0; sealed.code !== 0 && tries < 40; tries++) sealed = await by(second);
    assert.match(sealed.stderr, /\nproven\n/);
  });

  test('a wrong PIN stops the sealing for good, and the log says so without the PIN', async () => {
    writeFileSync(file('wrong-pin'), '9999\n', { mode: 0o600 });
    const config = configure('wrong', { pinFile: '../wrong-pin' });
    const meter = await startCommand(['meter', '--config', config]);
    running.push(meter);
    const refused = await get(meter);
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /"code":"SIGNER_STOPPED"/);
    assert.equal((await get(meter, '--unsigned')).code, 0);
    assert.match(meter.said(), /TOKEN_PIN_REFUSED/);
    assert.doesNotMatch(meter.said(), /9999/);
    const { code, stdout } = await sealmeter(['doctor', '--config', configure('meter'), '--only', 'key']);
    assert.equal(code, 1);
    assert.match(stdout, /^✗ token: .*a wrong PIN was given: few tries are left$/m);
  });

  test('the doctor tries a PIN once, whatever else it looks at', async () => {
    // Between program and module, it writes down each call; pkcs11-tool's package brings it along.
    const [spy = assert.fail('apt-get install opensc-pkcs11')] = globSync('/usr/lib/*/pkcs11-spy.so');
    const spied = { PKCS11SPY: hsm.module, PKCS11SPY_OUTPUT: file('spied') };
    Object.assign(process.env, spied);
    const config = configure('spied', { module: spy, pinFile: '../wrong-pin' });
    const { code, stdout } = await sealmeter(['doctor', '--config', config]);
    for (const name of Object.keys(spied)) delete process.env[name];
    assert.equal(code, 1);
    assert.match(stdout, /^✓ configuration: /m);
    assert.match(stdout, /^✗ key: .*CKR_PIN_INCORRECT/m);
    assert.match(stdout, /^[✓✗] device 1sie0012345678\.sm: /m);
    assert.equal(readFileSync(file('spied'), 'utf8').match(/C_Login$/gm)?.length, 1);
  });

  test('a certificate of another key is refused at the start', async () => {
    const config = configure('other', {}, 'signature.pem');
    const { code, stderr } = await sealmeter(['meter', '--config', config]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /\[TOKEN_KEY_NOT_OF_CERTIFICATE\]/);
  });

  test('the configuration needs a key and a source of the PIN', async () => {
    for (const [missing, expected] of [
      ['keyLabel', 'keyId, keyLabel or keyFile'],
      ['pinFile', 'pinFile or pinCredential'],
    ] as const) {
      const config = configure('incomplete', { [missing]: undefined });
      const { code, stderr } = await sealmeter(['meter', '--config', config]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /incomplete\.yaml:\d+:\d+ \/signature\/token/);
      assert.ok(stderr.includes(expected), stderr);
    }
  });
});
