import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '#core/log.ts';
import type { SampleFlag } from '#core/sample.ts';
import { addTime, Seconds } from '#core/time.ts';
import type { Book } from '#cosem/events.ts';
import type { Journal } from '#journal/journal.ts';
import { DeviceEvents } from '#meter/device-events.ts';
import { MeterJournal } from '#meter/meter-journal.ts';
import { Sealing } from '#meter/sealing.ts';
import { exampleMeter, exampleSample, goodValues, METER_ID, START } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { makeSigningKey } from '../support/signing-keys.ts';

const program = { version: '1.2.3', sha256: new Uint8Array(32) };
const { signer } = makeSigningKey();

interface Told {
  readonly energy?: bigint;
  readonly flags?: readonly SampleFlag[];
}

/** What the books say after these samples, a second apart. */
async function eventsAfter(samples: readonly Told[], book: Book) {
  const stateFolder = mkdtempSync(join(tmpdir(), 'sealmeter-device-events-'));
  try {
    await using meterJournal = new MeterJournal({
      stateFolder,
      program,
      sealing: new Sealing(signer),
      clock: new FakeClock(START),
      log: silentLog,
    });
    const events = new DeviceEvents(METER_ID, ['energy'], meterJournal);
    const device = exampleMeter();
    for (const [index, { energy = 100n, flags = [] }] of samples.entries()) {
      const sample = exampleSample({ ...goodValues, energy }, addTime(START, Seconds(index)), ...flags);
      events.note(device.accept(sample, 101n + BigInt(index)));
    }
    return told(meterJournal.journal, book);
  } finally {
    rmSync(stateFolder, { recursive: true });
  }
}

/** Without what the service says of itself. */
const told = (journal: Journal, book: Book) =>
  [...journal.events.read({ book, first: 2 })].map(({ name, data }) => [name, data]);

test('a device that does not answer, and answers again, is an event each', async () => {
  const away: Told = { flags: ['device-unreachable'] };
  assert.deepEqual(await eventsAfter([{}, away, away, {}, {}], 'system'), [
    ['device-unreachable', { device: METER_ID }],
    ['device-reachable', { device: METER_ID, since: addTime(START, Seconds(1)) }],
  ]);
});

test('a restart is told each time, and once', async () => {
  const restarted: Told = { flags: ['device-restarted'] };
  const events = await eventsAfter([restarted, restarted, {}, restarted], 'system');
  assert.deepEqual(
    events.map(([name]) => name),
    ['device-restarted', 'device-restarted'],
  );
});

test('another device behind the address, and a counter that steps back, stand in the calibration book', async () => {
  const [_key, other, back, ...more] = await eventsAfter(
    [{ energy: 100n }, { energy: 40n, flags: ['device-not-identified'] }, { energy: 41n }],
    'calibration',
  );
  assert.deepEqual(other, ['device-not-identified', { device: METER_ID }]);
  assert.equal(back?.[0], 'counter-stepped-back');
  assert.deepEqual(more, []);
});
