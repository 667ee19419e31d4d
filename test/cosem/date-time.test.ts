import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, toHex } from '#core/bytes.ts';
import { formatInstant, Instant } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import { dateTimeOctets, instantOf, localDateTimeOctets, unspecifiedDateTime } from '#cosem/date-time.ts';

const VECTORS: readonly (readonly [string, string])[] = [
  ['2026-11-20T09:15:00.000Z', '07ea0b1405090f0000000000'],
  // A Sunday is day 7, not 0; milliseconds are cut to hundredths.
  ['2026-03-29T23:59:59.999Z', '07ea031d07173b3b63000000'],
  ['2024-02-29T00:00:00.010Z', '07e8021d0400000001000000'],
];

test('an instant is written in UTC with deviation 0', () => {
  for (const [text, hex] of VECTORS) assert.equal(toHex(dateTimeOctets(Instant(Date.parse(text)))), hex, text);
});

test('an unknown time has no field specified', () => {
  assert.equal(toHex(unspecifiedDateTime), 'ffffffffffffffffff8000ff');
});

const berlin = new Zone('Europe/Berlin');

/** Date-times that others write, and what they mean; deviation Central European Time: -60, UTC = local + deviation. */
const READ: readonly (readonly [string, string, string | undefined])[] = [
  ['UTC', '07ea0b1405090f0000000000', '2026-11-20T09:15:00.000Z'],
  ['with a deviation', '07ea0b14050a0f0000ffc400', '2026-11-20T09:15:00.000Z'],
  ['legal time', '07ea0b14050a0f00008000ff', '2026-11-20T09:15:00.000Z'],
  ['legal time in summer', '07ea0701ff0a0f00008000ff', '2026-07-01T08:15:00.000Z'],
  ['hundredths', '07ea0b1405090f0032000000', '2026-11-20T09:15:00.500Z'],
  ['hundredths left open', '07ea0b1405090f00ff000000', '2026-11-20T09:15:00.000Z'],
  ['a part left open', '07eaff1405090f0000000000', undefined],
  ['the year left open', 'ffff0b14ff090f0000000000', undefined],
  ['nothing specified', 'ffffffffffffffffff8000ff', undefined],
  ['31 June', '07ea061fff09000000000000', undefined],
];

for (const [what, hex, text] of READ) {
  test(`a date-time is read: ${what}`, () => {
    const instant = instantOf(fromHex(hex) ?? assert.fail(), berlin);
    assert.equal(instant === undefined ? undefined : formatInstant(instant), text);
  });
}

test('a clock that is in doubt says so, and legal time leaves its deviation open', () => {
  const nine = Instant(Date.parse('2026-11-20T09:15:00.000Z'));
  assert.equal(toHex(dateTimeOctets(nine, 0x02)), '07ea0b1405090f0000000002');
  assert.equal(toHex(localDateTimeOctets(nine)), '07ea0b1405090f0000800000');
});
