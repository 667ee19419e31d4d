import { LIMIT_LOGIC_BIT } from './limits.ts';
import { statusBits } from './status-word.ts';

/** What function 02 reads: the bits of three words and two contacts. */
export interface DiscreteSources {
  readonly limits: () => number;
  readonly statusWord: () => number;
  readonly input: () => boolean;
  readonly output: () => boolean;
}

const LIMIT_COUNT = 6;
const LIMIT_LOGIC_AT = 50;
const STATUS_AT = 100;
const INPUT_AT = 200;
const OUTPUT_AT = 300;

/** Each offset that function 02 knows. @see SENTRON PAC3200 Manual 02/2008, page 46, table 3-10 */
export function discreteInputs({
  limits,
  statusWord,
  input,
  output,
}: DiscreteSources): ReadonlyMap<number, () => boolean> {
  const bitOf = (word: () => number, bit: number) => () => ((word() >>> bit) & 1) === 1;
  return new Map([
    ...Array.from({ length: LIMIT_COUNT }, (_, limit) => [limit, bitOf(limits, limit)] as const),
    [LIMIT_LOGIC_AT, bitOf(limits, LIMIT_LOGIC_BIT)],
    ...Object.values(statusBits).map(({ bit }) => [STATUS_AT + bit, bitOf(statusWord, bit)] as const),
    [INPUT_AT, input],
    [OUTPUT_AT, output],
  ]);
}
