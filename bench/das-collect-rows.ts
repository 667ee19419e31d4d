import { sleep, systemClock } from '#core/clock.ts';
import { Seconds } from '#core/time.ts';
import type { Figure } from './compare.ts';
import { enterDas, storedBy } from './das-client.ts';
import { writeDasConfiguration } from './das-configuration.ts';
import { startDas, startServer } from './server-process.ts';
import type { Site } from './site.ts';

export interface CollectEffort {
  readonly meters: number;
  /** How long is measured, after as long to connect. */
  readonly seconds: number;
}

/** How often each meter is read. */
const EVERY = Seconds(2);

/** A DAS in a process of its own, which reads a crowd of meters live, each over its own kept TLS connection. */
export async function dasCollectFigures(site: Site, { meters, seconds }: CollectEffort): Promise<readonly Figure[]> {
  const each = Math.ceil((2 * Seconds(seconds)) / EVERY) + 20;
  await using crowd = await startServer('./meter-crowd-server.ts', [site.folder, `${meters}`, `${each}`, `${EVERY}`]);
  const schedule = { live: `${EVERY} ms`, events: '1 d', captures: '1 d', profiles: '1 d' };
  await using das = await startDas(writeDasConfiguration(site, 'crowd', crowd.ready.split(' '), schedule));
  const askDas = await enterDas(das.ready);
  await sleep(systemClock, Seconds(seconds));
  const before = { usage: await das.usage(), stored: await storedBy(askDas, 'live'), at: performance.now() };
  await sleep(systemClock, Seconds(seconds));
  const after = { usage: await das.usage(), stored: await storedBy(askDas, 'live'), at: performance.now() };
  const elapsed = (after.at - before.at) / 1_000;
  const rate = (after.stored - before.stored) / elapsed;
  const due = (meters * 1_000) / EVERY;
  return [
    {
      name: `live readings of ${meters} meters, read every 2 s: kept`,
      value: rate,
      unit: '/s',
      reach: { at: 'least', value: 0.95 * due },
    },
    {
      name: 'the same, share of a core',
      value: ((after.usage.cpu - before.usage.cpu) / 1_000_000 / elapsed) * 100,
      unit: '%',
      reach: undefined,
    },
    {
      name: 'resident memory of the DAS, per meter',
      value: after.usage.resident / meters / 1_000,
      unit: 'kB',
      reach: undefined,
    },
  ];
}
