import type { Clock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { urlAt } from '#core/server.ts';
import { type Duration, Minutes } from '#core/time.ts';
import { pooledCrypto } from '#crypto/node-crypto.ts';
import { Collector, type CollectorParts } from './collector.ts';
import { dasMetrics } from './das-metrics.ts';
import { CONFIGURED_BY, type PinnedMeter } from './das-registry.ts';
import { DasServer, type DasServerParts } from './das-server.ts';
import type { KeepLimits, MeterId, ReadingStore } from './reading-store.ts';

export interface DasParts {
  /** Taken over: it is closed last. */
  readonly store: ReadingStore;
  readonly collector: Omit<CollectorParts, 'store' | 'crypto' | 'clock' | 'log'>;
  readonly server: Omit<DasServerParts, 'store' | 'collection' | 'metrics' | 'clock' | 'log'>;
  readonly listen: { readonly host: string; readonly port: number };
  /** The meters of the configuration. */
  readonly meters: readonly PinnedMeter[];
  readonly keep: KeepLimits;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Das extends AsyncDisposable {
  /** Where its page and its API are. */
  readonly url: string;
  /** Where the first administrator is made; `undefined` where there is one. */
  readonly firstAdministratorUrl: string | undefined;
  /** Takes up the meters of a configuration that has changed, and how often each is read. */
  replaceMeters(configured: readonly PinnedMeter[], scheduleOf: CollectorParts['scheduleOf']): Promise<void>;
  /** Takes up another certificate of its server. @throws SealmeterError as `DasServer.renew` */
  replaceTls(tls: DasServerParts['tls']): void;
}

/** How often the store is tidied up. */
const HOUSEKEEPING: Duration = Minutes(5);

/** Starts a DAS: what it keeps, what collects, and its door. It ends in the reverse order. */
export async function startDas(parts: DasParts): Promise<Das> {
  const { store, clock, log, listen, meters } = parts;
  await using starting = new AsyncDisposableStack();
  starting.use(store);
  await registerMeters(store, meters);
  const collector = starting.use(new Collector({ ...parts.collector, store, crypto: pooledCrypto, clock, log }));
  await collector.start();
  starting.use(keepHouse(parts));
  const metrics = (): Promise<string> => dasMetrics(store, collector);
  const server = starting.use(new DasServer({ ...parts.server, store, collection: collector, metrics, clock, log }));
  const url = urlAt('https', await server.listen(listen.host, listen.port));
  const token = parts.server.demo === true ? undefined : await server.offerFirstAdministrator();
  const running = starting.move();
  log.info('das.serving', { url, meters: (await store.meters()).length });
  return {
    url,
    firstAdministratorUrl: token && `${url}/#first-administrator=${token}`,
    async replaceMeters(configured, scheduleOf) {
      const removed = await registerMeters(store, configured);
      for (const id of removed) await collector.forget(id);
      collector.reschedule(scheduleOf);
      for (const meter of configured) collector.watch(meter);
    },
    replaceTls: (tls) => server.renew(tls),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/**
 * The configuration leads: what has been taken out of it is no longer read, and what was added on the page stays.
 * @returns those that were taken out
 */
async function registerMeters(store: ReadingStore, configured: readonly PinnedMeter[]): Promise<readonly MeterId[]> {
  const ids = new Set(configured.map(({ id }) => id));
  const removed = (await store.meters())
    .filter(({ id, addedBy }) => addedBy === CONFIGURED_BY && !ids.has(id))
    .map(({ id }) => id);
  for (const id of removed) await store.removeMeter(id);
  for (const meter of configured) await store.putMeter(meter);
  return removed;
}

function keepHouse({ store, keep, clock, log }: DasParts): Disposable {
  const tidyUp = (): void => {
    store
      .maintain(clock.now(), keep)
      .catch((error: unknown) => log.error('das.housekeeping-failed', { reason: reasonOf(error) }));
    cancel = clock.after(HOUSEKEEPING, tidyUp);
  };
  let cancel = clock.after(HOUSEKEEPING, tidyUp);
  return { [Symbol.dispose]: () => cancel() };
}
