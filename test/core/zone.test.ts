import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatInstant, Hours, Instant, Minutes } from '#core/time.ts';
import { Zone } from '#core/zone.ts';

const at = (text: string): Instant => Instant(Date.parse(text));

test('a site has its own wall clock', () => {
  const berlin = new Zone('Europe/Berlin');
  assert.deepEqual(berlin.localTime(at('2026-11-20T23:30:59.999Z')), {
    year: 2026,
    month: 11,
    day: 21,
    weekday: 6,
    hour: 0,
    minute: 30,
    second: 59,
  });
  assert.equal(berlin.localTime(at('2026-03-29T12:00:00Z')).weekday, 7);
  assert.equal(berlin.offset(at('2026-07-01T00:00:00Z')), Hours(2));
  assert.equal(new Zone('Asia/Kathmandu').offset(at('2026-07-01T00:00:00Z')), Minutes(345));
  assert.equal(new Zone('America/St_Johns').offset(at('2026-01-01T00:00:00Z')), Minutes(-210));
});

test('the hour that comes twice is told apart, and the one that is left out never shows', () => {
  const berlin = new Zone('Europe/Berlin');
  const shown = (text: string): string => {
    const { hour, minute } = berlin.localTime(at(text));
    return `${hour}:${minute}`;
  };
  assert.deepEqual(['2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z'].map(shown), ['1:59', '3:0']);
  assert.deepEqual(['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map(shown), ['2:30', '2:30']);
});

test('the changes of a year are found to the quarter of an hour', () => {
  const changes = (zone: string): readonly string[] =>
    new Zone(zone)
      .transitions(2026)
      .map(({ at, before, after }) => `${formatInstant(at)} ${before / Minutes(1)} ${after / Minutes(1)}`);
  assert.deepEqual(changes('Europe/Berlin'), ['2026-03-29T01:00:00.000Z 60 120', '2026-10-25T01:00:00.000Z 120 60']);
  assert.deepEqual(changes('Australia/Lord_Howe'), [
    '2026-04-04T15:00:00.000Z 660 630',
    '2026-10-03T15:30:00.000Z 630 660',
  ]);
  assert.deepEqual(changes('UTC'), []);
});

test('what a wall clock shows leads back to the instant', () => {
  const berlin = new Zone('Europe/Berlin');
  const back = (shown: string): string => formatInstant(berlin.instantOf(at(`${shown}:00Z`))).slice(0, 16);
  assert.equal(back('2026-01-15T00:00'), '2026-01-14T23:00');
  assert.equal(back('2026-07-15T00:00'), '2026-07-14T22:00');
  assert.equal(back('2026-03-29T01:59'), '2026-03-29T00:59');
  assert.equal(back('2026-03-29T03:00'), '2026-03-29T01:00');
  // Comes twice: the first time. Never comes: as before the change.
  assert.equal(back('2026-10-25T02:30'), '2026-10-25T00:30');
  assert.equal(back('2026-10-25T03:00'), '2026-10-25T02:00');
  assert.equal(back('2026-03-29T02:30'), '2026-03-29T01:30');
});

test('a zone that does not exist is refused', () => {
  assert.throws(() => new Zone('Europe/Atlantis'), { code: 'ZONE_UNKNOWN', fault: 'configuration' });
});
