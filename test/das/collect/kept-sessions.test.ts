import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { Days, Hours, type Instant, Minutes, Seconds } from '#core/time.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { Collector, DEFAULT_COLLECTOR_LIMITS } from '#das/collector.ts';
import { MeterClient } from '#das/meter-client.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { type TlsVersion, tlsOptions } from '#http/tls-options.ts';
import type { Fetch } from '#pki/http-exchange.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { revocationService } from '#pki/revocation-service.ts';
import { ExampleResponder, revocable } from '../../http/support/ocsp-parties.ts';
import { RecordingLog } from '../../http/support/recording-log.ts';
import { TODAY } from '../../http/support/tls-parties.ts';
import { METER_ID } from '../../support/example-meter.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { CountedCalls } from './support/counted-calls.ts';

const { das, meter, root } = revocable;

/** How long the meter lets a session be resumed, and how long the responder's answers hold. */
const SHORT = Minutes(1);

/** What reads have met at the meter and at the responder. */
interface Met {
  reads: number;
  /** They had to shake hands in full … */
  fullHandshakes: number;
  /** … or came in a session that was too old … */
  oldSessions: number;
  /** … or waited for an answer about a certificate. */
  questions: number;
}

/** A meter that ends each connection with its answer, and whose sessions are soon too old. Each answer is refused: no matter. */
function shortLivedMeter(version: TlsVersion, clock: FakeClock, met: Met): Server {
  const suite = version === 'TLS 1.2' ? 'ECDHE-ECDSA-AES128-GCM-SHA256' : 'TLS_AES_128_GCM_SHA256';
  const rules = { minimumVersion: version, suites: [suite], groups: ['P-256'] } as const;
  const made = new WeakMap<object, Instant>();
  let lastFull = clock.now();
  const options = tlsOptions({ ...meter, clientRoots: [root] }, rules, { resumeFor: SHORT });
  const server = createServer(options, ({ socket }, response) => {
    const isFull = made.get(socket) === lastFull;
    met.reads += 1;
    if (isFull && lastFull === clock.now()) met.fullHandshakes += 1;
    if (clock.now() - lastFull >= SHORT) met.oldSessions += 1;
    response.setHeader('Connection', 'close').end('no document');
  });
  return server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.isSessionReused()) return;
    lastFull = clock.now();
    made.set(socket, lastFull);
  });
}

async function setUp(t: TestContext, version: TlsVersion) {
  const clock = new FakeClock(TODAY);
  const log = new RecordingLog();
  const calls = new CountedCalls();
  const responder = new ExampleResponder(clock);
  responder.holds = SHORT;
  const met: Met = { reads: 0, fullHandshakes: 0, oldSessions: 0, questions: 0 };
  const server = shortLivedMeter(version, clock, met);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let reading = 0;
  const fetch: Fetch = (...asked) => {
    if (reading > 0) met.questions += 1;
    return responder.fetch(...asked);
  };
  const common = { mode: 'ocsp', whenUnavailable: 'hard-fail', certificateIdHash: 'sha-256' } as const;
  const asking = calls.of({ fetch }).fetch;
  const revocation = revocationService({ ...common, recheckAfter: Minutes(5), fetch: asking, clock, log });
  const identity = { certificate: das.cert, key: das.key, roots: [certificatesToPem([root])] };
  const client = new MeterClient({ identity, revocation, clock });
  const store = await openSqliteStore(temporaryFolder(t));
  const pinned = { id: METER_ID, name: '', url, zone: 'Europe/Berlin', tlsRoots: [], signatures: [] };
  await store.putMeter({ ...pinned, requestForm: 'rfc9421', addedAt: clock.now(), addedBy: 'das' });
  const connection = calls.of({
    async get(...asked: Parameters<MeterClient['get']>) {
      reading += 1;
      return await client.get(...asked).finally(() => {
        reading -= 1;
      });
    },
    tend: (...asked: Parameters<MeterClient['tend']>) => client.tend(...asked),
    [Symbol.dispose]: () => client[Symbol.dispose](),
  });
  const collector = new Collector({
    store: calls.of(store),
    connect: () => connection,
    signer: softwareSigner({ certificatePem: das.cert, privateKeyPem: das.key }),
    signatures: undefined,
    scheduleOf: () => ({ live: Days(1), events: Days(1), captures: Minutes(5), profiles: Days(1) }),
    limits: DEFAULT_COLLECTOR_LIMITS,
    crypto: nodeCrypto,
    clock,
    log,
  });
  await collector.start();
  return {
    met,
    responder,
    async pass(seconds: number): Promise<void> {
      for (let passed = 0; passed < seconds; passed += Seconds(1)) {
        await clock.advance(Seconds(1), () => calls.end());
      }
    },
    async [Symbol.asyncDispose]() {
      await collector[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}

describe('where answers about certificates and sessions are short-lived, and captures alone are read', () => {
  for (const version of ['TLS 1.2', 'TLS 1.3'] as const) {
    it(`no read but the first meets one that has expired (${version})`, async (t) => {
      await using set = await setUp(t, version);
      await set.pass(Minutes(6));
      const { met } = set;
      // One or two: when the first is due depends on the time of day.
      assert.ok(met.reads >= 1, 'the meter was read');
      assert.ok(met.fullHandshakes === 1 && met.questions > 0, 'at first nobody knows the meter');
      Object.assign(met, { reads: 0, fullHandshakes: 0, oldSessions: 0, questions: 0 });
      set.responder.asked = 0;
      await set.pass(Hours(4));
      assert.ok(met.reads >= 47, `${met.reads} reads`);
      assert.deepEqual({ ...met, reads: 0 }, { reads: 0, fullHandshakes: 0, oldSessions: 0, questions: 0 });
      assert.ok(set.responder.asked >= 2 * 47, 'leaf and sub-CA, before each read');
    });
  }
});
