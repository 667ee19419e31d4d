import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CosemData } from '#cosem/data-types.ts';
import { date, dateTime, list, name, octets, struct, text, time, u8, u16 } from './support/data.ts';
import { at, StandardMeter, verdict } from './support/standard-meter.ts';

const CALENDAR = [20, '0-0:13.0.0.255'] as const;
const SCRIPTS = name('0-0:10.0.100.255');
const WEEK = ['weekday', 'weekday', 'weekday', 'weekday', 'weekday', 'weekend', 'weekend'] as const;
const DAY_IDS = { weekday: u8(1), weekend: u8(2) };

const action = (start: string, selector: number): CosemData => struct(time(start), SCRIPTS, u16(selector));
const week = (called: string, ...days: readonly CosemData[]): CosemData => struct(text(called), ...days);
const season = (called: string, start: CosemData, weekCalled: string): CosemData =>
  struct(text(called), start, text(weekCalled));

const ordinaryWeek = week('W', ...WEEK.map((kind) => DAY_IDS[kind]));
/** Weekdays: tariff 2 from 06:00 to 22:00, else 1. Weekends: tariff 1. Day 3: tariff 2 all day. */
const days = list(
  struct(u8(1), list(action('00:00:00', 1), action('06:00:00', 2), action('22:00:00', 1))),
  struct(u8(2), list(action('00:00:00', 1))),
  struct(u8(3), list(action('00:00:00', 2))),
);

interface Calendar {
  readonly seasons: CosemData;
  readonly weeks: CosemData;
  readonly days: CosemData;
}

const ordinary: Calendar = {
  seasons: list(season('S', dateTime('*-01-01', '00:00:00'), 'W')),
  weeks: list(ordinaryWeek),
  days,
};

async function writePassive(meter: StandardMeter, { seasons, weeks, days: dayTable }: Calendar): Promise<void> {
  const parts = [text('2027'), seasons, weeks, dayTable];
  for (const [index, part] of parts.entries()) {
    assert.equal(verdict(await meter.write(...CALENDAR, 6 + index, part)), 'done');
  }
}

async function meterWith(calendar: Calendar): Promise<StandardMeter> {
  const meter = new StandardMeter();
  await writePassive(meter, calendar);
  assert.equal(verdict(await meter.invoke(...CALENDAR, 1)), 'done');
  meter.sink.taken();
  return meter;
}

/** The orders that the device gets while these moments pass. */
async function ordersAt(meter: StandardMeter, ...moments: readonly string[]): Promise<readonly number[]> {
  for (const moment of moments) await meter.sample(at(moment));
  return meter.tariffs.splice(0);
}

test('the passive calendar becomes the active one', async () => {
  const meter = await meterWith(ordinary);
  assert.deepEqual(
    [2, 3, 4, 5].map((id) => meter.read(...CALENDAR, id)),
    [6, 7, 8, 9].map((id) => meter.read(...CALENDAR, id)),
  );
  assert.deepEqual(meter.read(...CALENDAR, 2), text('2027'));
});

test('the active one is not written', async () => {
  const meter = new StandardMeter();
  for (const id of [2, 3, 4, 5])
    assert.equal(verdict(await meter.write(...CALENDAR, id, list())), 'ATTRIBUTE_READ_ONLY');
});

test('tariffs are switched in legal time, once for each change', async () => {
  const meter = await meterWith(ordinary);
  // 2026-11-20 is a Friday; Berlin is an hour ahead of UTC.
  assert.deepEqual(await ordersAt(meter, '2026-11-20T04:59:58Z', '2026-11-20T04:59:59Z'), [1]);
  assert.deepEqual(await ordersAt(meter, '2026-11-20T05:00:00Z', '2026-11-20T05:00:01Z', '2026-11-20T20:59:59Z'), [2]);
  assert.deepEqual(await ordersAt(meter, '2026-11-20T21:00:00Z', '2026-11-20T23:00:00Z'), [1]);
  // Saturday at noon.
  assert.deepEqual(await ordersAt(meter, '2026-11-21T11:00:00Z'), []);
  assert.deepEqual(meter.sink.taken().slice(0, 2), [
    'script-executed by activity calendar 0-0:13.0.0.255',
    'tariff-changed by activity calendar 0-0:13.0.0.255',
  ]);
});

test('after a start, the tariff of the moment is switched to', async () => {
  assert.deepEqual(await ordersAt(await meterWith(ordinary), '2026-11-20T11:00:00Z'), [2]);
});

test('a special day follows its own profile', async () => {
  const meter = await meterWith(ordinary);
  await meter.invoke(11, '0-0:11.0.0.255', 1, struct(u16(1), date('*-11-22'), u8(3)));
  assert.deepEqual(
    await ordersAt(meter, '2026-11-21T11:00:00Z', '2026-11-22T11:00:00Z', '2026-11-23T03:00:00Z'),
    [1, 2, 1],
  );
});

test('the season that began last holds, be it in the year before', async () => {
  const meter = await meterWith({
    seasons: list(
      season('winter', dateTime('*-10-01', '00:00:00'), 'W'),
      season('summer', dateTime('*-04-01', '00:00:00'), 'S'),
    ),
    weeks: list(ordinaryWeek, week('S', ...WEEK.map(() => u8(3)))),
    days,
  });
  const sundays = ['2026-02-01T11:00:00Z', '2026-04-05T11:00:00Z', '2026-10-04T11:00:00Z', '2027-01-03T11:00:00Z'];
  const orders: number[][] = [];
  for (const sunday of sundays) orders.push([...(await ordersAt(meter, sunday))]);
  assert.deepEqual(orders, [[1], [2], [1], []]);
});

test('a season with a year begins in that year, and before it nothing is switched', async () => {
  const seasons = list(season('S', dateTime('2027-01-01', '00:00:00'), 'W'));
  const meter = await meterWith({ ...ordinary, seasons });
  assert.deepEqual(await ordersAt(meter, '2026-12-31T22:59:59Z'), []);
  assert.deepEqual(await ordersAt(meter, '2026-12-31T23:00:00Z'), [1]);
  assert.deepEqual(await ordersAt(meter, '2028-06-01T11:00:00Z'), [2]);
});

test('a calendar is activated at its time, once', async () => {
  const meter = new StandardMeter();
  await writePassive(meter, ordinary);
  await meter.write(...CALENDAR, 10, dateTime('2026-12-01', '00:00:00'));
  meter.sink.taken();
  assert.deepEqual(await ordersAt(meter, '2026-11-30T22:59:59Z'), []);
  assert.deepEqual(await ordersAt(meter, '2026-11-30T23:00:00Z'), [1]);
  const ofCalendar = meter.sink.taken().filter((event) => event.endsWith('activity calendar 0-0:13.0.0.255'));
  assert.equal(ofCalendar[0], 'calendar-activated by activity calendar 0-0:13.0.0.255');
  assert.deepEqual(meter.read(...CALENDAR, 10), octets('ffffffffffffffffff8000ff'));
  await ordersAt(meter, '2026-11-30T23:00:01Z');
  assert.deepEqual(meter.sink.taken(), []);
});

/** A passive calendar in which something leads nowhere. */
const DANGLING: Readonly<Record<string, Calendar>> = {
  'season-without-week': { ...ordinary, weeks: list() },
  'week-without-day': { ...ordinary, days: list(struct(u8(1), list())) },
  'day-without-script-table': {
    ...ordinary,
    weeks: list(week('W', ...WEEK.map(() => u8(1)))),
    days: list(struct(u8(1), list(struct(time('00:00:00'), name('0-0:10.0.99.255'), u16(1))))),
  },
};

for (const [what, calendar] of Object.entries(DANGLING)) {
  test(`a calendar is not activated: ${what}`, async () => {
    const meter = new StandardMeter();
    await writePassive(meter, calendar);
    assert.equal(verdict(await meter.invoke(...CALENDAR, 1)), 'VALUE_NOT_ALLOWED');
    assert.deepEqual(meter.read(...CALENDAR, 5), list());
  });
}
