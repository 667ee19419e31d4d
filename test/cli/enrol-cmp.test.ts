import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { Instant } from '#core/time.ts';
import { type Certificate, readCertificates } from '#pki/certificate.ts';
import { readCertificateRequest } from '#pki/certificate-request.ts';
import { issueCertificate } from '#pki/issue.ts';
import { readPem } from '#pki/pem.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { exportKey } from '#pki/signing-key.ts';
import { CMP_REFERENCE, CMP_SECRET, type CmpServer, startCmpServer } from '../pki/support/cmp-server.ts';
import { issueTo, makePki, profiles, type TestIdentity, type TestPki } from '../pki/support/test-pki.ts';
import { type Ended, sealmeter } from '../support/commands.ts';
import { SoftHsm } from '../support/softhsm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** openssl looks at the machine's clock. */
const TODAY = Instant(Date.now());

/** No address: a key is made for it all the same, and waits. */
const NOWHERE = 'nowhere';

describe('a meter gets its certificates over CMP', { timeout: 60_000 }, () => {
  const folder = temporaryFolder();
  const file = (name: string): string => join(folder, name);
  let pki: TestPki;
  let own: TestIdentity;

  before(async () => {
    pki = await makePki('cmp', TODAY);
    own = await issueTo(pki.sub, profiles.signature, { name: 'CMP server', now: TODAY });
    const factory = await issueTo(pki.sub, profiles['tls-client'], { name: 'device', now: TODAY });
    writeFileSync(file('root.pem'), certificatesToPem([pki.root.certificate]));
    writeFileSync(file('secret'), `${CMP_SECRET}\n`, { mode: 0o600 });
    writeFileSync(file('factory.pem'), certificatesToPem([factory.certificate, pki.sub.certificate]));
    writeFileSync(file('factory.key'), exportKey(factory.privateKey), { mode: 0o600 });
  });

  const enrol = (name: string, url: string, ...ways: readonly string[]): Promise<Ended> => {
    const what = ['--certificate', file(`${name}.pem`), '--subject', `CN=${name},O=test`, '--purpose', 'signature'];
    return sealmeter(['pki', 'enrol', ...what, '--ca', file('root.pem'), '--cmp', url, ...ways]);
  };
  const bySecret = ['--user', CMP_REFERENCE, '--password-file', file('secret')];
  const byFactory = ['--identity', file('factory.pem')];

  const certificateOf = (name: string): Certificate => readCertificates(readFileSync(file(`${name}.pem`)))[0];

  /** The server in openssl answers with a certificate that it is given, so the key has to wait for it first. */
  async function serverFor(name: string, ...ways: readonly string[]): Promise<CmpServer> {
    const nobody = await enrol(name, NOWHERE, ...ways);
    assert.equal(nobody.code, 1, nobody.stderr);
    assert.match(nobody.stderr, /\[ENROLMENT_FAILED\]/);
    const [der] = readPem('CERTIFICATE REQUEST', readFileSync(file(`${name}.versions/pending/request.csr`), 'utf8'));
    const { subject, publicKey } = readCertificateRequest(der ?? assert.fail('no request'));
    const order = { profile: profiles.signature, subject, publicKey, altNames: [], now: TODAY };
    const certificate = { certificate: await issueCertificate(pki.sub, order) };
    return await startCmpServer({ folder, pki, own, certificate });
  }

  test('by a secret that both know: ir, for the key that has waited', async () => {
    await using server = await serverFor('first', ...bySecret);
    const enrolled = await enrol('first', server.url, ...bySecret);
    assert.equal(enrolled.code, 0, enrolled.stderr);
    assert.equal(certificateOf('first').issuer.text, pki.sub.certificate.subject.text);
    assert.match(enrolled.stderr, /"way":"CMP, ir".*"event":"enrolment\.installed"/);
  });

  test('the next one: by the current certificate first (kur), by the secret only where that leads nowhere', async () => {
    await using server = await serverFor('first', ...bySecret);
    const before = certificateOf('first');
    const enrolled = await enrol('first', server.url, ...bySecret);
    assert.equal(enrolled.code, 0, enrolled.stderr);
    // The server in openssl renews nothing but the certificate that it answers with.
    assert.match(enrolled.stderr, /"way":"CMP, kur".*"event":"enrolment\.way-failed"[^]*"way":"CMP, ir"/);
    assert.notEqual(certificateOf('first').id, before.id);
  });

  test('by the certificate that it left the factory with', async () => {
    await using server = await serverFor('device', ...byFactory);
    const enrolled = await enrol('device', server.url, ...byFactory);
    assert.equal(enrolled.code, 0, enrolled.stderr);
    assert.match(enrolled.stderr, /"way":"CMP, ir".*"event":"enrolment\.installed"/);
  });

  test('by the command that the CA wants, on the curve that it wants', async () => {
    const wanted = [...byFactory, '--cmp-command', 'p10cr', '--curve', 'P-384'];
    await using server = await serverFor('special', ...wanted);
    const enrolled = await enrol('special', server.url, ...wanted);
    assert.equal(enrolled.code, 0, enrolled.stderr);
    assert.match(enrolled.stderr, /"way":"CMP, p10cr".*"event":"enrolment\.installed"/);
    assert.equal(certificateOf('special').publicKey.asymmetricKeyDetails?.namedCurve, 'secp384r1');
  });

  test('for a key that is made on a token: p10cr by itself, since that needs the request alone', async () => {
    using hsm = new SoftHsm();
    const { pin } = hsm.addToken('meter');
    writeFileSync(file('pin'), `${pin}\n`, { mode: 0o600 });
    const onToken = ['--module', hsm.module, '--token', 'meter', '--pin-file', file('pin'), '--key-label', 'seal'];
    await using server = await serverFor('card', ...bySecret, ...onToken);
    const enrolled = await enrol('card', server.url, ...bySecret, ...onToken);
    assert.equal(enrolled.code, 0, enrolled.stderr);
    assert.match(enrolled.stderr, /"way":"CMP, p10cr".*"event":"enrolment\.installed"/);
    assert.match(readFileSync(file('card.key'), 'utf8'), /^pkcs11:token=meter;id=/);
  });

  test('used wrongly: a command that there is not, a secret that others can read, a curve that there is not', async () => {
    const unknown = await enrol('x', NOWHERE, ...bySecret, '--cmp-command', 'cr');
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /--cmp-command "cr" is not known/);
    const curve = await enrol('x', NOWHERE, ...bySecret, '--curve', 'P-521');
    assert.equal(curve.code, 2);
    assert.match(curve.stderr, /--curve "P-521" is not known/);
    writeFileSync(file('exposed'), CMP_SECRET, { mode: 0o644 });
    const exposed = await enrol(
      'x',
      'http://127.0.0.1:1/',
      '--user',
      CMP_REFERENCE,
      '--password-file',
      file('exposed'),
    );
    assert.match(exposed.stderr, /may be read by others/);
    assert.equal(existsSync(file('x.pem')), false);
    for (const { stdout, stderr } of [unknown, curve, exposed]) assert.ok(!(stdout + stderr).includes(CMP_SECRET));
  });
});
