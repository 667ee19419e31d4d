import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '#core/bytes.ts';
import { Instant } from '#core/time.ts';
import { dateTimeOctets, unspecifiedDateTime } from '#cosem/date-time.ts';

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
