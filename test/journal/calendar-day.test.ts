import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatInstant, Instant, Minutes, timeBetween } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import { type CalendarDay, dayAfter, startOfDay } from '#journal/calendar-day.ts';

const dayOf = (text: string): CalendarDay => {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return { year, month, day };
};

/** Days at the site, how many quarters of an hour they have, and when they begin in UTC. */
const DAYS: readonly (readonly [zone: string, day: string, quarters: number, start: string])[] = [
  ['Europe/Berlin', '2026-11-20', 96, '2026-11-19T23:00:00.000Z'],
  ['Europe/Berlin', '2026-03-29', 92, '2026-03-28T23:00:00.000Z'],
  ['Europe/Berlin', '2026-10-25', 100, '2026-10-24T22:00:00.000Z'],
  ['Europe/Lisbon', '2026-03-29', 92, '2026-03-29T00:00:00.000Z'],
  ['America/New_York', '2026-03-08', 92, '2026-03-08T05:00:00.000Z'],
  ['America/New_York', '2026-11-01', 100, '2026-11-01T04:00:00.000Z'],
  ['Australia/Sydney', '2026-04-05', 100, '2026-04-04T13:00:00.000Z'],
  ['Australia/Sydney', '2026-10-04', 92, '2026-10-03T14:00:00.000Z'],
  // By half an hour.
  ['Australia/Lord_Howe', '2026-04-05', 98, '2026-04-04T13:00:00.000Z'],
  ['Australia/Lord_Howe', '2026-10-04', 94, '2026-10-03T13:30:00.000Z'],
  // At midnight, forward: the day begins at 01:00.
  ['America/Havana', '2026-03-08', 92, '2026-03-08T05:00:00.000Z'],
  ['America/Sao_Paulo', '2018-11-04', 92, '2018-11-04T03:00:00.000Z'],
  // At midnight, back: the last hour of the day comes twice.
  ['America/Sao_Paulo', '2018-02-17', 100, '2018-02-17T02:00:00.000Z'],
  ['Asia/Kolkata', '2026-06-01', 96, '2026-05-31T18:30:00.000Z'],
  ['Asia/Kathmandu', '2026-06-01', 96, '2026-05-31T18:15:00.000Z'],
  ['Pacific/Kiritimati', '2026-06-01', 96, '2026-05-31T10:00:00.000Z'],
  ['Pacific/Pago_Pago', '2026-06-01', 96, '2026-06-01T11:00:00.000Z'],
  ['UTC', '2026-06-01', 96, '2026-06-01T00:00:00.000Z'],
  // Samoa went to the other side of the date line: this day was left out.
  ['Pacific/Apia', '2011-12-30', 0, '2011-12-30T10:00:00.000Z'],
];

for (const [zone, day, count, start] of DAYS) {
  test(`${day} has ${count} quarters of an hour in ${zone}`, () => {
    const [begin, end] = [dayOf(day), dayAfter(dayOf(day))].map((one) => startOfDay(new Zone(zone), one));
    assert.ok(begin !== undefined && end !== undefined);
    assert.equal(formatInstant(begin), start);
    assert.equal(timeBetween(begin, end), count * Minutes(15));
  });
}

test('whatever the zone and the day, the day begins where its calendar first shows it', () => {
  const zones = ['Europe/Berlin', 'America/St_Johns', 'Africa/Cairo', 'Asia/Tehran', 'America/Santiago'].map(
    (name) => new Zone(name),
  );
  const instants = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2035, 0) });
  fc.assert(
    fc.property(fc.constantFrom(...zones), instants, (zone, milliseconds) => {
      const day = zone.localTime(Instant(milliseconds));
      const start = startOfDay(zone, day);
      assert.ok(start <= milliseconds && milliseconds < startOfDay(zone, dayAfter(day)));
      assert.equal(zone.localTime(start).day, day.day);
      assert.notEqual(zone.localTime(Instant(start - 1)).day, day.day);
    }),
  );
});

test('the day after the last of a month or a year is the first of the next', () => {
  assert.deepEqual(dayAfter(dayOf('2026-12-31')), dayOf('2027-1-1'));
  assert.deepEqual(dayAfter(dayOf('2028-2-28')), dayOf('2028-2-29'));
  assert.deepEqual(dayAfter(dayOf('2026-2-28')), dayOf('2026-3-1'));
});
