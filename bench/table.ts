import { type Figure, isFigureReached, isReached, type Row } from './compare.ts';

/** The rows as Markdown, so that they can go into the README as they are. */
export function table(rows: readonly Row[], figures: readonly Figure[]): string {
  return [
    '| row | ours | floor | ratio | reach |',
    '| --- | ---: | ---: | ---: | --- |',
    ...rows.map((row) => {
      const { name, ours, floor, unit, ratio } = row;
      return `| ${name} | ${shown(ours)} ${unit} | ${shown(floor)} ${unit} | ${ratio.toFixed(2)} | ${reachOf(row)} |`;
    }),
    '',
    '| figure | value | reach |',
    '| --- | ---: | --- |',
    ...figures.map((figure) => {
      const { name, value, unit, reach } = figure;
      const goal =
        reach === undefined ? '' : `${sign(reach.at)} ${reach.value} ${unit} ${mark(isFigureReached(figure))}`;
      return `| ${name} | ${shown(value)} ${unit} | ${goal} |`;
    }),
    '',
  ].join('\n');
}

const reachOf = (row: Row): string =>
  row.reach === undefined ? '' : `${sign(row.reach.at)} ${row.reach.ratio} ${mark(isReached(row))}`;

const sign = (at: 'most' | 'least'): string => (at === 'most' ? '≤' : '≥');
const mark = (reached: boolean): string => (reached ? 'reached' : 'MISSED');
const shown = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
