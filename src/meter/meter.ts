import { type Clock, sleep } from '#core/clock.ts';
import { type Duration, Instant, Seconds, timeBetween } from '#core/time.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import type { SealedDocuments } from '#http/sealed-documents.ts';
import { Door, type DoorParts } from './door.ts';
import { type MeteredDevice, NumberedDevice, startMetering } from './metering.ts';
import { sealAhead } from './seal-ahead.ts';
import { disposeOf, type MeterSigner, Sealing } from './sealing.ts';

export interface MeterParts extends DoorParts {
  readonly signer: MeterSigner;
  /** Where what has to survive a restart is kept. */
  readonly stateFolder: string;
  readonly managementId: string;
  readonly devices: readonly MeteredDevice[];
  /** Resources that are sealed as soon as there is a sample. */
  readonly sealAhead: readonly string[];
}

/** What can be replaced while a meter runs. Without a signer the same key goes on sealing. */
export type ReplaceableParts = Pick<MeterParts, 'tls' | 'clients'> & Partial<Pick<MeterParts, 'signer'>>;

export interface Meter extends AsyncDisposable {
  readonly url: string;
  /** Of the key that seals. */
  readonly keyId: string;
  /**
   * Takes up other parts, all or none of them. No request is dropped, and connections of before end in order.
   * @throws SealmeterError (configuration) where they cannot be used; then nothing has changed
   */
  replace(parts: ReplaceableParts): Promise<void>;
}

/** How long the door stays shut for the sake of devices, and of an OCSP responder, that do not answer. */
const WAIT_BEFORE_OPENING: Duration = Seconds(2);

/**
 * Starts everything: devices, sealing, door. Disposing stops it in reverse order.
 * @throws SealmeterError (configuration) where a file, a name or the port cannot be used
 */
export async function startMeter(parts: MeterParts): Promise<Meter> {
  const { clock, log } = parts;
  await using starting = new AsyncDisposableStack();
  const sealing = starting.use(new Sealing(parts.signer));
  const boot = nextSecond(clock);
  const { devices, sampled } = startDevices(parts, sealing.documents, starting);
  const door = starting.use(new Door(parts, { devices, sealed: sealing.documents, boot }));
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
    replace: (other) => replaceParts(other, door, sealing),
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

function startDevices(parts: MeterParts, sealed: SealedDocuments, starting: AsyncDisposableStack) {
  const management = new NumberedDevice({ id: parts.managementId, meterNumber: '', locationId: '' }, [], parts);
  let onSnapshot = (_id: string): void => {};
  const meterings = parts.devices.map((metered) =>
    starting.use(
      startMetering(metered, parts, () => {
        management.accept({ at: parts.clock.now(), values: new Map(), flags: new Set() });
        onSnapshot(metered.id);
        onSnapshot(parts.managementId);
      }),
    ),
  );
  const devices = logicalDevices(
    management.device,
    meterings.map(({ device }) => device),
  );
  onSnapshot = sealAhead(parts.sealAhead, { devices, sealed, log: parts.log });
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
