import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { MeterConfiguration } from '#cli/meter-schema.ts';
import { type Ended, type RunningCommand, runProgram, sealmeter, startCommand } from '../support/commands.ts';
import { curlIdentity } from '../support/curl-identity.ts';
import { deviceAt, writeMeterConfiguration } from '../support/meter-configuration.ts';
import { program } from '../support/programs.ts';

const curl = program('curl');
const openssl = program('openssl');

const LDEV = '1sie0012345678.sm';
/** How long anything may take to come about. */
const PATIENCE = 20_000;

const ENERGY = `/cosem/ldevs/${LDEV}/objects/3-0100010800ff/attributes/2`;

describe('certificates are revoked, and replaced, while a meter serves', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-revocation-'));
  const file = (name: string): string => join(folder, name);
  const pki = ['--dir', file('pki')];
  let responder: RunningCommand;
  let simulator: RunningCommand;
  let meter: RunningCommand;

  const startResponder = (listen: string): Promise<RunningCommand> =>
    startCommand(['pki', 'ocsp', ...pki, '--listen', listen]);

  before(async () => {
    responder = await startResponder('127.0.0.1:0');
    const addresses = ['--ocsp-url', `${responder.ready}/ocsp`, '--crl-url', `${responder.ready}/crl`];
    assert.equal((await sealmeter(['pki', 'init', folder, ...addresses])).code, 0);
    simulator = await startCommand(['simulate', 'pac3200']);
    meter = await startCommand(['meter', '--config', configuration('meter')]);
    writeFileSync(file('urls.json'), JSON.stringify({ meter: meter.ready }));
  });
  after(async () => {
    for (const command of [meter, simulator, responder]) await command.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  function configuration(name: string, revocation: MeterConfiguration['revocation'] = { recheckAfter: '1 s' }): string {
    const devices = [deviceAt(simulator.ready)];
    return writeMeterConfiguration(folder, { devices, revocation, state: `../state-${name}` }, name);
  }

  const get = (...args: readonly string[]): Promise<Ended> => sealmeter(['get', '--dir', folder, ...args, ENERGY]);

  /** curl asks nobody about the meter, so it shows the meter's side alone. The answer with its header. */
  const askAt = async (url: string): Promise<string> => {
    const asking = ['-sS', '--include', ...curlIdentity(folder)];
    const { stdout, stderr } = await runProgram(curl, [...asking, `${url}${ENERGY}`]);
    return stdout + stderr;
  };

  const ask = (): Promise<string> => askAt(meter.ready);

  /** Does something again and again, until it comes to what is awaited. */
  async function until<Result>(isAwaited: (result: Result) => boolean, act: () => Promise<Result>): Promise<Result> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      const result = await act();
      if (isAwaited(result)) return result;
      assert.ok(Date.now() < deadline, `still ${JSON.stringify(result)}`);
    }
  }

  async function saidBy(command: RunningCommand, pattern: RegExp): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE);
    while (!pattern.test(command.said())) await once(command.child.stderr, 'data', { signal });
  }

  test('both sides ask, and read', async () => {
    const got = await get();
    assert.equal(got.code, 0, got.stderr);
    assert.match(got.stderr, /\nproven\n/);
    assert.match(await ask(), /^HTTP\/1\.1 200 /);
  });

  test('openssl finds the same: what the responder says, and what the meter staples', async () => {
    const issuer = ['-issuer', file('pki/tls-sub.pem'), '-CAfile', file('pki/tls-root.pem')];
    const untrusted = ['-verify_other', file('pki/tls-sub.pem'), '-url', `${responder.ready}/ocsp`];
    const asked = await runProgram(openssl, ['ocsp', ...issuer, '-cert', file('das/tls.pem'), ...untrusted]);
    assert.match(asked.stdout, /das\/tls\.pem: good/, asked.stderr);
    const { host } = new URL(meter.ready);
    const who = ['-cert', file('das/tls.pem'), '-cert_chain', file('das/tls.pem'), '-key', file('das/tls.key')];
    const trust = ['-CAfile', file('pki/tls-root.pem'), '-status', '-groups', 'P-256'];
    const stapled = await runProgram(openssl, ['s_client', '-connect', host, ...who, ...trust], { input: 'Q\n' });
    assert.match(stapled.stdout, /OCSP Response Status: successful[^]*Cert Status: good/);
  });

  test('the responder goes away: who was good is served on, who was never asked about is not', async () => {
    const { host } = new URL(responder.ready);
    await responder.stop('SIGTERM');
    await until(
      () => meter.said().includes('"ground":"earlier answer"'),
      async () => assert.match(await ask(), /^HTTP\/1\.1 200 /),
    );

    await using stranger = await startCommand(['meter', '--config', configuration('stranger')]);
    assert.match(
      await askAt(stranger.ready),
      /^HTTP\/1\.1 503 .*\r\nRetry-After: 10\r\n.*"code":"REVOCATION_UNKNOWN"/s,
    );

    const refused = await get();
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /nobody says whether the meter's certificate is revoked.*\[METER_REVOCATION_UNKNOWN\]/,
    );
    assert.equal(refused.stdout, '');
    const soft = await get('--soft-fail');
    assert.equal(soft.code, 0, soft.stderr);
    assert.match(soft.stderr, /^sealmeter: .*the server does not answer/m);
    responder = await startResponder(host);
  });

  test('a CRL says the same', async () => {
    const published = await sealmeter(['pki', 'crl', ...pki]);
    assert.equal(published.code, 0, published.stderr);
    const got = await get('--revocation', 'crl');
    assert.equal(got.code, 0, got.stderr);
    await using byLists = await startCommand(['meter', '--config', configuration('lists', { mode: 'crl' })]);
    assert.match(await askAt(byLists.ready), /^HTTP\/1\.1 200 /);
  });

  test('the client is revoked: it is cut off; renewed, it is known without a restart', async () => {
    const revoked = await sealmeter(['pki', 'revoke', file('das/tls.pem'), ...pki, '--reason', 'keyCompromise']);
    assert.equal(revoked.code, 0, revoked.stderr);
    const answer = await until((text) => !text.startsWith('HTTP/1.1 200 '), ask);
    assert.match(answer, /^HTTP\/1\.1 403 .*"code":"CLIENT_CERTIFICATE_REVOKED"/s);
    const renewed = await sealmeter(['pki', 'renew', file('das/tls.pem'), ...pki]);
    assert.equal(renewed.code, 0, renewed.stderr);
    await saidBy(meter, /"why":"a file has changed".*"event":"meter\.reloaded"/);
    assert.match(await ask(), /^HTTP\/1\.1 200 /);
  });

  test('a file that cannot be used changes nothing, and the log says why', async () => {
    const good = readFileSync(file('meter/tls.pem'), 'utf8');
    writeFileSync(file('meter/tls.pem'), good.replace('MII', 'XXX'));
    meter.child.kill('SIGHUP');
    await saidBy(meter, /"why":"SIGHUP".*"event":"meter\.reload-refused"/);
    assert.match(await ask(), /^HTTP\/1\.1 200 /);
    writeFileSync(file('meter/tls.pem'), good);
    const configured = file('meter/meter.yaml');
    const written = readFileSync(configured, 'utf8');
    appendFileSync(configured, 'nonsense: true\n');
    meter.child.kill('SIGHUP');
    await saidBy(meter, /"nonsense\\" is not known here.*"event":"meter\.reload-refused"/);
    writeFileSync(configured, written.replace('role: administrator', 'role: service-technician') + 'log: debug\n');
    meter.child.kill('SIGHUP');
    await saidBy(meter, /"changed":"log".*"event":"meter\.restart-needed"/);
    writeFileSync(configured, written);
    meter.child.kill('SIGHUP');
    await until(isServed, ask);
  });

  test('the meter is revoked: its reader refuses; renewed, it serves on with its new certificate', async () => {
    const serial = async (): Promise<string> => {
      const read = await runProgram(openssl, ['x509', '-in', file('meter/tls.pem'), '-noout', '-serial']);
      return read.stdout;
    };
    const former = await serial();
    const revoked = await sealmeter(['pki', 'revoke', file('meter/tls.pem'), ...pki, '--reason', 'keyCompromise']);
    assert.equal(revoked.code, 0, revoked.stderr);
    await saidBy(meter, /our own certificate that it is \\"revoked\\"/);
    const refused = await get();
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /its CA has revoked it.*\[METER_CERTIFICATE_REVOKED\]/);
    assert.equal(refused.stdout, '');

    assert.equal((await sealmeter(['pki', 'renew', file('meter/tls.pem'), ...pki])).code, 0);
    assert.notEqual(await serial(), former);
    meter.child.kill('SIGHUP');
    assert.match((await until(isDone, get)).stderr, /\nproven\n/);
  });

  const isServed = (answer: string): boolean => answer.startsWith('HTTP/1.1 200 ');
  const isDone = ({ code }: Ended): boolean => code === 0;

  test('another key seals from then on, and the former documents stay proven by the former certificate', async () => {
    const before = await get();
    writeFileSync(file('before.xml'), before.stdout);
    writeFileSync(file('former.pem'), readFileSync(file('das/meter-signature.pem')));
    assert.equal((await sealmeter(['pki', 'renew', file('meter/signature.pem'), ...pki])).code, 0);
    writeFileSync(file('das/meter-signature.pem'), readFileSync(file('meter/signature.pem')));
    meter.child.kill('SIGHUP');
    assert.match((await until(isDone, get)).stderr, /\nproven\n/);
    const kept = await sealmeter(['verify', file('before.xml'), '--meter', file('former.pem')]);
    assert.equal(kept.code, 0, kept.stdout);
    const { stdout } = await verifyFormer();
    assert.match(stdout, /✓ revocation .*its CA says that it is not revoked/);
  });

  const signatureCas = ['root', 'sub'].flatMap((tier) => ['--signature-ca', file(`pki/signature-${tier}.pem`)]);
  const verifyFormer = () => sealmeter(['verify', file('before.xml'), '--meter', file('former.pem'), ...signatureCas]);

  test('a signature certificate is revoked: what it sealed before stays proven, what it seals from then on does not', async () => {
    for (const name of ['former.pem', 'das/meter-signature.pem']) {
      const revoked = await sealmeter(['pki', 'revoke', file(name), ...pki, '--reason', 'keyCompromise']);
      assert.equal(revoked.code, 0, revoked.stderr);
    }
    const former = await verifyFormer();
    assert.equal(former.code, 0, former.stdout);
    assert.match(former.stdout, /✓ revocation .*its CA has revoked it .*but only after it had signed/);
    const refused = await until(
      ({ code }) => code !== 0,
      () => get(...signatureCas),
    );
    assert.match(refused.stderr, /✗ revocation .*before it signed \[SIGNATURE_CERTIFICATE_REVOKED\]\n[^]*NOT PROVEN/);
  });
});
