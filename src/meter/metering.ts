import { join } from 'node:path';
import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { Duration } from '#core/time.ts';
import { SampledDevice } from '#cosem/sampled-device.ts';
import { SequenceNumbers } from '#journal/sequence-numbers.ts';
import { createGuardedClient } from '#modbus/guarded-client.ts';
import { startPoller } from '#modbus/poller.ts';
import type { DeviceDescription } from './device-file.ts';

/** One physical meter: what it is, what it is called, and where it is found. */
export interface MeteredDevice {
  readonly id: string;
  readonly meterNumber: string;
  readonly locationId: string;
  readonly description: DeviceDescription;
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  readonly timeout: Duration;
}

export interface MeteringParts {
  /** Where what has to survive a restart is kept. */
  readonly stateFolder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A logical device whose samples are numbered so that no number comes twice, over restarts too. */
export class NumberedDevice {
  readonly device: SampledDevice;
  readonly #numbers: SequenceNumbers;

  constructor(
    { id, meterNumber, locationId }: Pick<MeteredDevice, 'id' | 'meterNumber' | 'locationId'>,
    rows: DeviceDescription['objects'],
    { stateFolder, clock }: MeteringParts,
  ) {
    this.#numbers = new SequenceNumbers(join(stateFolder, 'sequence', encodeURIComponent(id)));
    const start = { at: clock.now(), sequenceNumber: this.#numbers.next() };
    this.device = new SampledDevice({ id, meterNumber, locationId, rows, start });
  }

  accept(sample: Parameters<SampledDevice['accept']>[0]): void {
    this.device.accept(sample, this.#numbers.next());
  }
}

/** A physical meter that is being polled. */
export interface Metering extends AsyncDisposable {
  readonly device: SampledDevice;
  /** Settles with the first sample, be it one without values. */
  readonly sampled: Promise<void>;
}

/** Starts to poll a meter; each sample becomes the device's snapshot, and then `onSnapshot` is told. */
export function startMetering(metered: MeteredDevice, parts: MeteringParts, onSnapshot: () => void): Metering {
  const { id, description, host, port, unit, timeout } = metered;
  const { clock } = parts;
  const log = logOf(parts.log, id);
  const { plan, objects } = description;
  const numbered = new NumberedDevice(metered, objects, parts);
  const { promise: sampled, resolve } = Promise.withResolvers<void>();
  const { minimumInterval } = plan.access;
  const transport = createGuardedClient({ host, port, unit, timeout, minimumInterval, clock, log });
  const poller = startPoller({
    plan,
    transport,
    clock,
    log,
    onSample(sample) {
      numbered.accept(sample);
      resolve();
      onSnapshot();
    },
  });
  return {
    device: numbered.device,
    sampled,
    async [Symbol.asyncDispose]() {
      await poller[Symbol.asyncDispose]();
      await transport[Symbol.asyncDispose]();
    },
  };
}

/** The same log, each line with the device that it is about. */
function logOf(log: Log, device: string): Log {
  return {
    debug: (event, fields) => log.debug(event, { device, ...fields }),
    info: (event, fields) => log.info(event, { device, ...fields }),
    warn: (event, fields) => log.warn(event, { device, ...fields }),
    error: (event, fields) => log.error(event, { device, ...fields }),
  };
}
