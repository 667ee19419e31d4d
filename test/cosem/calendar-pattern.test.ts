import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Zone } from '#core/zone.ts';
import { dateShape, dateTimeShape, matchesDate, secondOfDay, timeShape } from '#cosem/calendar-pattern.ts';
import { date, dateTime, octets, time } from './support/data.ts';
import { at } from './support/standard-meter.ts';

const utc = new Zone('UTC');

/** A pattern, days that it fits, days that it does not fit. 2026-11-30 is a Monday. */
const MATCHES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['*-*-*', ['2026-11-20', '2024-02-29'], []],
  ['*-*-01', ['2026-12-01', '2027-01-01'], ['2026-11-30']],
  ['2026-11-*', ['2026-11-01'], ['2027-11-01', '2026-12-01']],
  ['*-*-* 1', ['2026-11-30'], ['2026-11-29']],
  ['*-*-L', ['2026-11-30', '2024-02-29', '2026-02-28'], ['2024-02-28', '2026-11-29']],
  ['*-10-L 7', ['2026-10-25', '2025-10-26'], ['2026-10-31', '2026-10-18']],
  ['*-*-253', ['2026-11-29', '2024-02-28'], ['2026-11-30']],
];

for (const [pattern, fitting, others] of MATCHES) {
  test(`the days of ${pattern}`, () => {
    const read = dateShape.read(date(pattern), '');
    const fits = (day: string): boolean => matchesDate(read, utc.localTime(at(`${day}T12:00:00Z`)));
    assert.deepEqual(
      fitting.filter((day) => !fits(day)),
      [],
    );
    assert.deepEqual(others.filter(fits), []);
  });
}

test('a pattern is written as it was read', () => {
  for (const pattern of ['2026-11-20', '*-*-L 7', '*-12-253', '*-*-* 3']) {
    assert.deepEqual(dateShape.write(dateShape.read(date(pattern), '')), date(pattern));
  }
  assert.deepEqual(timeShape.write(timeShape.read(time('08:30:15'), '')), time('08:30:15'));
  assert.deepEqual(timeShape.read(octets('ff1eff00'), ''), { hour: undefined, minute: 30, second: undefined });
  const moment = dateTime('*-04-01', '06:00:00');
  assert.deepEqual(dateTimeShape.write(dateTimeShape.read(moment, '')), moment);
});

test('a time of day counts its seconds, and what is open counts nothing', () => {
  assert.equal(secondOfDay({ hour: 1, minute: 1, second: 1 }), 3_661);
  assert.equal(secondOfDay({ hour: 1, minute: 0, second: undefined }), 3_600);
});

const REFUSALS = [
  ['a month of summer time', dateShape, octets('ffff fe ff ff')],
  ['month 13', dateShape, octets('ffff 0d ff ff')],
  ['day 0', dateShape, octets('ffff ff 00 ff')],
  ['weekday 8', dateShape, octets('ffff ff ff 08')],
  ['hour 24', timeShape, octets('18 00 00 00')],
  ['hundredths', timeShape, octets('08 00 00 32')],
] as const;

for (const [what, shape, data] of REFUSALS) {
  test(`refused: ${what}`, () => {
    assert.throws(() => shape.read(data, ''), { code: 'VALUE_NOT_ALLOWED', fault: 'client' });
  });
}
