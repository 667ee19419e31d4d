import { type MetricFamily, processMetrics, writeExposition } from '#core/exposition.ts';
import { type AlarmKind, alarmKindNames, alarmKinds } from './alarm-kinds.ts';
import type { Collector } from './collector.ts';
import type { Alarm } from './das-registry.ts';
import type { MeterId, ReadingStore } from './reading-store.ts';

type Samples = MetricFamily['samples'];

interface Facts {
  readonly collector: Pick<Collector, 'tally' | 'load' | 'status'>;
  readonly meters: readonly MeterId[];
  readonly openAlarms: readonly Alarm[];
  readonly missingCaptures: bigint;
}

interface MetricRow extends Omit<MetricFamily, 'samples'> {
  readonly samples: (facts: Facts) => Samples;
}

const one = (value: number): Samples => [{ value }];

/** What a DAS says of itself. No row per meter: several thousand would be more than anybody draws. */
const METRICS: readonly MetricRow[] = [
  {
    name: 'sealmeter_das_meters',
    type: 'gauge',
    help: 'Meters that are read.',
    samples: ({ meters }) => one(meters.length),
  },
  {
    name: 'sealmeter_das_meters_silent',
    type: 'gauge',
    help: 'Of them, those that have not answered for longer than they may.',
    samples: ({ collector, meters }) => one(meters.filter((meter) => collector.status(meter)?.silent === true).length),
  },
  {
    name: 'sealmeter_das_documents_judged_total',
    type: 'counter',
    help: 'Documents that came, by kind and by whether they were proven.',
    samples: ({ collector }) =>
      [...collector.tally.documents].flatMap(([kind, { proven, refused }]) => [
        { labels: { kind, outcome: 'proven' }, value: proven },
        { labels: { kind, outcome: 'refused' }, value: refused },
      ]),
  },
  {
    name: 'sealmeter_das_documents_stored_total',
    type: 'counter',
    help: 'Documents that were proven and new, by kind.',
    samples: ({ collector }) =>
      [...collector.tally.documents].map(([kind, { stored }]) => ({ labels: { kind }, value: stored })),
  },
  {
    name: 'sealmeter_das_requests_total',
    type: 'counter',
    help: 'Requests to meters, by what became of them.',
    samples: ({ collector }) =>
      Object.entries(collector.tally.requests).map(([outcome, value]) => ({ labels: { outcome }, value })),
  },
  {
    name: 'sealmeter_das_received_bytes_total',
    type: 'counter',
    help: 'Octets of documents that meters have sent.',
    samples: ({ collector }) => one(collector.tally.receivedBytes),
  },
  {
    name: 'sealmeter_das_requests_running',
    type: 'gauge',
    help: 'Requests to meters that are under way.',
    samples: ({ collector }) => one(collector.load.running),
  },
  {
    name: 'sealmeter_das_requests_waiting',
    type: 'gauge',
    help: 'Requests to meters that wait for their place.',
    samples: ({ collector }) => one(collector.load.waiting),
  },
  {
    name: 'sealmeter_das_captures_missing',
    type: 'gauge',
    help: 'Captures that are missing between the first and the last that is here, of all meters.',
    samples: ({ missingCaptures }) => one(Number(missingCaptures)),
  },
  {
    name: 'sealmeter_das_alarms_open',
    type: 'gauge',
    help: 'Alarms that are neither over nor acknowledged, by kind.',
    samples: ({ openAlarms }) => alarmKindNames.map((kind) => alarmSample(kind, openAlarms)),
  },
];

function alarmSample(kind: AlarmKind, open: readonly Alarm[]): Samples[number] {
  const { code, severity } = alarmKinds[kind];
  return { labels: { code, severity }, value: open.filter((alarm) => alarm.code === code).length };
}

/** More than anybody has open. */
const MOST_ALARMS = 10_000;

/** What Prometheus is told, as of now. */
export async function dasMetrics(store: ReadingStore, collector: Facts['collector']): Promise<string> {
  const standings = await store.standings();
  const facts: Facts = {
    collector,
    meters: (await store.meters()).map(({ id }) => id),
    openAlarms: await store.alarms({ open: true, limit: MOST_ALARMS }),
    missingCaptures: standings.reduce((sum, { kind, missing }) => (kind === 'capture' ? sum + missing : sum), 0n),
  };
  const own = METRICS.map((row): MetricFamily => ({ ...row, samples: row.samples(facts) }));
  return writeExposition([...own, ...processMetrics()]);
}
