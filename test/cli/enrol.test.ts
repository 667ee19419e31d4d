import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type RunningCommand, runProgram, startCommand } from '../support/commands.ts';
import { sealmeter } from '../support/in-process.ts';
import { program } from '../support/programs.ts';
import { SoftHsm } from '../support/softhsm.ts';

const openssl = program('openssl');
const LDEV = '1sie0000000042.sm';

describe('a meter gets its certificates from a CA', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-enrol-'));
  const file = (name: string): string => join(folder, name);
  let est: RunningCommand;
  before(async () => {
    assert.equal((await sealmeter(['pki', 'init', folder])).code, 0);
    mkdirSync(file('new'));
    est = await startCommand(['pki', 'est', '--dir', file('pki'), '--listen', '127.0.0.1:0', '--host', 'localhost']);
  });
  after(async () => {
    await est.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  const password = async (label: string): Promise<string> => {
    const { code, stdout, stderr } = await sealmeter([
      'pki',
      'est-password',
      '--dir',
      file('pki'),
      '--label',
      label,
      '--user',
      LDEV,
    ]);
    assert.equal(code, 0, stderr);
    writeFileSync(file(`${label}.password`), stdout, { mode: 0o600 });
    return file(`${label}.password`);
  };

  const enrol = (name: string, purpose: string, ...ways: readonly string[]) =>
    sealmeter([
      'pki',
      'enrol',
      '--certificate',
      file(`new/${name}.pem`),
      '--subject',
      `CN=${LDEV}`,
      '--purpose',
      purpose,
      '--ca',
      file(`pki/${purpose === 'signature' ? 'signature' : 'tls'}-root.pem`),
      ...ways,
    ]);

  const verify = async (name: string, pki: 'tls' | 'signature') => {
    const chain = ['-CAfile', file(`pki/${pki}-root.pem`), '-untrusted', file(`pki/${pki}-sub.pem`)];
    const verified = await runProgram(openssl, ['verify', '-x509_strict', ...chain, file(`new/${name}.pem`)]);
    assert.equal(verified.code, 0, verified.stderr);
  };

  const overEst = (label: string): readonly string[] => [
    '--est',
    est.ready,
    '--label',
    label,
    '--trust',
    file('pki/tls-root.pem'),
  ];

  test('the first one by a one-time password, which is good once', async () => {
    const passwordFile = await password('tls');
    const byPassword = ['--user', LDEV, '--password-file', passwordFile, '--host', 'localhost'];
    const first = await enrol('tls', 'tls-server', ...overEst('tls'), ...byPassword);
    assert.equal(first.code, 0, first.stderr);
    await verify('tls', 'tls');
    const again = await enrol('other', 'tls-server', ...overEst('tls'), ...byPassword);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /\[ENROLMENT_FAILED\]/);
    assert.doesNotMatch(again.stderr, new RegExp(readFileSync(passwordFile, 'utf8').trim()));
  });

  test('a root that a fingerprint names, from a server that nobody vouches for yet', async () => {
    const fingerprintOf = async (pem: string): Promise<string> => {
      const shown = await runProgram(openssl, ['x509', '-in', file(pem), '-noout', '-fingerprint', '-sha256']);
      return shown.stdout.trim();
    };
    const what = ['--certificate', file('new/far.pem'), '--subject', `CN=${LDEV}`, '--purpose', 'tls-server'];
    const where = ['--ca', file('far-root.pem'), '--est', est.ready, '--label', 'tls', '--host', 'localhost'];
    const by = ['--user', LDEV, '--password-file', await password('tls'), '--curve', 'P-384'];
    const first = (fingerprint: string) =>
      sealmeter(['pki', 'enrol', ...what, ...where, ...by, '--fingerprint', fingerprint]);
    const forged = await first(await fingerprintOf('pki/signature-root.pem'));
    assert.equal(forged.code, 1);
    assert.match(forged.stderr, /\[ENROLMENT_FINGERPRINT_UNKNOWN\]/);
    assert.equal(existsSync(file('far-root.pem')), false);
    const right = await first(await fingerprintOf('pki/tls-root.pem'));
    assert.equal(right.code, 0, right.stderr);
    assert.equal(readFileSync(file('far-root.pem'), 'utf8'), readFileSync(file('pki/tls-root.pem'), 'utf8'));
    await verify('far', 'tls');
    const shown = await runProgram(openssl, ['x509', '-in', file('new/far.pem'), '-noout', '-text']);
    assert.match(shown.stdout, /NIST CURVE: P-384/);
  });

  test('the next one by the current one, with a new key', async () => {
    const key = readFileSync(file('new/tls.key'), 'utf8');
    const next = await enrol('tls', 'tls-server', ...overEst('tls'), '--host', 'localhost');
    assert.equal(next.code, 0, next.stderr);
    assert.notEqual(readFileSync(file('new/tls.key'), 'utf8'), key);
    await verify('tls', 'tls');
  });

  test('the signature certificate, by the TLS certificate of the same holder', async () => {
    const passwordFile = await password('signature');
    const byPassword = ['--user', LDEV, '--password-file', passwordFile];
    const first = await enrol('signature', 'signature', ...overEst('signature'), ...byPassword);
    assert.equal(first.code, 0, first.stderr);
    const next = await enrol('signature', 'signature', ...overEst('signature'), '--identity', file('new/tls.pem'));
    assert.equal(next.code, 0, next.stderr);
    await verify('signature', 'signature');
  });

  test('the signature certificate for a key that is made on a token and stays there', async () => {
    using hsm = new SoftHsm();
    const { pin } = hsm.addToken('meter');
    writeFileSync(file('pin'), `${pin}\n`, { mode: 0o600 });
    const onToken = ['--module', hsm.module, '--token', 'meter', '--pin-file', file('pin'), '--key-label', 'seal'];
    const byTls = ['--identity', file('new/tls.pem')];
    const enrolled = await enrol('card', 'signature', ...overEst('signature'), ...byTls, ...onToken);
    assert.equal(enrolled.code, 0, enrolled.stderr);
    await verify('card', 'signature');
    assert.match(readFileSync(file('new/card.key'), 'utf8'), /^pkcs11:token=meter;id=/);
  });

  test('by a file drop: the request waits until its certificate lies beside it', async () => {
    mkdirSync(file('drop'));
    const asked = await enrol('dropped', 'tls-client', '--drop', file('drop'));
    assert.equal(asked.code, 1);
    assert.match(asked.stderr, /the CA decides later/);
    const [request = ''] = readdirSync(file('drop'));
    assert.match(request, /^dropped-[0-9a-f]{8}\.csr$/);
    const answer = request.replace('.csr', '.pem');
    const issued = await sealmeter([
      'pki',
      'issue',
      '--dir',
      file('pki'),
      '--profile',
      'tls-client',
      '--csr',
      file(`drop/${request}`),
      '--out',
      file(`drop/${answer}`),
    ]);
    assert.equal(issued.code, 0, issued.stderr);
    const installed = await enrol('dropped', 'tls-client', '--drop', file('drop'));
    assert.equal(installed.code, 0, installed.stderr);
    await verify('dropped', 'tls');
    assert.ok(existsSync(file('new/dropped.key')));
  });

  test('a port that another EST server has', async () => {
    const { host } = new URL(est.ready);
    const { code, stderr } = await sealmeter(['pki', 'est', '--dir', file('pki'), '--listen', host]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /\[PORT_TAKEN\]/);
  });

  test('without a way, with half of one, with a server that is not there', async () => {
    const none = await enrol('x', 'tls-client');
    assert.equal(none.code, 2);
    assert.match(none.stderr, /there is no way to a CA/);
    const half = await enrol('x', 'tls-client', ...overEst('tls-client'), '--user', LDEV);
    assert.equal(half.code, 2);
    assert.match(half.stderr, /--user needs --password-file/);
    const nobody = await enrol(
      'x',
      'tls-client',
      '--est',
      'https://127.0.0.1:1',
      '--user',
      LDEV,
      '--password-file',
      file('tls.password'),
    );
    assert.equal(nobody.code, 1);
    assert.match(nobody.stderr, /127\.0\.0\.1:1/);
  });
});
