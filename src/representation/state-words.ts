import { stateTable } from '#cosem/state.ts';

/**
 * What the digits of a document's `state` say, for people. A bit that has no meaning here comes from a newer meter: it
 * is named by its number rather than passed over.
 */
export function stateInWords(digits: string): readonly string[] {
  return Array.from(digits).flatMap((digit, bit) => {
    if (digit !== '1') return [];
    return stateTable.find((row) => row.bit === bit)?.meaning ?? `bit ${bit}, which is not known here`;
  });
}
