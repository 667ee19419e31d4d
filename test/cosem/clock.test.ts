import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatInstant, type Instant, Minutes } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { attributeTable } from './attribute-table.ts';
import { dateTime, i16, octets } from './support/data.ts';
import { at, StandardMeter, verdict, zero } from './support/standard-meter.ts';

const CLOCK = [8, '0-0:1.0.0.255'] as const;

async function tableAt(moment: string, zone: string): Promise<readonly string[]> {
  const meter = new StandardMeter({ zone: new Zone(zone) });
  await meter.sample(at(moment));
  return attributeTable(meter.object(...CLOCK), meter.device.snapshot()).slice(1);
}

test('the time is in UTC; the legal time of the site stands beside it', async () => {
  assert.deepEqual(await tableAt('2026-07-01T10:00:00Z', 'Europe/Berlin'), [
    '2 time octet-string:07ea0701030a000000000000',
    '3 time_zone long:-60',
    '4 status unsigned:0',
    // 29 March 02:00 and 25 October 03:00, legal time, deviation not specified.
    '5 daylight_savings_begin octet-string:07ea031d0702000000800000',
    '6 daylight_savings_end octet-string:07ea0a190703000000800000',
    '7 daylight_savings_deviation integer:-60',
    '8 daylight_savings_enabled boolean:true',
    '9 clock_base enum:0',
  ]);
});

test('a zone south of the equator has its summer over the new year, one without has none', async () => {
  assert.deepEqual((await tableAt('2026-01-01T00:00:00Z', 'Australia/Sydney')).slice(1, 7), [
    '3 time_zone long:-600',
    '4 status unsigned:0',
    '5 daylight_savings_begin octet-string:07ea0a040702000000800000',
    '6 daylight_savings_end octet-string:07ea04050703000000800000',
    '7 daylight_savings_deviation integer:-60',
    '8 daylight_savings_enabled boolean:true',
  ]);
  assert.deepEqual((await tableAt('2026-01-01T00:00:00Z', 'Asia/Kathmandu')).slice(1, 7), [
    '3 time_zone long:-345',
    '4 status unsigned:0',
    '5 daylight_savings_begin octet-string:ffffffffffffffffff8000ff',
    '6 daylight_savings_end octet-string:ffffffffffffffffff8000ff',
    '7 daylight_savings_deviation integer:0',
    '8 daylight_savings_enabled boolean:false',
  ]);
});

test('a time in doubt says so, in itself and beside it', () => {
  const meter = new StandardMeter();
  const nothing = { at: at('2026-07-01T10:00:00Z'), values: new Map(), flags: new Set<never>() };
  meter.device.accept(nothing, 500n, ['clock-not-synchronised']);
  assert.deepEqual(meter.read(...CLOCK, 2), octets('07ea0701030a000000000002'));
  assert.deepEqual(meter.read(...CLOCK, 4), { type: 'unsigned', value: 2n });
});

test('a clock with a time source is set by nobody here', async () => {
  const meter = new StandardMeter();
  assert.equal(verdict(await meter.write(...CLOCK, 2, octets('07ea0701030a000000000000'))), 'ATTRIBUTE_READ_ONLY');
  for (const method of [1, 2, 3, 4, 5, 6]) {
    assert.equal(verdict(await meter.invoke(...CLOCK, method, zero)), 'METHOD_UNAVAILABLE');
  }
});

/** What the clock is set to at 2026-11-20T09:15:00Z plus 8 min 31 s. */
const SETTINGS: readonly (readonly [string, number, CosemData, string])[] = [
  ['to the nearest quarter', 1, zero, '2026-11-20T09:30:00.000Z'],
  ['to the nearest measuring period', 2, zero, '2026-11-20T09:25:00.000Z'],
  ['to the nearest minute', 3, zero, '2026-11-20T09:24:00.000Z'],
  ['by seconds', 6, i16(-900), '2026-11-20T09:08:31.000Z'],
];

for (const [what, method, parameter, expected] of SETTINGS) {
  test(`a clock is set ${what}`, async () => {
    const { meter, set } = settable();
    const now = at('2026-11-20T09:23:31Z');
    const outcome = await meter.object(...CLOCK).invoke(method, parameter, meter.context({ at: now }));
    assert.deepEqual([verdict(outcome), ...set.map(formatInstant)], ['done', expected]);
    assert.deepEqual(meter.sink.taken(), ['clock-set by grid']);
  });
}

test('a clock is set to a time, legal or with its deviation; it has to be whole', async () => {
  const { meter, set } = settable();
  await meter.write(...CLOCK, 2, dateTime('2026-11-20', '10:00:00'));
  await meter.write(...CLOCK, 2, octets('07ea0b14050a000000ffc400'));
  assert.deepEqual(set.map(formatInstant), ['2026-11-20T09:00:00.000Z', '2026-11-20T09:00:00.000Z']);
  assert.equal(verdict(await meter.write(...CLOCK, 2, dateTime('*-11-20', '10:00:00'))), 'VALUE_NOT_ALLOWED');
  assert.equal(verdict(await meter.invoke(...CLOCK, 6, i16(901))), 'VALUE_NOT_ALLOWED');
});

function settable() {
  const set: Instant[] = [];
  const timeSetter = {
    measuringPeriod: Minutes(5),
    set: (to: Instant): Promise<void> => {
      set.push(to);
      return Promise.resolve();
    },
  };
  return { meter: new StandardMeter({ timeSetter }), set };
}
