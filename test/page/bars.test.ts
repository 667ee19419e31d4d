import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SeriesAnswer, SeriesPoint } from '#das/api-types.ts';
import { barsBetween, isOnGrid, linesOf, stepBoundaries, usualStep } from '#das/page/chart/bars.ts';

const HOUR = 3_600_000;
const reading = (hour: number, value: number): SeriesPoint => [hour * HOUR, value, value, value, value];

function series(...points: readonly SeriesPoint[]): SeriesAnswer {
  return { unit: 'Wh', aggregated: false, days: false, stepSeconds: 0, points, gaps: [] };
}

describe('what was counted between two readings', () => {
  const hours = [0, HOUR, 2 * HOUR, 3 * HOUR];

  it('is their difference', () => {
    const bars = barsBetween(hours, series(reading(0, 100), reading(1, 130), reading(2, 130), reading(3, 131)));
    assert.deepEqual(
      bars.map(({ amount }) => amount),
      [30, 0, 1],
    );
    assert.deepEqual([bars[0]?.from, bars[0]?.to], [0, HOUR]);
  });

  it('is their difference too where they came a little late', () => {
    const late = series([5, 100, 100, 100, 100], [HOUR + 1_900, 130, 130, 130, 130], reading(2, 130));
    assert.deepEqual(
      barsBetween(hours.slice(0, 3), late).map(({ amount }) => amount),
      [30, 0],
    );
    assert.equal(usualStep(late.points), 3_600);
  });

  it('is not known where one of them is missing: nothing is made up', () => {
    const bars = barsBetween(hours, series(reading(0, 100), reading(2, 150), reading(3, 151)));
    assert.deepEqual(
      bars.map(({ amount }) => amount),
      [undefined, undefined, 1],
    );
  });

  it('is not known where the counter was set back', () => {
    const [bar] = barsBetween([0, HOUR], series(reading(0, 100), reading(1, 7)));
    assert.equal(bar?.amount, undefined);
  });

  it('is not known where a gap lies over the beginning of a point', () => {
    const bars = barsBetween(hours, {
      ...series(reading(0, 100), reading(1, 130), reading(2, 150), reading(3, 151)),
      gaps: [[HOUR, HOUR + HOUR / 4]],
    });
    assert.deepEqual(
      bars.map(({ amount }) => amount),
      [undefined, undefined, 1],
    );
  });

  it('begins, of an aggregated point, with the reading at its beginning', () => {
    const bars = barsBetween([0, HOUR], {
      ...series([0, 100, 110, 120, 120], [HOUR, 125, 130, 140, 140]),
      aggregated: true,
    });
    assert.equal(bars[0]?.amount, 25);
  });
});

it('boundaries are on the grid of a step only if all of them are', () => {
  assert.equal(isOnGrid([0, HOUR], 3_600), true);
  assert.equal(isOnGrid([0, HOUR / 2], 3_600), false);
  assert.deepEqual(stepBoundaries(0, 2 * HOUR, 3_600), [0, HOUR, 2 * HOUR]);
});

it('the usual step is that of most readings, whatever is missing', () => {
  assert.equal(usualStep([reading(0, 1), reading(1, 1), reading(2, 1), reading(9, 1), reading(10, 1)]), 3_600);
});

it('a gap breaks the line', () => {
  const lines = linesOf({ points: [reading(0, 1), reading(1, 2), reading(5, 3)], gaps: [[2 * HOUR, 5 * HOUR]] });
  assert.deepEqual(lines.mean, [1, 2, null, 3]);
  assert.deepEqual(lines.at, [0, 3_600, 3.5 * 3_600, 5 * 3_600]);
});
