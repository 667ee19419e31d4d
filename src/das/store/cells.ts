import { Instant } from '#core/time.ts';
import type { SeriesPoint } from '#das/reading-store.ts';
import { integerOfText } from './value-text.ts';

/** What becomes of the readings of a column within a step of time: a point, before it has a time. */
export type Cell = Omit<SeriesPoint, 'at'>;

export const cellOf = (value: bigint): Cell => ({ min: value, max: value, mean: Number(value), last: value, count: 1 });

/** Two cells of which the second one is later. */
export const joined = (a: Cell, b: Cell): Cell => ({
  min: a.min < b.min ? a.min : b.min,
  max: a.max > b.max ? a.max : b.max,
  mean: a.mean + ((b.mean - a.mean) * b.count) / (a.count + b.count),
  last: b.last,
  count: a.count + b.count,
});

/** `[min,max,mean,last,count]` */
export const cellToText = ({ min, max, mean, last, count }: Cell): string =>
  `["${min}","${max}",${mean},"${last}",${count}]`;

export function cellOfText(text: string): Cell {
  const [min = '', max = '', mean, last = '', count] = text.slice(1, -1).split(',');
  return {
    min: integerOfText(min),
    max: integerOfText(max),
    mean: Number(mean),
    last: integerOfText(last),
    count: Number(count),
  };
}

/** The start of the step that a time lies in. */
export const stepOf = (at: number, step: number): Instant => Instant(Math.floor(at / step) * step);
