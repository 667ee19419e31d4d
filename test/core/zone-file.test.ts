import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SealmeterError } from '#core/errors.ts';
import { posixOffsets } from '#core/posix-zone.ts';
import { Hours, Instant, Minutes } from '#core/time.ts';
import { intlOffsets, Zone } from '#core/zone.ts';
import { systemZone } from '#core/zone-file.ts';

const at = (text: string): Instant => Instant(Date.parse(text));

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/Dublin',
  'Europe/London',
  'America/New_York',
  'America/St_Johns',
  'America/Nuuk',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
];

for (const name of ZONES) {
  test(`${name}: the system's database and that of Node.js agree on every change`, () => {
    const [ours, independent] = [systemZone(name), new Zone(name)];
    // Behind 2037 no file lists changes any more: the rule of its footer counts.
    for (const year of [1975, 1996, 2007, 2019, 2025, 2026, 2027, 2037, 2038, 2050]) {
      assert.deepEqual(ours.transitions(year), independent.transitions(year), String(year));
    }
  });
}

test('what the system does not know, and what would lead out of its database, is refused', () => {
  for (const name of ['Europe/Atlantis', '../../../etc/passwd', '/etc/localtime', 'Europe', '']) {
    assert.throws(() => systemZone(name), { code: 'ZONE_UNKNOWN' }, name);
  }
});

test('rules of POSIX: with and without daylight saving time, by weekday, by day of the year', () => {
  assert.equal(posixOffsets('<+0545>-5:45')(at('2026-07-01T00:00:00Z')), Minutes(345));
  assert.equal(posixOffsets('XYZ3')(at('2026-07-01T00:00:00Z')), Hours(-3));
  const byNumber = posixOffsets('AAA3BBB,J60/0,300/0');
  assert.equal(byNumber(at('2024-03-01T02:59:59Z')), Hours(-3));
  assert.equal(byNumber(at('2024-03-01T03:00:00Z')), Hours(-2), 'J60 is 1 March, in a leap year too');
  assert.equal(byNumber(at('2024-10-27T01:59:59Z')), Hours(-2));
  assert.equal(byNumber(at('2024-10-27T02:00:00Z')), Hours(-3), 'day 300, counted from 0 and with 29 February');
});

test('a rule that nobody can read is refused', () => {
  for (const rule of ['', 'CET', 'CET-1CEST', 'CET-1CEST,M3.5.0', ':Europe/Berlin', 'CET-1CEST,M3.5.0,M10.5.0/3x']) {
    assert.throws(() => posixOffsets(rule), SealmeterError, rule);
  }
});

test('a rule whose days Node.js knows under a name', () => {
  const rule = posixOffsets('CET-1CEST,M3.5.0,M10.5.0/3');
  const berlin = intlOffsets('Europe/Berlin');
  for (let hour = at('2026-01-01T00:00:00Z'); hour < at('2027-01-01T00:00:00Z'); hour = Instant(hour + Hours(1))) {
    assert.equal(rule(hour), berlin(hour), new Date(hour).toISOString());
  }
});
