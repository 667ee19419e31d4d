import type { Clock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Sample, SampleFlag } from '#core/sample.ts';
import type { Duration, Instant } from '#core/time.ts';
import { type BlockReading, decodeIdentity } from './decode.ts';
import type { Block, MeasurePlan } from './measure-plan.ts';
import { CounterWatch } from './poll/counter-watch.ts';
import { Pace } from './poll/pace.ts';
import { Readings } from './poll/readings.ts';
import { Schedule } from './poll/schedule.ts';
import { ModbusError, type ModbusTransport } from './transport.ts';

export interface PollerOptions {
  readonly plan: MeasurePlan;
  /** Stays the caller's: the poller neither opens nor closes it for good. */
  readonly transport: ModbusTransport;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with every sample, in order; what it throws is logged. */
  readonly onSample: (sample: Sample) => void;
  /** Called after each connect with what the device says about itself, by the keys of the device file. */
  readonly onIdentity?: (identity: ReadonlyMap<string, string>) => void;
  /** Periods without any reading after which the connection is given up. Default: 5. */
  readonly silentPeriods?: number;
}

export interface Poller extends AsyncDisposable {
  /** Settles when polling has stopped; it rejects only if we have made a mistake. */
  readonly ended: Promise<void>;
}

/**
 * Starts to read a device: the first round at once, then one per period of the group `fast`, at whole periods of the wall
 * clock, never two at a time. Each round ends with a sample, whether or not the device could be read.
 */
export function startPoller(options: PollerOptions): Poller {
  const abort = new AbortController();
  const ended = new Rounds(options, abort.signal).run();
  return {
    ended,
    async [Symbol.asyncDispose]() {
      abort.abort();
      await ended;
    },
  };
}

const SILENT_PERIODS = 5;

class Rounds {
  readonly #options: PollerOptions;
  readonly #signal: AbortSignal;
  readonly #period: Duration;
  readonly #schedule: Schedule;
  readonly #readings: Readings;
  readonly #counters: CounterWatch;
  readonly #identity = new Map<string, string>();
  readonly #refused = new Set<Block>();
  #connection: number | undefined;
  #isIdentified = false;
  #roundsWithoutReading = 0;

  constructor(options: PollerOptions, signal: AbortSignal) {
    const { plan, log } = options;
    this.#options = options;
    this.#signal = signal;
    this.#period = periodOf(plan);
    this.#schedule = new Schedule(plan, this.#period);
    this.#readings = new Readings(plan);
    this.#counters = new CounterWatch(plan.status, log);
  }

  async run(): Promise<void> {
    const pace = new Pace(this.#options.clock, this.#period);
    let round = 0;
    try {
      for (;;) {
        await this.#round(round);
        round += await pace.next(this.#signal);
      }
    } catch (error) {
      if (!this.#signal.aborted) throw error;
    }
  }

  async #round(round: number): Promise<void> {
    const taken = new Taken();
    try {
      await this.#connect();
      await this.#readDue(round, taken);
    } catch (error) {
      if (!(error instanceof ModbusError) || this.#signal.aborted) throw error;
      this.#readings.lose('unreachable');
      taken.flags.add('device-unreachable');
    }
    this.#publish(taken);
    this.#giveUpIfSilent(taken);
  }

  async #connect(): Promise<void> {
    const connection = await this.#options.transport.connect(this.#signal);
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.#schedule.startOver();
    this.#identity.clear();
    this.#isIdentified = true;
  }

  /** An unidentified device is left alone: its registers would mean something else. */
  async #readDue(round: number, taken: Taken): Promise<void> {
    for (const block of this.#schedule.take(round)) {
      if (!this.#isIdentified) break;
      await this.#readBlock(block, taken);
      if (block.identity.length > 0) this.#identify(block);
    }
    if (this.#isIdentified) return;
    this.#readings.lose('not-yet-read');
    taken.flags.add('device-not-identified');
  }

  async #readBlock(block: Block, taken: Taken): Promise<void> {
    const { transport, clock } = this.#options;
    try {
      const bytes = await transport.read(block, this.#signal);
      this.#take(block, { address: block.address, bytes, readAt: clock.now() }, taken);
    } catch (error) {
      if (!(error instanceof ModbusError) || error.kind !== 'exception') throw error;
      this.#refuse(block, error);
    }
  }

  /** Logged once: a device may refuse the same block all day. */
  #refuse(block: Block, { exceptionCode, message }: ModbusError): void {
    if (!this.#refused.has(block)) {
      this.#options.log.warn('modbus.refused', { block: block.address, code: exceptionCode, reason: message });
    }
    this.#refused.add(block);
    this.#readings.refuse(block);
    if (block.optional) this.#schedule.leaveOut(block);
  }

  #take(block: Block, reading: BlockReading, taken: Taken): void {
    this.#refused.delete(block);
    for (const point of block.identity) this.#identity.set(point.key, decodeIdentity(point, reading));
    const stored = this.#readings.store(block, reading);
    if (stored.size === 0) return;
    taken.isReading = true;
    if (block.group === 'fast') taken.at ??= reading.readAt;
    for (const [measurand, measured] of stored) {
      if (measured.kind === 'missing') continue;
      const { value } = measured.quantity;
      if (measurand.key === this.#options.plan.status?.key) taken.flag(...this.#counters.noteStatus(value));
      if (measurand.counter !== undefined) taken.flag(this.#counters.noteCounter(measurand, value));
    }
  }

  #identify(block: Block): void {
    const { plan, log, onIdentity } = this.#options;
    const other = block.identity.find(({ key, expect }) => expect !== undefined && this.#identity.get(key) !== expect);
    if (other === undefined) {
      log.info('modbus.identified', { model: plan.model.id, ...Object.fromEntries(this.#identity) });
      onIdentity?.(new Map(this.#identity));
      return;
    }
    this.#isIdentified = false;
    const found = this.#identity.get(other.key) ?? 'nothing';
    log.error('modbus.not-identified', { model: plan.model.id, key: other.key, expected: other.expect, found });
  }

  #publish({ at, flags }: Taken): void {
    const { clock, log, onSample } = this.#options;
    if (this.#readings.isIncomplete) flags.add('value-missing');
    const sampledAt = at ?? clock.now();
    try {
      onSample({ at: sampledAt, values: this.#readings.at(sampledAt), flags });
    } catch (error) {
      log.error('modbus.sample-not-taken', { reason: reasonOf(error) });
    }
  }

  /** A device that takes connections and requests but gives no values may do so again after a new connect. */
  #giveUpIfSilent({ isReading }: Taken): void {
    const { transport, silentPeriods = SILENT_PERIODS } = this.#options;
    this.#roundsWithoutReading = isReading ? 0 : this.#roundsWithoutReading + 1;
    if (this.#roundsWithoutReading < silentPeriods) return;
    this.#roundsWithoutReading = 0;
    transport.disconnect(`no reading for ${silentPeriods} periods`);
  }
}

/** What one round has brought. */
class Taken {
  /** When the first fast block was read. */
  at: Instant | undefined;
  isReading = false;
  readonly flags = new Set<SampleFlag>();

  flag(...flags: readonly (SampleFlag | undefined)[]): void {
    for (const flag of flags) if (flag !== undefined) this.flags.add(flag);
  }
}

function periodOf({ groups }: MeasurePlan): Duration {
  const fast = groups.find(({ name }) => name === 'fast');
  if (fast === undefined || fast.every === 'connection') throw new TypeError('a measure plan has a group "fast"');
  return fast.every;
}
