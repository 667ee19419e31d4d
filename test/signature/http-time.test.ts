import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Instant } from '#core/time.ts';
import { formatHttpDate, fromUnixTime, parseHttpDate, toUnixTime } from '#signature/http-time.ts';

describe('the time in a Date header', () => {
  it('is that of RFC 9110', () => {
    assert.equal(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT'), Instant(784_111_777_000));
    assert.equal(formatHttpDate(Instant(784_111_777_999)), 'Sun, 06 Nov 1994 08:49:37 GMT');
  });

  it('is read back to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (seconds) => {
        const instant = Instant(seconds * 1_000);
        assert.equal(parseHttpDate(formatHttpDate(instant)), instant);
      }),
    );
  });

  for (const [name, text] of Object.entries({
    'obsolete-rfc-850': 'Sunday, 06-Nov-94 08:49:37 GMT',
    'obsolete-asctime': 'Sun Nov  6 08:49:37 1994',
    'iso-8601': '1994-11-06T08:49:37Z',
    'wrong-weekday': 'Mon, 06 Nov 1994 08:49:37 GMT',
    'day-that-does-not-exist': 'Wed, 31 Jun 2026 08:49:37 GMT',
    'zone-that-is-not-gmt': 'Sun, 06 Nov 1994 08:49:37 +0000',
    'one-digit-day': 'Sun, 6 Nov 1994 08:49:37 GMT',
    'lower-case': 'sun, 06 nov 1994 08:49:37 gmt',
    'two-dates': 'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
    empty: '',
  })) {
    it(`is not read from ${name}`, () => {
      assert.equal(parseHttpDate(text), undefined);
    });
  }
});

describe('the time in created and expires', () => {
  it('is in seconds', () => {
    assert.equal(fromUnixTime(1_618_884_473), Instant(1_618_884_473_000));
    assert.equal(toUnixTime(Instant(1_618_884_473_999)), 1_618_884_473);
  });

  it('is on a calendar', () => {
    assert.equal(fromUnixTime(-1), undefined);
    assert.equal(fromUnixTime(8_640_000_000_001), undefined);
  });
});
