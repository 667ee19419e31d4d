import type { Log } from '#core/log.ts';
import type { SampleFlag } from '#core/sample.ts';
import type { ReadMeasurand, StatusWord } from '#modbus/measure-plan.ts';

/** A counter "near" its end or its start: within a hundredth of the way, more than any outage lets pass. */
const NEAR = 100n;

/** What the status word has shown so far. Bits that a device saves stay set until somebody acknowledges them there. */
interface Noticed {
  readonly isSet: boolean;
  /** How often the bit went from 0 to 1. */
  readonly edges: number;
}

interface LastReading {
  readonly value: bigint;
  readonly restarts: number;
  readonly resets: number;
}

const NEVER: Noticed = { isSet: false, edges: 0 };

/**
 * Notices when counters step back and says why. It never touches a value: what the device says is published, and the
 * flag with it.
 */
export class CounterWatch {
  readonly #status: StatusWord | undefined;
  readonly #log: Log;
  readonly #last = new Map<string, LastReading>();
  #restarted: Noticed | undefined;
  #reset: Noticed | undefined;

  constructor(status: StatusWord | undefined, log: Log) {
    this.#status = status;
    this.#log = log;
  }

  /** Takes note of the status word; gives a flag for each bit that was set since the last one. */
  noteStatus(word: bigint): readonly SampleFlag[] {
    const flags: SampleFlag[] = [];
    const restarted = noticed(word, this.#status?.restarted, this.#restarted);
    const reset = noticed(word, this.#status?.countersReset, this.#reset);
    if (restarted.edges > (this.#restarted?.edges ?? 0)) flags.push('device-restarted');
    if (reset.edges > (this.#reset?.edges ?? 0)) flags.push('counter-reset');
    this.#restarted = restarted;
    this.#reset = reset;
    for (const flag of flags) this.#log.warn(`modbus.${flag}`);
    return flags;
  }

  /** Compares a counter with its last reading. */
  noteCounter({ key, counter }: ReadMeasurand, value: bigint): SampleFlag | undefined {
    const { edges: restarts } = this.#restarted ?? NEVER;
    const { edges: resets } = this.#reset ?? NEVER;
    const last = this.#last.get(key);
    this.#last.set(key, { value, restarts, resets });
    if (last === undefined || value >= last.value) return undefined;
    const flag = isRollover(last.value, value, counter?.rollover) ? 'counter-rolled-over' : this.#whyBack(last);
    this.#log.warn(`modbus.${flag}`, { key, before: last.value.toString(), after: value.toString() });
    return flag;
  }

  /**
   * A bit that went up since the last reading says it best; failing that, one that is still set from before. After a
   * power cut a counter may be back by what the device had not saved yet.
   */
  #whyBack(last: LastReading): SampleFlag {
    const restarted = this.#restarted ?? NEVER;
    const reset = this.#reset ?? NEVER;
    if (reset.edges > last.resets) return 'counter-reset';
    if (restarted.edges > last.restarts || restarted.isSet) return 'device-restarted';
    return reset.isSet ? 'counter-reset' : 'counter-stepped-back';
  }
}

/** A bit that is set when we see the word for the first time may have been so for years: no edge. */
function noticed(word: bigint, bit: number | undefined, before: Noticed | undefined): Noticed {
  if (bit === undefined) return NEVER;
  const isSet = ((word >> BigInt(bit)) & 1n) === 1n;
  const isEdge = isSet && before?.isSet === false;
  return { isSet, edges: (before?.edges ?? 0) + (isEdge ? 1 : 0) };
}

function isRollover(before: bigint, after: bigint, rollover: bigint | undefined): boolean {
  if (rollover === undefined) return false;
  const near = rollover / NEAR;
  return before >= rollover - near && after <= near;
}
