import { type Clock, sleep } from '#core/clock.ts';
import { type Duration, Instant, Seconds, timeBetween } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import type { TimeSetter } from '#cosem/clock.ts';
import type { ImageStore } from '#cosem/image-transfer.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import { LiveSamples } from '#http/live-samples.ts';
import type { ClockSource } from '#journal/clock-status.ts';
import { ClockWatch } from '#journal/clock-watch.ts';
import { clientEventSink, journaledBooks } from '#journal/cosem-events.ts';
import type { NewEvent } from '#journal/event-books.ts';
import type { RetentionLimits } from '#journal/retention.ts';
import { Containers } from '#representation/containers.ts';
import { BookWitness } from './book-witness.ts';
import type { CapturePeriods } from './capture-periods.ts';
import { FileContainers } from './container-store.ts';
import { logOf } from './device-log.ts';
import { objectsOfManagement } from './device-objects.ts';
import { Door, type DoorParts } from './door.ts';
import { MeterJournal } from './meter-journal.ts';
import { meterMetrics } from './meter-metrics.ts';
import { type MeteredDevice, startMetering } from './metering.ts';
import { NetworkWatch } from './network-watch.ts';
import { NumberedDevice } from './numbered-device.ts';
import { type Program, readProgram } from './program.ts';
import { sealAhead } from './seal-ahead.ts';
import { disposeOf, type MeterSigner, Sealing } from './sealing.ts';

export interface MeterParts extends DoorParts {
  readonly signer: MeterSigner;
  /** Where what has to survive a restart is kept. */
  readonly stateFolder: string;
  readonly managementId: string;
  readonly devices: readonly MeteredDevice[];
  /** The legal time of the site. */
  readonly zone: Zone;
  /** Who knows whether the clock is right. */
  readonly clockSource: ClockSource;
  /** Who takes images of the program; absent where nobody does. */
  readonly images?: ImageStore;
  /** By whom clients may have the clock set; absent where nobody may. */
  readonly timeSetter?: TimeSetter;
  /** How often load profiles are captured, unless somebody has written another period. */
  readonly capturePeriods: CapturePeriods;
  /** How long and how much of the journal is kept. */
  readonly retention: RetentionLimits;
  /** The consumer at each device that has one: whose book says who read it. */
  readonly consumers: ReadonlyMap<string, string>;
  /** Resources that are sealed as soon as there is a sample. */
  readonly sealAhead: readonly string[];
}

/** What can be replaced while a meter runs. Without a signer the same key goes on sealing. */
export type ReplaceableParts = Pick<MeterParts, 'tls' | 'clients'> & Partial<Pick<MeterParts, 'signer'>>;

export interface Meter extends AsyncDisposable {
  readonly url: string;
  /** Of the key that seals. */
  readonly keyId: string;
  /** What Prometheus is told of it. */
  metrics(): string;
  /**
   * Takes up other parts, all or none of them. No request is dropped, and connections of before end in order.
   * @throws SealmeterError (configuration) where they cannot be used; then nothing has changed
   */
  replace(parts: ReplaceableParts): Promise<void>;
}

/** How long the door stays shut for the sake of devices, and of an OCSP responder, that do not answer. */
const WAIT_BEFORE_OPENING: Duration = Seconds(2);

/**
 * Starts everything: sealing, journal, watch of the clock, devices, door. Disposing stops it in reverse order.
 * @throws SealmeterError (configuration) where a file, a name or the port cannot be used
 */
export async function startMeter(parts: MeterParts): Promise<Meter> {
  const { clock, log } = parts;
  await using starting = new AsyncDisposableStack();
  const sealing = starting.use(new Sealing(parts.signer));
  const program = readProgram();
  const { stateFolder, retention } = parts;
  const meterJournal = starting.use(new MeterJournal({ stateFolder, program, sealing, retention, clock, log }));
  const onEvent = (event: NewEvent): void => meterJournal.note(event);
  const clockWatch = starting.use(new ClockWatch({ clock, source: parts.clockSource, onEvent, log }));
  starting.use(new NetworkWatch({ host: parts.listen.host, onEvent, clock }));
  const live = new LiveSamples();
  const boot = nextSecond(clock);
  const { devices, sampled } = startDevices({ parts, program, sealing, meterJournal, clockWatch, live }, starting);
  const { journal } = meterJournal;
  const changes = {
    events: clientEventSink(journal, (ldev) => parts.consumers.get(ldev)),
    containers: new Containers(new FileContainers(stateFolder)),
  };
  const witness = new BookWitness({ consumers: parts.consumers, note: onEvent, clock });
  const door = starting.use(new Door(parts, { devices, sealed: sealing.documents, changes, witness, live, boot }));
  starting.use(live);
  await atMost(WAIT_BEFORE_OPENING, Promise.all([sampled, door.prepare()]), clock);
  await untilReached(boot, clock);
  const url = await door.open();
  log.info('meter.ready', { url, devices: parts.devices.length });
  const running = starting.move();
  return {
    url,
    get keyId() {
      return sealing.keyId;
    },
    metrics: () =>
      meterMetrics({ devices: devices.devices, captures: journal.captures, refusals: door.refusals, clock }),
    async replace(other) {
      await replaceParts(other, door, sealing);
      meterJournal.noteKey('reload');
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function replaceParts({ tls, clients, signer }: ReplaceableParts, door: Door, sealing: Sealing): Promise<void> {
  await using unused = new AsyncDisposableStack();
  unused.defer(() => disposeOf(signer));
  const proven = door.renew(tls, clients);
  unused.move();
  if (signer !== undefined) await sealing.replace(signer);
  await proven;
}

interface Composition {
  readonly parts: MeterParts;
  readonly program: Program;
  readonly sealing: Sealing;
  readonly meterJournal: MeterJournal;
  readonly clockWatch: ClockWatch;
  readonly live: LiveSamples;
}

function startDevices(composition: Composition, starting: AsyncDisposableStack) {
  const { parts, sealing, meterJournal, live } = composition;
  const { managementId, log } = parts;
  const { journal } = meterJournal;
  const books = journaledBooks({
    events: journal.events,
    management: managementId,
    consumerOf: (ldev) => parts.consumers.get(ldev),
  });
  const shared = { ...parts, ...composition, journal, books };
  const identity = { id: managementId, meterNumber: '', locationId: '', rows: [] };
  const others = objectsOfManagement(managementId, shared, () => devices.devices);
  const management = starting.use(new NumberedDevice(identity, others, { ...shared, log: logOf(log, managementId) }));
  let sealHot = (_id: string): void => {};
  const tell = (id: string, snapshot: Snapshot): void => {
    live.publish(id, snapshot);
    sealHot(id);
  };
  const meterings = parts.devices.map((metered) =>
    starting.use(
      startMetering(metered, shared, (snapshot) => {
        tell(metered.id, snapshot);
        tell(managementId, management.accept({ at: parts.clock.now(), values: new Map(), flags: new Set() }));
      }),
    ),
  );
  const devices = logicalDevices(
    management.device,
    meterings.map(({ device }) => device),
  );
  sealHot = sealAhead(parts.sealAhead, { devices, sealed: sealing.documents, log });
  return { devices, sampled: Promise.all(meterings.map((metering) => metering.sampled)) };
}

/**
 * Signatures name whole seconds, and what was signed before the replay memory was there is refused. So the door opens at
 * a whole second, and nobody who signs after that is refused for the fraction before it.
 */
const nextSecond = (clock: Clock): Instant => Instant(Math.ceil(clock.now() / 1_000) * 1_000);

/** Waits for something, but no longer than so long. */
async function atMost(longest: Duration, awaited: Promise<unknown>, clock: Clock): Promise<void> {
  const { promise: elapsed, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(longest, resolve);
  await Promise.race([awaited, elapsed]);
  cancel();
}

async function untilReached(instant: Instant, clock: Clock): Promise<void> {
  const remaining = timeBetween(clock.now(), instant);
  if (remaining > 0) await sleep(clock, remaining);
}
