import { type StateFlag, stateTable } from '#cosem/state.ts';

/** A digit 1 of a document's `state`. One that has no meaning here comes from a newer meter, and is not passed over. */
export interface RaisedBit {
  readonly bit: number;
  /** Its stable name. */
  readonly flag: string | undefined;
}

/** Which digits are 1, for whoever has words of their own. */
export function stateFlags(digits: string): readonly RaisedBit[] {
  return Array.from(digits).flatMap((digit, bit) =>
    digit === '1' ? [{ bit, flag: stateTable.find((row) => row.bit === bit)?.flag }] : [],
  );
}

/** What the digits say, for people. */
export function stateInWords(digits: string): readonly string[] {
  return stateFlags(digits).map(
    ({ bit }) => stateTable.find((row) => row.bit === bit)?.meaning ?? `bit ${bit}, which is not known here`,
  );
}

const clockBit = stateTable.find(({ flag }) => flag === 'clock-not-synchronised')?.bit ?? 0;

/** Whether the digits say that the time beside them can be relied upon. */
export const isTimeSure = (digits: string): boolean => digits[clockBit] === '0';

/** Whether the digits of a document's `state` say this. */
export function stateSays(digits: string, flag: StateFlag): boolean {
  const row = stateTable.find((candidate) => candidate.flag === flag);
  return row !== undefined && digits[row.bit] === '1';
}
