import { readFileSync, writeSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Clock, systemClock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import { addTime, Days, Instant, Milliseconds } from '#core/time.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { Collector, DEFAULT_COLLECTOR_LIMITS } from '#das/collector.ts';
import type { Answer, Headers } from '#das/meter-client.ts';
import type { ReadingStore } from '#das/reading-store.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { readCertificates } from '#pki/certificate.ts';

/*
 * A collector that is going to be killed. It reads the meters of its store, whose answers come over HTTP from the test, and
 * says on stdout what the store has acknowledged: "kept KIND NUMBER". Arguments: folder, port, the time at which it begins.
 */
const [, , folder = '', port = '', start = ''] = process.argv;
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const [certificate] = readCertificates(Buffer.from(read('server.pem')));

const clock: Clock = {
  ...systemClock,
  now: () => addTime(Instant(Number(start)), Milliseconds(Math.floor(performance.now()))),
};

const get = (url: URL, headers: Headers, signal: AbortSignal): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const place = { host: '127.0.0.1', port, path: url.pathname + url.search, headers, signal };
    httpGet(place, (incoming) => {
      const { statusCode: status = 0 } = incoming;
      buffer(incoming).then((body) => resolve({ status, headers: {}, body, certificate }), reject);
    }).on('error', reject);
  });

/** Says what was kept once that is certain, and not before. */
function telling(store: ReadingStore): ReadingStore {
  const append: ReadingStore['append'] = async (documents) => {
    const results = await store.append(documents);
    const lines = documents.map(({ kind, number }, index) => `${results[index]?.outcome} ${kind} ${number}\n`);
    writeSync(1, lines.join(''));
    return results;
  };
  return { ...store, append };
}

const PERIOD = Milliseconds(100);

const collector = new Collector({
  store: telling(await openSqliteStore(join(folder, 'store'))),
  connect: () => ({ get, tend: () => Promise.resolve(), [Symbol.dispose]() {} }),
  signer: softwareSigner({ certificatePem: read('das.pem'), privateKeyPem: read('das.key') }),
  signatures: undefined,
  scheduleOf: () => ({ live: PERIOD, captures: PERIOD, events: Days(1), profiles: Days(1) }),
  limits: { ...DEFAULT_COLLECTOR_LIMITS, spacing: Milliseconds(1) },
  crypto: nodeCrypto,
  clock,
  log: silentLog,
});
await collector.start();
