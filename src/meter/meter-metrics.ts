import type { Clock } from '#core/clock.ts';
import { type MetricFamily, processMetrics, writeExposition } from '#core/exposition.ts';
import { timeBetween, toSeconds } from '#core/time.ts';
import type { LogicalDevice } from '#cosem/logical-device.ts';
import type { StateFlag } from '#cosem/state.ts';
import { type RefusalReason, refusalReasons } from '#http/refusals.ts';
import type { CaptureReader } from '#journal/captures.ts';

/** What a meter says of itself. Measured values are not among it: who wants those asks for documents. */
export interface MetricParts {
  readonly devices: readonly LogicalDevice[];
  readonly captures: Pick<CaptureReader, 'last'>;
  /** How many connections the door has refused, for each reason. */
  readonly refusals: ReadonlyMap<RefusalReason, number>;
  readonly clock: Clock;
}

interface MetricRow extends Omit<MetricFamily, 'samples'> {
  readonly value: (device: LogicalDevice, parts: MetricParts) => number;
}

const says = (device: LogicalDevice, flag: StateFlag): number => (device.snapshot().state.has(flag) ? 1 : 0);

/** One sample for each logical device. */
const METRICS: readonly MetricRow[] = [
  {
    name: 'sealmeter_meter_sample_age_seconds',
    type: 'gauge',
    help: 'How old the sample is that stands.',
    value: (device, { clock }) => toSeconds(timeBetween(device.snapshot().at, clock.now())),
  },
  {
    name: 'sealmeter_meter_sequence_number',
    type: 'gauge',
    help: 'The number of that sample.',
    value: (device) => Number(device.snapshot().sequenceNumber),
  },
  {
    name: 'sealmeter_meter_device_unreachable',
    type: 'gauge',
    help: '1 where the measuring device does not answer.',
    value: (device) => says(device, 'device-unreachable'),
  },
  {
    name: 'sealmeter_meter_clock_unsynchronised',
    type: 'gauge',
    help: '1 where the clock is not synchronised.',
    value: (device) => says(device, 'clock-not-synchronised'),
  },
  {
    name: 'sealmeter_meter_captures',
    type: 'gauge',
    help: 'The number of the last capture.',
    value: ({ id }, { captures }) => captures.last(id)?.number ?? 0,
  },
];

/** What Prometheus is told of a meter, as of now. */
export function meterMetrics(parts: MetricParts): string {
  const own = METRICS.map(({ value, ...family }) => ({
    ...family,
    samples: parts.devices.map((device) => ({ labels: { device: device.id }, value: value(device, parts) })),
  }));
  return writeExposition([...own, refused(parts), ...processMetrics()]);
}

/** All reasons from the start: only so a first refusal is a rise. */
const refused = ({ refusals }: MetricParts): MetricFamily => ({
  name: 'sealmeter_meter_connections_refused_total',
  type: 'counter',
  help: 'Connections that were refused, by reason.',
  samples: refusalReasons.map((reason) => ({ labels: { reason }, value: refusals.get(reason) ?? 0 })),
});
