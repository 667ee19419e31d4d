import type { Duration } from '#core/time.ts';
import type { SampledDevice } from '#cosem/sampled-device.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import { atAnyOf } from '#journal/capture-schedule.ts';
import { createGuardedClient } from '#modbus/guarded-client.ts';
import type { MeasurePlan } from '#modbus/measure-plan.ts';
import { startPoller } from '#modbus/poller.ts';
import { type CapturePeriods, profileTimes } from './capture-periods.ts';
import { Capturing } from './capturing.ts';
import { DeviceEvents } from './device-events.ts';
import type { LoadedDescription } from './device-file.ts';
import { logOf } from './device-log.ts';
import { type ObjectsParts, objectsOfMeter } from './device-objects.ts';
import type { MeterJournal } from './meter-journal.ts';
import { NumberedDevice, type NumberingParts } from './numbered-device.ts';

/** One physical meter: what it is, what it is called, and where it is found. */
export interface MeteredDevice {
  readonly id: string;
  readonly meterNumber: string;
  readonly locationId: string;
  readonly description: LoadedDescription;
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  readonly timeout: Duration;
}

export interface MeteringParts extends ObjectsParts, NumberingParts {
  /** How often load profiles are captured, unless somebody has written another period. */
  readonly capturePeriods: CapturePeriods;
  readonly meterJournal: MeterJournal;
}

/** A physical meter that is being polled. */
export interface Metering extends AsyncDisposable {
  readonly device: SampledDevice;
  /** Settles with the first sample, be it one without values. */
  readonly sampled: Promise<void>;
}

/**
 * Starts to poll a meter. Each sample becomes the device's snapshot; the books are told what it says of the device, it is
 * captured if one is due, and then `onSnapshot` is told.
 */
export function startMetering(
  metered: MeteredDevice,
  parts: MeteringParts,
  onSnapshot: (snapshot: Snapshot) => void,
): Metering {
  const { id, description, host, port, unit, timeout } = metered;
  const { clock, meterJournal, journal } = parts;
  const { plan, objects: rows } = description;
  const log = logOf(parts.log, id);
  meterJournal.noteDescription(id, description);
  const events = new DeviceEvents(id, countersOf(plan), meterJournal);
  const running = new AsyncDisposableStack();
  const profiles = profileTimes(id, { ...parts, parameters: journal.parameters });
  const others = objectsOfMeter(metered, profiles, parts, () => numbered.device);
  const numbered = running.use(new NumberedDevice({ ...metered, rows }, others, { ...parts, log }));
  const times = atAnyOf(...Object.values(profiles));
  const capturing = running.use(new Capturing({ identity: metered, rows, times, journal: meterJournal, clock }));
  const { promise: sampled, resolve } = Promise.withResolvers<void>();
  const { minimumInterval } = plan.access;
  const transport = running.use(createGuardedClient({ host, port, unit, timeout, minimumInterval, clock, log }));
  running.use(
    startPoller({
      plan,
      transport,
      clock,
      log,
      onSample(sample) {
        const snapshot = numbered.accept(sample);
        events.note(snapshot);
        capturing.offer(snapshot);
        resolve();
        onSnapshot(snapshot);
      },
    }),
  );
  return { device: numbered.device, sampled, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** The keys of values that only grow. */
const countersOf = ({ measurands }: MeasurePlan): readonly string[] =>
  measurands.filter((measurand) => measurand.kind === 'read' && measurand.counter !== undefined).map(({ key }) => key);
