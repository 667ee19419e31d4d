import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { silentLog } from '#core/log.ts';
import { addTime, Days, Instant, Seconds } from '#core/time.ts';
import { makeCertificateRequest } from '#pki/certificate-request.ts';
import { opensslArguments } from '#pki/cmp/openssl-arguments.ts';
import { type CmpOptions, cmpEnroller } from '#pki/cmp.ts';
import { enrol } from '#pki/enrolment.ts';
import { KeyPairStore, type PendingRequest } from '#pki/key-pair-store.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { exportKey, generateKey } from '#pki/signing-key.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { program } from '../support/programs.ts';
import { CMP_REFERENCE, CMP_SECRET, type CmpServerOptions, startCmpServer } from './support/cmp-server.ts';
import { type TemporaryFolder, temporaryFolder } from './support/folder.ts';
import { serve } from './support/http-server.ts';
import { issueTo, makePki, profiles, type TestIdentity, type TestPki } from './support/test-pki.ts';

/** openssl looks at the machine's clock. */
const TODAY = Instant(Date.now());

const altNames = [{ dns: 'localhost' }];

describe('CMP by openssl', () => {
  let folder: TemporaryFolder;
  let pki: TestPki;
  let own: TestIdentity;
  /** The certificate that the server hands out, for the key that waits. */
  let issued: TestIdentity;
  let store: KeyPairStore;
  let pending: PendingRequest;
  let file: (name: string, content: string, mode?: number) => string;

  before(async () => {
    folder = await temporaryFolder();
    file = (name, content, mode = 0o600) => {
      const path = join(folder.path, name);
      writeFileSync(path, content);
      chmodSync(path, mode);
      return path;
    };
    pki = await makePki('cmp', TODAY);
    own = await issueTo(pki.sub, profiles.signature, { name: 'CMP server', now: TODAY });
    const privateKey = generateKey('P-256');
    issued = await issueTo(pki.sub, profiles['tls-server'], { name: 'meter7', now: TODAY, privateKey, altNames });
    store = await KeyPairStore.open({ certificate: join(folder.path, 'tls.pem'), key: join(folder.path, 'tls.key') });
    const der = await makeCertificateRequest(issued.key, issued.certificate.subject, altNames);
    pending = await store.keepPending({ der, key: exportKey(privateKey) });
  });
  after(() => folder[Symbol.asyncDispose]());

  const startServer = (more: Partial<CmpServerOptions> = {}) =>
    startCmpServer({ folder: folder.path, pki, own, certificate: issued, ...more });

  const options = (change: Partial<CmpOptions> = {}): CmpOptions => ({
    command: 'ir',
    url: 'http://127.0.0.1:9/',
    authentication: { reference: CMP_REFERENCE, secretFile: file('secret', `${CMP_SECRET}\nsecond line\n`) },
    timeout: Seconds(10),
    openssl: program('openssl'),
    clock: new FakeClock(TODAY),
    ...change,
  });

  /** By a certificate of the device, in files. */
  const byCertificate = (identity: TestIdentity): CmpOptions['authentication'] => ({
    pair: {
      certificate: file('own.pem', certificatesToPem([identity.certificate, pki.sub.certificate])),
      key: file('own.key', exportKey(identity.privateKey)),
    },
    serverRoots: () => [pki.root.certificate],
  });

  const enrolling = (change: Partial<CmpOptions>) => cmpEnroller(options(change)).enrol(pending);

  async function assertIssued(change: Partial<CmpOptions>): Promise<void> {
    const answer = await enrolling(change);
    assert.equal(answer.state, 'issued');
    assert.equal(answer.state === 'issued' && answer.issued.leaf.id, issued.certificate.id);
    assert.ok(answer.state === 'issued' && answer.issued.issuers.some(({ id }) => id === pki.sub.certificate.id));
  }

  it('enrols by a shared secret: ir', async () => {
    await using server = await startServer({ more: ['-rsp_capubs', join(folder.path, 'server-root.pem')] });
    await assertIssued({ url: server.url });
  });

  it('enrols by a shared secret with nothing but the request: p10cr', async () => {
    await using server = await startServer();
    await assertIssued({ url: server.url, command: 'p10cr' });
  });

  it('enrols by a factory certificate: ir, p10cr', async () => {
    await using server = await startServer();
    const device = await issueTo(pki.sub, profiles['tls-client'], { name: 'device', now: TODAY });
    for (const command of ['ir', 'p10cr'] as const) {
      await assertIssued({ url: server.url, command, authentication: byCertificate(device) });
    }
  });

  it('renews by the current certificate: kur', async () => {
    // The mock server renews exactly the certificate that it answers with.
    await using server = await startServer();
    await assertIssued({ url: server.url, command: 'kur', authentication: byCertificate(issued) });
  });

  it('waits while the CA decides', async () => {
    await using server = await startServer({ more: ['-poll_count', '1', '-check_after', '1'] });
    await assertIssued({ url: server.url });
  });

  it('goes over HTTPS where it is told the roots', async () => {
    await using server = await startServer();
    const tls = await issueTo(pki.root, profiles['tls-server'], {
      name: 'proxy',
      now: TODAY,
      altNames: [{ ip: '127.0.0.1' }],
    });
    await using front = await serveTlsFront(tls, Number(new URL(server.url).port));
    const { url } = front;
    await assertIssued({ url, tlsRoots: () => [pki.root.certificate] });
    const { root: stranger } = await makePki('stranger', TODAY);
    await assert.rejects(enrolling({ url, tlsRoots: () => [stranger.certificate] }), { code: 'CMP_SERVER_UNTRUSTED' });
    await assert.rejects(enrolling({ url }), { code: 'CMP_ADDRESS_INVALID' });
  });

  it('installs what it gets like any other way', async () => {
    await using server = await startServer();
    const result = await enrol({
      wish: { subject: issued.certificate.subject, altNames },
      purpose: 'tls-server',
      store,
      prepare: () => Promise.reject(new Error('a request waits already')),
      enrollers: [cmpEnroller(options({ url: server.url, command: 'p10cr' }))],
      anchors: () => [pki.root.certificate],
      clock: new FakeClock(TODAY),
      log: silentLog,
    });
    assert.equal(result.state, 'installed');
    const der = await makeCertificateRequest(issued.key, issued.certificate.subject, altNames);
    pending = await store.keepPending({ der, key: exportKey(issued.privateKey) });
  });

  describe('says what is wrong:', () => {
    it('secret-wrong', async () => {
      await using server = await startServer();
      const authentication = { reference: CMP_REFERENCE, secretFile: file('wrong', 'guess') };
      await assert.rejects(enrolling({ url: server.url, authentication }), { code: 'CMP_SERVER_UNTRUSTED' });
    });

    it('secret-file-missing, whose name openssl would take for the secret', async () => {
      await using server = await startServer();
      const secretFile = join(folder.path, 'nowhere');
      const authentication = { reference: CMP_REFERENCE, secretFile };
      await assert.rejects(enrolling({ url: server.url, authentication }), { code: 'CMP_SECRET_UNREADABLE' });
    });

    it('secret-file-readable-by-others, or empty', async () => {
      for (const secretFile of [file('exposed', CMP_SECRET, 0o644), file('empty', ''), file('blank', '\nx')]) {
        const authentication = { reference: CMP_REFERENCE, secretFile };
        await assert.rejects(enrolling({ authentication }), { code: 'CMP_SECRET_UNREADABLE' }, secretFile);
      }
    });

    it('server-of-another-root', async () => {
      await using server = await startServer();
      const { root } = await makePki('stranger', TODAY);
      const authentication = { ...byCertificate(issued), serverRoots: () => [root.certificate] };
      const refused = enrolling({ url: server.url, command: 'kur', authentication });
      await assert.rejects(refused, (error: Error & { code: string }) => {
        assert.equal(error.code, 'CMP_SERVER_UNTRUSTED');
        assert.ok(error.message.length < 400, 'without the certificates that openssl prints');
        return true;
      });
    });

    it('request-refused, with the words of the CA', async () => {
      await using server = await startServer({
        more: ['-pkistatus', '2', '-failure', '2', '-statusstring', 'not today'],
      });
      await assert.rejects(enrolling({ url: server.url }), { code: 'CMP_REFUSED', message: /not today/ });
    });

    it('error-message', async () => {
      await using server = await startServer({ more: ['-send_error'] });
      await assert.rejects(enrolling({ url: server.url }), { code: 'CMP_REFUSED' });
    });

    it('response-unprotected', async () => {
      await using server = await startServer({ more: ['-send_unprotected'] });
      await assert.rejects(enrolling({ url: server.url }), { fault: /peer|evidence/, code: /^CMP_/ });
    });

    it('ca-that-never-decides', async () => {
      await using server = await startServer({ more: ['-poll_count', '99', '-check_after', '1'] });
      await assert.rejects(enrolling({ url: server.url, timeout: Seconds(2) }), { code: 'CMP_TOO_SLOW' });
    });

    it('server-that-is-not-there', async () => {
      const server = await serve(() => {});
      await server[Symbol.asyncDispose]();
      await assert.rejects(enrolling({ url: server.url, timeout: Seconds(1) }), { code: 'CMP_UNREACHABLE' });
    });

    it('server-that-says-nothing', async () => {
      await using server = await serve(() => {});
      await assert.rejects(enrolling({ url: server.url, timeout: Seconds(1) }), { code: 'CMP_TOO_SLOW' });
    });

    it('server-that-speaks-something-else', async () => {
      await using server = await serve((_, response) => void response.writeHead(200).end('<html>'));
      await assert.rejects(enrolling({ url: server.url }), { code: 'CMP_UNREACHABLE' });
    });

    it('program-missing', async () => {
      const openssl = join(folder.path, 'no-openssl');
      await assert.rejects(enrolling({ openssl }), { code: 'CMP_PROGRAM_MISSING', mend: /apt-get install openssl/ });
    });

    it('program-too-old', async () => {
      // What OpenSSL 1.1.1 says.
      const old = `#!/bin/sh\necho "Invalid command 'cmp'; type \\"help\\" for a list." >&2\nexit 1\n`;
      const openssl = file('old-openssl', old, 0o755);
      await assert.rejects(enrolling({ openssl }), { code: 'CMP_PROGRAM_TOO_OLD' });
    });

    it('program-that-hangs, and is killed', async () => {
      const openssl = file(
        'hanging-openssl',
        '#!/bin/sh\necho started >"$(dirname "$0")/started"\nexec tail -f /dev/null\n',
        0o755,
      );
      const clock = new FakeClock(TODAY);
      const attempt = enrolling({ openssl, clock, timeout: Seconds(60) });
      const outcome = assert.rejects(attempt, { code: 'CMP_TOO_SLOW' });
      while (clock.waiting === 0) await clock.advance(Seconds(0));
      await clock.advance(Seconds(60));
      await outcome;
    });

    it('program-that-fails-without-a-word', async () => {
      const openssl = file('silent-openssl', '#!/bin/sh\nexit 3\n', 0o755);
      await assert.rejects(enrolling({ openssl }), { code: 'CMP_FAILED' });
    });

    it('certificate-expired, before anybody is asked', async () => {
      const clock = new FakeClock(addTime(TODAY, Days(800)));
      const attempt = enrolling({ command: 'kur', clock, authentication: byCertificate(issued) });
      await assert.rejects(attempt, { code: 'ENROLMENT_OWN_CERTIFICATE_EXPIRED' });
    });

    it('key-on-a-token, for all but p10cr', async () => {
      const keyFile = file('token.key', 'pkcs11:token=meter;id=%01;type=private\n');
      const onToken: PendingRequest = { ...pending, keyFile };
      await using server = await startServer();
      for (const command of ['ir', 'kur'] as const) {
        const enroller = cmpEnroller(options({ url: server.url, command }));
        await assert.rejects(enroller.enrol(onToken), { code: 'CMP_KEY_NOT_IN_FILE' });
      }
      const answer = await cmpEnroller(options({ url: server.url, command: 'p10cr' })).enrol(onToken);
      assert.equal(answer.state, 'issued');
    });

    it('address-that-is-none', async () => {
      for (const url of ['', 'cmp.example', 'ftp://cmp.example', 'https://cmp.example']) {
        await assert.rejects(enrolling({ url }), { code: 'CMP_ADDRESS_INVALID' }, url);
      }
    });
  });

  it('never puts a secret on the command line', () => {
    const parameters = opensslArguments({
      command: 'ir',
      url: 'http://ca.example/cmp',
      credentials: { reference: CMP_REFERENCE, secretFile: '/run/secret' },
      requestFile: 'request.pem',
      keyFile: 'private.key',
      timeout: Seconds(300),
      results: { certificate: 'c', extra: 'e', authorities: 'a' },
    });
    assert.deepEqual(parameters.slice(0, 4), ['cmp', '-batch', '-config', '']);
    assert.equal(parameters[parameters.indexOf('-secret') + 1], 'file:/run/secret');
    assert.equal(parameters[parameters.indexOf('-total_timeout') + 1], '300');
    assert.ok(parameters.every((parameter) => !parameter.includes('pass:')));
  });
});

/** TLS in front of a server that speaks none. */
async function serveTlsFront({ certificate, privateKey }: TestIdentity, port: number) {
  const cert = certificatesToPem([certificate]);
  const front = createTlsServer({ cert, key: exportKey(privateKey) }, (socket) => {
    const back = connect(port, '127.0.0.1');
    for (const end of [socket, back]) end.on('error', () => {});
    socket.pipe(back).pipe(socket);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(front.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => front.close(() => resolve())),
  };
}
