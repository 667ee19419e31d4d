import { sleep, systemClock } from '#core/clock.ts';
import { Minutes, Seconds } from '#core/time.ts';
import type { DocumentsAnswer } from '#das/api-types.ts';
import type { Figure } from './compare.ts';
import { type AskDas, enterDas, storedBy } from './das-client.ts';
import { writeDasConfiguration } from './das-configuration.ts';
import { meterName } from './meter-crowd.ts';
import { startDas, startServer } from './server-process.ts';
import type { Site } from './site.ts';

export interface CatchUpEffort {
  readonly meters: number;
  /** Captures that each has when it comes back. */
  readonly captures: number;
}

const SCHEDULE = { live: '1 s', events: '1 d', captures: '1 s', profiles: '1 d' };

/** One is taken every so often. */
const CAPTURED_EVERY = Minutes(15);

/** A DAS in a process of its own that catches up with meters after an outage, while it goes on reading them each second. */
export async function catchUpFigures(site: Site, { meters, captures }: CatchUpEffort): Promise<readonly Figure[]> {
  await using crowd = await startServer('./catch-up-server.ts', [site.folder, `${meters}`, `${captures}`]);
  await using das = await startDas(writeDasConfiguration(site, 'catch-up', crowd.ready.split(' '), SCHEDULE));
  const askDas = await enterDas(das.ready);
  const start = Date.now();
  while ((await storedBy(askDas, 'capture')) < meters * captures) await sleep(systemClock, Seconds(0.1));
  const end = Date.now();
  const perSecond = (meters * captures * 1_000) / (end - start);
  const crowdOf = `${meters} meters with ${captures} captures of 90 kB each`;
  return [
    {
      name: `catching up with ${crowdOf}, meters and DAS on this machine: times real time`,
      value: (captures * CAPTURED_EVERY) / (end - start),
      unit: '×',
      reach: { at: 'least', value: 50 },
    },
    { name: 'the same, captures', value: perSecond, unit: '/s', reach: undefined },
    {
      name: 'the longest time between two live reads of a meter meanwhile, each due every second',
      value: await longestPause(askDas, meters, { start, end }),
      unit: 'ms',
      reach: undefined,
    },
  ];
}

/** Milliseconds, by the times at which the meters sealed what the DAS has kept. */
async function longestPause(askDas: AskDas, meters: number, { start, end }: { start: number; end: number }) {
  let longest = 0;
  for (let meter = 0; meter < meters; meter += 1) {
    const answer = await askDas(
      `/api/meters/${meterName(meter)}/documents?kind=live&limit=1000&from=${new Date(start).toISOString()}&to=${new Date(end).toISOString()}`,
    );
    const { documents } = JSON.parse(answer) as DocumentsAnswer;
    const times = [start, ...documents.map(({ at }) => Date.parse(at)), end];
    for (const [index, at] of times.entries()) longest = Math.max(longest, at - (times[index - 1] ?? at));
  }
  return longest;
}
