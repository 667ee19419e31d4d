import type { Clock } from '#core/clock.ts';
import type { Zone } from '#core/zone.ts';
import type { TimeSetter } from '#cosem/clock.ts';
import { measuredBreaker } from '#cosem/disconnect-control.ts';
import type { EventBooks } from '#cosem/events.ts';
import type { ImageStore } from '#cosem/image-transfer.ts';
import type { LogicalDevice } from '#cosem/logical-device.ts';
import { neverPeriodic } from '#cosem/profile-generic.ts';
import { historyOfSnapshots } from '#cosem/snapshot-history.ts';
import { standardObjects } from '#cosem/standard-objects.ts';
import type { StandardObjects, StandardParts } from '#cosem/standard-parts.ts';
import { captureHistory } from '#journal/capture-history.ts';
import { captureRecords } from '#journal/capture-records.ts';
import type { Journal } from '#journal/journal.ts';
import { Actuator } from '#modbus/actuator.ts';
import { AdjustableTimes, type ProfileTimes } from './capture-periods.ts';
import type { MeteredDevice } from './metering.ts';
import type { Program } from './program.ts';

/** What the objects of all devices have in common. */
export interface ObjectsParts {
  readonly journal: Journal;
  readonly books: EventBooks;
  readonly program: Program;
  /** The legal time of the site. */
  readonly zone: Zone;
  readonly clock: Clock;
  /** By whom the clock of the service, which all devices show, may be set. */
  readonly timeSetter?: TimeSetter;
  /** Who takes images of the program, which all devices are measured by. */
  readonly images?: ImageStore;
}

/** The objects of a meter beside its measurands. `device` is asked for when somebody reads. */
export function objectsOfMeter(
  metered: MeteredDevice,
  times: ProfileTimes,
  parts: ObjectsParts,
  device: () => LogicalDevice,
): StandardObjects {
  const { id, meterNumber, locationId, description } = metered;
  const { manufacturer, name: model } = description.plan.model;
  return standardObjects({
    ...commonParts(parts),
    identity: { id, meterNumber, locationId, manufacturer, model },
    rows: description.objects,
    profile: keptProfiles(id, times, parts, device),
    captures: captureRecords(parts.journal.captures, id),
    ...actuatorsOf(metered, parts.clock),
  });
}

/** The objects of the management device: those of the service as a whole. */
export function objectsOfManagement(
  id: string,
  parts: ObjectsParts,
  devices: () => readonly LogicalDevice[],
): StandardObjects {
  return standardObjects({
    ...commonParts(parts),
    identity: { id, meterNumber: '', locationId: '', manufacturer: 'sealmeter', model: 'sealmeter' },
    rows: [],
    profile: () => undefined,
    devices,
    ...(parts.timeSetter && { timeSetter: parts.timeSetter }),
    ...(parts.images && { images: parts.images }),
  });
}

function commonParts({ journal, books, program, zone }: ObjectsParts) {
  const firmware = { identifier: `sealmeter ${program.version}`, sha256: program.sha256 };
  return { firmware, zone, parameters: journal.parameters, books };
}

/** What ends a profile is retention, not a number of entries: the largest that the attribute can say. */
const CAPACITY = 0xffff_ffff;

/** Every profile is a choice of captures. */
function keptProfiles(
  id: string,
  times: ProfileTimes,
  { journal }: ObjectsParts,
  device: () => LogicalDevice,
): StandardParts['profile'] {
  return (name, columns) => {
    const own = times[name];
    const history = historyOfSnapshots(captureHistory(journal.captures, id, own), columns, device);
    const period = own instanceof AdjustableTimes ? own : neverPeriodic;
    return { history, period, capacity: CAPACITY };
  };
}

/** What the hardware can be told to do, as its description says. */
function actuatorsOf({ description, host, port, unit, timeout }: MeteredDevice, clock: Clock): Partial<StandardParts> {
  const { plan } = description;
  const { breaker, display, tariff } = plan.actuators;
  const actuator = new Actuator({ plan, host, port, unit, timeout, clock });
  return {
    ...(breaker && { breaker: measuredBreaker(breaker.state, (state) => actuator.switchTo('breaker', state)) }),
    // COSEM counts tariffs from 1, the register from 0.
    ...(tariff && { switchTariff: (number: number) => actuator.switchTo('tariff', number - 1) }),
    ...(display && { display: { ...display, show: (lines: readonly string[]) => actuator.show(lines) } }),
  };
}
