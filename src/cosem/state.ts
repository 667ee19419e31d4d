/** One bit of a sealed document's `state`. */
export interface StateBit {
  readonly flag: string;
  /** Its place among the digits; 0 is the first, as COSEM counts a bit-string. */
  readonly bit: number;
  readonly meaning: string;
  /** Of what makes the readings doubtful as a whole: its `error-code`. The smaller, the more serious. */
  readonly error?: bigint;
}

/** Every bit, once. Bits without a row are 0 and free. */
const STATE_BITS = [
  { flag: 'clock-not-synchronised', bit: 0, meaning: 'the clock is not synchronised' },
  { flag: 'clock-set', bit: 1, meaning: 'the clock was set since the sample before' },
  { flag: 'value-missing', bit: 2, meaning: 'a value is missing: it is null-data' },
  { flag: 'device-unreachable', bit: 3, meaning: 'the measuring device does not answer', error: 1n },
  { flag: 'counter-stepped-back', bit: 4, meaning: 'a counter stepped back without a known reason', error: 3n },
  { flag: 'counter-rolled-over', bit: 5, meaning: 'a counter passed its end and began at zero' },
  { flag: 'counter-reset', bit: 6, meaning: 'a counter was reset at the device' },
  { flag: 'device-restarted', bit: 7, meaning: 'the measuring device restarted' },
  { flag: 'service-started', bit: 8, meaning: 'first sample since this service started' },
  {
    flag: 'device-not-identified',
    bit: 9,
    meaning: 'the device that answers is not the one that was expected',
    error: 2n,
  },
] as const satisfies readonly StateBit[];

export type StateFlag = (typeof STATE_BITS)[number]['flag'];

/** What is to be known beside the values. */
export type State = ReadonlySet<StateFlag>;

/** The same rows for whoever explains them. */
export const stateTable: readonly StateBit[] = STATE_BITS;

/** How many digits `state` has. */
const STATE_DIGITS = 16;

/** The sixteen digits of a document. */
export function stateBits(state: State): string {
  let number = 0;
  for (const { flag, bit } of STATE_BITS) if (state.has(flag)) number |= 1 << (STATE_DIGITS - 1 - bit);
  return number.toString(2).padStart(STATE_DIGITS, '0');
}

/** The number of the most serious error, 0 for none. A document has one `error-code`, and all the bits. */
export function errorCode(state: State): bigint {
  let worst = 0n;
  for (const row of STATE_BITS) {
    if ('error' in row && state.has(row.flag) && (worst === 0n || row.error < worst)) worst = row.error;
  }
  return worst;
}
