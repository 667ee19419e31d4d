import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';

import { SealmeterError } from '#core/errors.ts';
import { addTime, type Duration, Hours, Minutes, Seconds } from '#core/time.ts';
import { type Answer, MeterClient } from '#das/meter-client.ts';
import { type TlsRules, type TlsVersion, tlsOptions } from '#http/tls-options.ts';
import { OCSP_LIMITS } from '#pki/ocsp-client.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { type RevocationService, revocationService } from '#pki/revocation-service.ts';
import { ANSWER_HOLDS, ExampleResponder, revocable } from '../http/support/ocsp-parties.ts';
import { RecordingLog } from '../http/support/recording-log.ts';
import { clients, root as otherRoot, TODAY } from '../http/support/tls-parties.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';

const { das, meter, root, sub } = revocable;

interface SetUpOptions {
  /** What the meter staples, as of the start. */
  readonly staple?: (responder: ExampleResponder) => Promise<Uint8Array | undefined>;
  readonly whenUnavailable?: 'hard-fail' | 'soft-fail';
  readonly revocation?: 'off';
  readonly version?: TlsVersion;
  readonly largestAnswer?: number;
}

const suitesOf = (version: TlsVersion): TlsRules => ({
  minimumVersion: version,
  suites: [version === 'TLS 1.2' ? 'ECDHE-ECDSA-AES128-GCM-SHA256' : 'TLS_AES_128_GCM_SHA256'],
  groups: ['P-256'],
});

/** The proof that the meter's certificate is good, fresh from the responder. */
const freshStaple = async (responder: ExampleResponder): Promise<Uint8Array> =>
  (await responder.source().ask(meter.certificates[0], sub)).proof;

/** A meter, a responder and a client, all in this process; the test owns time and says what the responder says. */
async function setUp({
  staple,
  whenUnavailable = 'hard-fail',
  revocation,
  version = 'TLS 1.3',
  ...limits
}: SetUpOptions = {}) {
  const clock = new FakeClock(TODAY);
  const responder = new ExampleResponder(clock);
  const log = new RecordingLog();
  const stapled = await staple?.(responder);
  const served = { requests: 0, resumed: 0, connections: 0 };
  const server = createServer(
    tlsOptions({ ...meter, clientRoots: [root] }, suitesOf(version)),
    (_request, response) => {
      served.requests += 1;
      response.end('a document');
    },
  );
  server.on('secureConnection', (socket) => {
    served.connections += 1;
    if (socket.isSessionReused()) served.resumed += 1;
  });
  server.on('OCSPRequest', (_certificate, _issuer, done) =>
    done(null, stapled === undefined ? null : Buffer.from(stapled)),
  );
  const port = await listen(server);
  responder.asked = 0;
  const service = revocation === 'off' ? undefined : serviceBy(responder, clock, log, whenUnavailable);
  const client = new MeterClient({ identity: identityOf([root]), revocation: service, clock, ...limits });
  const url = new URL(`https://localhost:${port}/cosem/`);
  const get = (): Promise<Answer> => client.get(url, {});
  /** At TLS 1.3 the meter knows of a handshake a moment after the client. */
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await settle();
  };
  const tend = (ahead: Duration): Promise<void> => client.tend(url, ahead);
  return {
    clock,
    responder,
    log,
    served,
    server,
    port,
    get,
    tend,
    until,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const identityOf = (roots: readonly (typeof root)[]) => ({
  certificate: das.cert,
  key: das.key,
  roots: roots.map((one) => certificatesToPem([one])),
});

const serviceBy = (
  { fetch }: ExampleResponder,
  clock: FakeClock,
  log: RecordingLog,
  whenUnavailable: 'hard-fail' | 'soft-fail',
): RevocationService =>
  revocationService({
    mode: 'ocsp',
    whenUnavailable,
    recheckAfter: Minutes(5),
    certificateIdHash: 'sha-256',
    fetch,
    clock,
    log,
  });

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const refusedWith =
  (code: string, message: RegExp = /./) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof SealmeterError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.notEqual(error.mend, undefined);
    return true;
  };

describe('an answer is handed on', () => {
  it('when leaf and sub-CA are good; without a staple both are asked about, once', async () => {
    await using set = await setUp();
    for (let time = 0; time < 3; time += 1) {
      const { status, body } = await set.get();
      assert.deepEqual([status, Buffer.from(body).toString()], [200, 'a document']);
    }
    assert.equal(set.responder.asked, 2);
  });

  it('when the meter staples that its leaf is good; only the sub-CA is asked about', async () => {
    await using set = await setUp({ staple: freshStaple });
    assert.equal((await set.get()).status, 200);
    assert.equal(set.responder.asked, 1);
  });

  it('where nobody says anything, with soft-fail, and the log says so for each certificate each time', async () => {
    await using set = await setUp({ whenUnavailable: 'soft-fail' });
    set.responder.goAway();
    for (let time = 1; time <= 2; time += 1) {
      assert.equal((await set.get()).status, 200);
      assert.equal(set.log.of('revocation.passed-without-answer').length, 2 * time);
    }
  });

  it('during an outage, as long as the earlier answer holds, and not after it', async () => {
    await using set = await setUp();
    await set.get();
    set.responder.goAway();
    await set.clock.advance(Minutes(30));
    assert.equal((await set.get()).status, 200);
    await set.clock.advance(ANSWER_HOLDS);
    await assert.rejects(set.get(), refusedWith('METER_REVOCATION_UNKNOWN'));
  });

  it('without asking anybody, where that is switched off', async () => {
    await using set = await setUp({ revocation: 'off', staple: freshStaple });
    set.responder.revoke(meter.certificates[0]);
    assert.equal((await set.get()).status, 200);
    assert.equal(set.responder.asked, 0);
  });
});

describe('an answer is refused', () => {
  for (const [what, certificate] of [
    ['leaf', meter.certificates[0]],
    ['sub-CA', sub],
  ] as const) {
    it(`when the ${what} is revoked`, async () => {
      await using set = await setUp();
      set.responder.revoke(certificate);
      const says = new RegExp(`${certificate.subject.text}: its CA has revoked it`);
      await assert.rejects(set.get(), refusedWith('METER_CERTIFICATE_REVOKED', says));
    });
  }

  it('when the meter staples that its leaf is revoked', async () => {
    await using set = await setUp({
      async staple(responder) {
        responder.revoke(meter.certificates[0]);
        return await freshStaple(responder);
      },
    });
    await assert.rejects(set.get(), refusedWith('METER_CERTIFICATE_REVOKED'));
    assert.equal(set.responder.asked, 1, 'the sub-CA alone was asked about');
  });

  it('when nobody says anything, whatever the meter staples of its leaf', async () => {
    await using set = await setUp({ staple: freshStaple });
    set.responder.goAway();
    await assert.rejects(set.get(), refusedWith('METER_REVOCATION_UNKNOWN', /sub-CA/));
  });

  it('when the responder says something that cannot be believed, with soft-fail too', async () => {
    await using set = await setUp({ whenUnavailable: 'soft-fail' });
    set.responder.trouble = () => Promise.resolve(new Response(new Uint8Array(OCSP_LIMITS.size + 1)));
    await assert.rejects(set.get(), refusedWith('METER_REVOCATION_UNKNOWN', /larger than any honest one/));
  });

  it('when a certificate was revoked, or has expired, while the connection lasted', async () => {
    await using set = await setUp();
    await set.get();
    set.responder.revoke(meter.certificates[0]);
    await set.clock.advance(Seconds(299));
    assert.equal((await set.get()).status, 200);
    await set.clock.advance(Seconds(1));
    await assert.rejects(set.get(), refusedWith('METER_CERTIFICATE_REVOKED'));

    await using other = await setUp();
    await other.get();
    other.clock.set(addTime(meter.certificates[0].notAfter, Seconds(1)));
    await assert.rejects(other.get(), refusedWith('METER_CERTIFICATE_INVALID', /has expired/));
  });

  for (const version of ['TLS 1.2', 'TLS 1.3'] as const) {
    it(`on a resumed session too (${version})`, async () => {
      await using set = await setUp({ version });
      await set.get();
      set.server.closeAllConnections();
      assert.equal((await set.get()).status, 200);
      set.server.closeAllConnections();
      set.responder.revoke(meter.certificates[0]);
      await set.clock.advance(Minutes(5));
      await assert.rejects(set.get(), refusedWith('METER_CERTIFICATE_REVOKED'));
      assert.equal(set.served.resumed, 2);
    });
  }

  it('when the root is another', async () => {
    await using set = await setUp();
    const identity = { ...identityOf([otherRoot]), certificate: clients.das.cert, key: clients.das.key };
    using stranger = new MeterClient({ identity, revocation: undefined, clock: set.clock });
    await assert.rejects(
      stranger.get(new URL(`https://localhost:${set.port}/`), {}),
      refusedWith('METER_CERTIFICATE_INVALID', /unable to get local issuer certificate|self-signed certificate/),
    );
  });
});

describe('an answer that is too long', () => {
  it('is cut off', async () => {
    await using set = await setUp({ revocation: 'off', largestAnswer: 'a document'.length - 1 });
    await assert.rejects(set.get(), refusedWith('METER_ANSWER_TOO_LARGE', /over 9 bytes/));
  });
});

describe('before it runs out', () => {
  it('what is known of revocation is asked for anew, and the next answer waits for nobody', async () => {
    await using set = await setUp();
    await set.get();
    await set.tend(Minutes(1));
    assert.equal(set.responder.asked, 2, 'it holds for longer');
    await set.clock.advance(Minutes(4.5));
    await set.tend(Minutes(1));
    assert.equal(set.responder.asked, 4, 'leaf and sub-CA');
    await set.clock.advance(Minutes(4));
    assert.equal((await set.get()).status, 200);
    assert.equal(set.responder.asked, 4);
  });

  it('where nobody answers, what is known goes on until its time', async () => {
    await using set = await setUp();
    await set.get();
    await set.clock.advance(Minutes(4.5));
    set.responder.goAway();
    await set.tend(Minutes(1));
    assert.equal(set.responder.asked, 4);
    await set.clock.advance(Seconds(20));
    assert.equal((await set.get()).status, 200);
    assert.equal(set.responder.asked, 4);
    assert.equal(set.log.of('revocation.passed-without-answer').length, 0);
  });

  it('a certificate that was revoked is found out ahead', async () => {
    await using set = await setUp();
    await set.get();
    set.responder.revoke(meter.certificates[0]);
    await set.clock.advance(Minutes(4.5));
    await set.tend(Minutes(1));
    await assert.rejects(set.get(), refusedWith('METER_CERTIFICATE_REVOKED'));
  });

  for (const version of ['TLS 1.2', 'TLS 1.3'] as const) {
    it(`a connection gets new keys, in a full handshake, and serves the next request (${version})`, async () => {
      await using set = await setUp({ revocation: 'off', version });
      await set.get();
      await set.tend(Minutes(1));
      assert.equal(set.served.connections, 1, 'it is young');
      await set.clock.advance(Hours(23.99));
      await set.tend(Minutes(1));
      await set.until(() => set.served.connections === 2);
      assert.deepEqual(set.served, { requests: 1, resumed: 0, connections: 2 });
      for (let time = 0; time < 2; time += 1) assert.equal((await set.get()).status, 200);
      assert.deepEqual(set.served, { requests: 3, resumed: 0, connections: 2 });
      await set.tend(Minutes(1));
      assert.equal(set.served.connections, 2, 'it is young again');
    });
  }

  it('one that the meter has ended meanwhile is made once more', async () => {
    await using set = await setUp({ revocation: 'off' });
    await set.get();
    await set.clock.advance(Hours(24));
    await set.tend(Minutes(1));
    await set.until(() => set.served.connections === 2);
    set.server.closeAllConnections();
    assert.equal((await set.get()).status, 200);
    assert.equal(set.served.connections, 3);
  });

  it('one on which the meter says something that nobody asked for is not used', async () => {
    await using set = await setUp({ revocation: 'off' });
    await set.get();
    await set.clock.advance(Hours(24));
    const ended = new Promise((resolve) =>
      set.server.once('secureConnection', (socket) => {
        socket.once('close', resolve);
        socket.write('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n');
      }),
    );
    await set.tend(Minutes(1));
    await ended;
    assert.equal((await set.get()).status, 200);
  });

  it('a connection that is gone is made once more in a full handshake, where its session would be too old', async () => {
    await using set = await setUp({ revocation: 'off' });
    await set.get();
    set.server.closeAllConnections();
    await set.clock.advance(Hours(0.5));
    await set.tend(Minutes(1));
    assert.equal(set.served.connections, 1, 'it can be resumed for an hour');
    await set.clock.advance(Hours(0.49));
    await set.tend(Minutes(1));
    await set.until(() => set.served.connections === 2);
    assert.equal((await set.get()).status, 200);
    assert.deepEqual(set.served, { requests: 2, resumed: 0, connections: 2 });
  });

  it('keys are as old as their full handshake, in however many sessions they were resumed', async () => {
    await using set = await setUp({ revocation: 'off' });
    await set.get();
    for (let times = 0; times < 3; times += 1) {
      await set.clock.advance(Minutes(15));
      set.server.closeAllConnections();
      await set.get();
    }
    assert.equal(set.served.resumed, 3);
    set.server.closeAllConnections();
    await set.clock.advance(Minutes(14.5));
    await set.tend(Minutes(1));
    await set.until(() => set.served.connections === 5);
    assert.equal(set.served.resumed, 3);
  });

  it('nothing happens to a meter that nobody has met', async () => {
    await using set = await setUp();
    await set.tend(Minutes(1));
    assert.deepEqual(set.served, { requests: 0, resumed: 0, connections: 0 });
  });
});

describe('a staple counts as none', () => {
  const dishonest: Readonly<Record<string, (responder: ExampleResponder) => Promise<Uint8Array>>> = {
    'when it is no OCSP response': () => Promise.resolve(Buffer.from('<html>')),
    'when it is about another certificate': async (responder) =>
      (await responder.source().ask(das.certificates[0], sub)).proof,
    'when one bit of it is flipped': async (responder) => {
      const proof = await freshStaple(responder);
      return proof.with(proof.length >> 1, (proof[proof.length >> 1] ?? 0) ^ 1);
    },
  };
  for (const [what, staple] of Object.entries(dishonest)) {
    it(what, async () => {
      await using set = await setUp({ staple });
      assert.equal((await set.get()).status, 200);
      assert.equal(set.responder.asked, 2, 'leaf and sub-CA were asked about');
    });
  }

  it('when it is older than an answer of our own would be: the key may have been stolen since', async () => {
    await using set = await setUp({ staple: freshStaple });
    await set.clock.advance(Minutes(6));
    set.responder.revoke(meter.certificates[0]);
    await assert.rejects(set.get(), refusedWith('METER_CERTIFICATE_REVOKED'));
  });

  it('when its end has come', async () => {
    await using set = await setUp({ staple: freshStaple });
    await set.clock.advance(Hours(2));
    assert.equal((await set.get()).status, 200);
    assert.equal(set.responder.asked, 2);
  });

  it('once we were told that the certificate is revoked', async () => {
    await using set = await setUp({ staple: freshStaple });
    await set.get();
    set.responder.revoke(meter.certificates[0]);
    await set.clock.advance(Minutes(5));
    await assert.rejects(set.get(), refusedWith('METER_CERTIFICATE_REVOKED'));
    await assert.rejects(set.get(), refusedWith('METER_CERTIFICATE_REVOKED'));
  });
});
