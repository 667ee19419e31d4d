import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '#core/log.ts';
import { addTime, type Duration, type Instant, Milliseconds, Seconds } from '#core/time.ts';
import { SampledDevice } from '#cosem/sampled-device.ts';
import { everyPeriod } from '#journal/capture-schedule.ts';
import { Capturing } from '#meter/capturing.ts';
import { loadDevice } from '#meter/device-file.ts';
import { MeterJournal } from '#meter/meter-journal.ts';
import { Sealing } from '#meter/sealing.ts';
import { startPoller } from '#modbus/poller.ts';
import { randomFrom } from '../journal/support/random.ts';
import { MemoryTransport } from '../modbus/memory-transport.ts';
import { pac3200Memory } from '../modbus/pac3200-memory.ts';
import { METER_ID, START } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { makeSigningKey } from '../support/signing-keys.ts';

/*
 * A device that answers now sooner, now later, polled and captured every second as the service does it; the journal is a
 * real one, the wire is not.
 */
const { signer } = makeSigningKey();
const description = loadDevice('pac3200');
const identity = { id: METER_ID, meterNumber: '1', locationId: '' };
const program = { version: '1.2.3', sha256: new Uint8Array(32) };

interface Captured {
  readonly captureTime: Instant;
  readonly sampledAt: Instant;
}

/** What was captured in so many seconds, while each request took as long as `latency` says. */
async function capturedIn(seconds: number, start: Instant, latency: () => Duration): Promise<readonly Captured[]> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'sealmeter-capturing-'));
  const clock = new FakeClock(start);
  const rows = description.objects;
  const device = new SampledDevice({ ...identity, rows, start: { at: start, sequenceNumber: 1n } });
  const transport = new MemoryTransport(pac3200Memory(), clock);
  try {
    await using stack = new AsyncDisposableStack();
    const parts = { stateFolder, program, sealing: new Sealing(signer), clock, log: silentLog };
    const meterJournal = stack.use(new MeterJournal(parts));
    const times = everyPeriod(Seconds(1));
    const capturing = stack.use(new Capturing({ identity, rows, times, journal: meterJournal, clock }));
    let number = 1n;
    stack.use(
      startPoller({
        plan: description.plan,
        transport,
        clock,
        log: silentLog,
        onSample(sample) {
          transport.latency = latency();
          capturing.offer(device.accept(sample, ++number));
        },
      }),
    );
    await clock.advance(Seconds(seconds));
    await capturing[Symbol.asyncDispose]();
    return [...meterJournal.journal.captures.read({ device: METER_ID })];
  } finally {
    rmSync(stateFolder, { recursive: true });
  }
}

/** A round has five requests, six when something slow is due: this keeps it within its second. */
const jitter = (seed: number): (() => Duration) => {
  const random = randomFrom(seed);
  return () => Milliseconds(Math.floor(random() * 150));
};

const SECONDS = 60;

for (const offset of [0, 1, 400, 999]) {
  test(`no second is missed by a device that dawdles, started ${offset} ms after a second`, async () => {
    const start = addTime(START, Milliseconds(offset));
    const captured = await capturedIn(SECONDS, start, jitter(offset + 1));
    const first = addTime(START, Seconds(1));
    assert.deepEqual(
      captured.map(({ captureTime }) => captureTime),
      captured.map((_, index) => addTime(first, Seconds(index))),
    );
    assert.ok(captured.length >= SECONDS - 1, `${captured.length} captures`);
    for (const { captureTime, sampledAt } of captured) {
      const late = sampledAt - captureTime;
      assert.ok(late >= 0 && late < Seconds(1), `${late} ms late`);
    }
  });
}

test('a device that takes longer than a second is captured as often as it answers, each time once', async () => {
  const captured = await capturedIn(SECONDS, START, () => Milliseconds(300));
  const times = captured.map(({ captureTime }) => captureTime);
  assert.ok(captured.length > SECONDS / 4 && captured.length < SECONDS, `${captured.length} captures`);
  assert.equal(new Set(times).size, times.length);
  for (const { captureTime, sampledAt } of captured) assert.ok(sampledAt >= captureTime);
});
