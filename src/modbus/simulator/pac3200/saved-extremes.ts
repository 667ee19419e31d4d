import type { Memory } from '#modbus/simulator/memory.ts';
import type { Extremes } from '#modbus/simulator/model/extremes.ts';
import { measurands } from '#modbus/simulator/model/measurands.ts';
import { membersOf, numbersOf } from '#modbus/simulator/saved-numbers.ts';

const PART = 'extremes';

export const saveExtremes = (memory: Memory, extremes: Extremes): void => memory.write(PART, extremes.values());

export function restoreExtremes(memory: Memory, extremes: Extremes): void {
  const saved = memory.read(PART, (content) => {
    const { maxima, minima } = membersOf(content);
    return { maxima: numbersOf(maxima, measurands), minima: numbersOf(minima, measurands) };
  });
  if (saved !== undefined) extremes.restore(saved);
}
