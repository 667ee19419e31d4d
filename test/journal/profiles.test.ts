import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Days, Instant, Minutes } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import { type CaptureTimes, everyDay, everyMonth, everyPeriod } from '#journal/capture-schedule.ts';
import type { Journal } from '#journal/journal.ts';
import { profileEntries } from '#journal/profiles.ts';
import { METER_ID } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newCapture, open } from './support/journals.ts';

const BERLIN = new Zone('Europe/Berlin');
const utc = (...parts: [number, number, ...number[]]): Instant => Instant(Date.UTC(...parts));

/** Captures every six hours through October and November 2026, but for those that are left out. */
function journalOf(leftOut: readonly Instant[] = []): Journal {
  const journal = open(temporaryFolder());
  journal.together(() => {
    let number = 0;
    for (let at = utc(2026, 8, 30, 22); at < utc(2026, 11, 1); at = Instant(at + Days(1) / 24)) {
      number += 1;
      if (!leftOut.includes(at)) journal.capture(newCapture(number, { at, document: undefined }));
    }
  });
  return journal;
}

const times = (journal: Journal, every: CaptureTimes, range: object = {}): readonly string[] =>
  Array.from(profileEntries(journal.captures, { device: METER_ID, ...range }, every), ({ captureTime }) =>
    new Date(captureTime).toISOString().slice(0, 16),
  );

test('a load profile has every capture, one of a longer period those at its moments', () => {
  using journal = journalOf();
  assert.equal(times(journal, everyPeriod(Minutes(60))).length, 62 * 24 - 22);
  const day = { from: utc(2026, 9, 20), to: utc(2026, 9, 21) };
  assert.deepEqual(times(journal, everyPeriod(Minutes(480)), day), [
    '2026-10-20T00:00',
    '2026-10-20T08:00',
    '2026-10-20T16:00',
  ]);
  assert.deepEqual(times(journal, everyPeriod(Minutes(15)), day).length, 24);
});

test('a daily profile has the captures at the beginning of the days at the site', () => {
  using journal = journalOf();
  const change = { from: utc(2026, 9, 23, 23), to: utc(2026, 9, 27) };
  assert.deepEqual(times(journal, everyDay(BERLIN), change), [
    '2026-10-24T22:00',
    '2026-10-25T23:00',
    '2026-10-26T23:00',
  ]);
  assert.equal(times(journal, everyDay(BERLIN)).length, 62);
});

test('a monthly profile has one entry per month', () => {
  using journal = journalOf();
  assert.deepEqual(times(journal, everyMonth(BERLIN)), ['2026-09-30T22:00', '2026-10-31T23:00', '2026-11-30T23:00']);
});

test('where a capture is missing the profile has no entry', () => {
  using journal = journalOf([utc(2026, 9, 25, 23), utc(2026, 9, 31, 23)]);
  const change = { from: utc(2026, 9, 24), to: utc(2026, 9, 27) };
  assert.deepEqual(times(journal, everyDay(BERLIN), change), ['2026-10-24T22:00', '2026-10-26T23:00']);
  assert.deepEqual(times(journal, everyMonth(BERLIN)), ['2026-09-30T22:00', '2026-11-30T23:00']);
});

test('a device without captures has a profile without entries', () => {
  using journal = open(temporaryFolder());
  assert.deepEqual(times(journal, everyDay(BERLIN)), []);
});
