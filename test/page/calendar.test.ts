import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatInstant, Instant } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import { midnights } from '#das/local-days.ts';
import {
  dateOf,
  dayOf,
  hourMarks,
  hoursOf,
  monthMarks,
  neighbour,
  PERIODS,
  periodAround,
} from '#das/page/chart/calendar.ts';

const berlin = new Zone('Europe/Berlin');
const at = (text: string): Instant => Instant(Date.parse(text));

describe('the calendar of a site', () => {
  for (const { day, hours, why } of [
    { day: '2026-03-29T12:00:00Z', hours: 23, why: 'clocks are put forward' },
    { day: '2026-10-25T12:00:00Z', hours: 25, why: 'clocks are put back' },
    { day: '2026-11-20T12:00:00Z', hours: 24, why: 'nothing happens' },
  ]) {
    it(`has ${hours} hours in a day on which ${why}`, () => {
      const period = periodAround('day', at(day), berlin);
      assert.equal(hoursOf(period), hours);
      assert.equal(berlin.localTime(period.from).hour, 0);
      assert.equal(hourMarks(period.from, period.to, 1, berlin).length, hours + 1);
    });
  }

  it('begins a week on Monday, a month and a year on their first days', () => {
    const starts = PERIODS.map((name) => formatInstant(periodAround(name, at('2026-07-08T10:00:00Z'), berlin).from));
    assert.deepEqual(starts, [
      '2026-07-07T22:00:00.000Z',
      '2026-07-05T22:00:00.000Z',
      '2026-06-30T22:00:00.000Z',
      '2025-12-31T23:00:00.000Z',
    ]);
  });

  for (const name of PERIODS) {
    it(`goes from one ${name} to the next and back, without a gap between them`, () => {
      const first = periodAround(name, at('2026-10-25T00:30:00Z'), berlin);
      const next = neighbour(first, 1, berlin);
      assert.equal(next.from, first.to);
      assert.deepEqual(neighbour(next, -1, berlin), first);
    });
  }

  it('finds every midnight of a year, and the first days of its months', () => {
    const { from, to } = periodAround('year', at('2026-07-01T00:00:00Z'), berlin);
    assert.equal(midnights(from, to, berlin).length, 366);
    assert.ok(midnights(from, to, berlin).every((midnight) => berlin.localTime(midnight).hour === 0));
    assert.equal(monthMarks(from, Instant(to - 1), berlin).length, 12);
  });

  it('reads a date field as a day of the site, and writes it again', () => {
    const day = dayOf('2026-10-25', berlin);
    assert.ok(day !== undefined);
    assert.equal(hoursOf(day), 25);
    assert.equal(dateOf(day.from, berlin), '2026-10-25');
    assert.equal(dayOf('', berlin), undefined);
  });
});
