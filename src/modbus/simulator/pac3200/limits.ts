import type { Measurand, Reading } from '#modbus/simulator/model/measurands.ts';

/** One of the meter's six limits. On the device they are parameters; the simulated ones are fixed. */
interface Limit {
  readonly measurand: Measurand;
  readonly violated: 'above' | 'below';
  readonly value: number;
}

const LIMITS: readonly Limit[] = [
  { measurand: 'average-voltage-l-n', violated: 'above', value: 253 }, // V, EN 50160: 230 V + 10 %
  { measurand: 'average-voltage-l-n', violated: 'below', value: 207 }, // V, EN 50160: 230 V - 10 %
  { measurand: 'frequency', violated: 'below', value: 49.5 }, // Hz
  { measurand: 'frequency', violated: 'above', value: 50.5 }, // Hz
  { measurand: 'active-power-total', violated: 'above', value: 10_000 }, // W
  { measurand: 'neutral-current', violated: 'above', value: 20 }, // A
];

/** Where the limit logic stands in the word at 203; limit n is bit n. */
export const LIMIT_LOGIC_BIT = 24;

/**
 * The word at 203. The limit logic is true while any limit is violated.
 * @see SENTRON PAC3200 Manual 02/2008, page 45, table 3-9
 */
export function limitWord(reading: Reading): number {
  const limits = LIMITS.reduce((word, limit, index) => (isViolated(limit, reading) ? word | (1 << index) : word), 0);
  return limits === 0 ? 0 : limits | (1 << LIMIT_LOGIC_BIT);
}

/** A measurand that is not measured (NaN) violates nothing. */
function isViolated({ measurand, violated, value }: Limit, reading: Reading): boolean {
  return violated === 'above' ? reading[measurand] > value : reading[measurand] < value;
}

/** How many limits are violated now that were not before. */
export const newViolations = (before: number, now: number): number =>
  LIMITS.filter((_, index) => ((now & ~before) >> index) & 1).length;
