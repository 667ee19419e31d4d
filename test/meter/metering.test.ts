import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '#core/log.ts';
import { type ObisCode, parseObis } from '#core/obis.ts';
import { addTime, type Duration, Hours, Minutes, Seconds } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import { instantOf } from '#cosem/date-time.ts';
import type { Book } from '#cosem/events.ts';
import type { LogicalDevice } from '#cosem/logical-device.ts';
import { integerIn } from '#cosem/shape.ts';
import type { StateFlag } from '#cosem/state.ts';
import type { Signer } from '#crypto/signer.ts';
import { everyPeriod } from '#journal/capture-schedule.ts';
import type { ClockSource } from '#journal/clock-status.ts';
import { ClockWatch } from '#journal/clock-watch.ts';
import { eventSink, journaledBooks } from '#journal/cosem-events.ts';
import type { NewEvent } from '#journal/event-books.ts';
import { openJournalReader } from '#journal/journal-reader.ts';
import type { RetentionLimits } from '#journal/retention.ts';
import { loadDevice } from '#meter/device-file.ts';
import { journalFolder, MeterJournal } from '#meter/meter-journal.ts';
import { startMetering } from '#meter/metering.ts';
import { Sealing } from '#meter/sealing.ts';
import { startSimulator } from '#modbus/simulator.ts';
import { METER_ID, START } from '../support/example-meter.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { makeSigningKey } from '../support/signing-keys.ts';

/*
 * A simulated meter on real Modbus TCP, polled, captured and journaled as the service does it.
 */
const description = loadDevice('pac3200');
const program = { version: '1.2.3', sha256: new Uint8Array(32).fill(7) };
const { signer: softwareKey } = makeSigningKey();
const LIMIT = { timeout: 20_000 };

interface ExampleOptions {
  readonly signer?: Signer;
  readonly retention?: RetentionLimits;
  /** The period of load profile 2. */
  readonly second?: Duration;
}

async function startExample(
  stateFolder: string,
  { signer = softwareKey, retention = {}, second = Seconds(5) }: ExampleOptions = {},
) {
  const clock = new FakeClock(START);
  await using starting = new AsyncDisposableStack();
  const simulator = starting.use(await startSimulator({ clock, model: 'pac3200' }));
  const sealing = new Sealing(signer);
  const parts = { stateFolder, program, clock, log: silentLog };
  const meterJournal = starting.use(new MeterJournal({ ...parts, sealing, retention }));
  const { journal } = meterJournal;
  const books = journaledBooks({ events: journal.events, management: 'none', consumerOf: () => undefined });
  const source: ClockSource = { read: async () => ({ synchronised: true, offset: undefined, source: 'test' }) };
  const onEvent = (event: NewEvent): void => meterJournal.note(event);
  const clockWatch = starting.use(new ClockWatch({ clock, source, onEvent, log: silentLog }));
  const zone = new Zone('Europe/Berlin');
  const capturePeriods = { 'load-profile-1': everyPeriod(Seconds(5)), 'load-profile-2': everyPeriod(second) };
  const shared = { ...parts, journal, meterJournal, books, clockWatch, zone, capturePeriods };
  const metered = { id: METER_ID, meterNumber: '1', locationId: '', description, unit: 1, timeout: Minutes(1) };
  const { device } = starting.use(startMetering({ ...metered, ...simulator.address }, shared, () => {}));
  /** Until so many more samples have come. */
  const samples = async (count: number): Promise<void> => {
    for (let sample = 0; sample < count; sample++) {
      const { sequenceNumber } = device.snapshot();
      await clock.advance(Seconds(1));
      while (device.snapshot().sequenceNumber === sequenceNumber) await settle();
    }
  };
  const running = starting.move();
  return { simulator, clock, device, journal, samples, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function temporary() {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-metering-'));
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

function eventsIn(folder: string, book: Book): readonly (string | undefined)[] {
  using reader = openJournalReader(journalFolder(folder));
  return [...reader.events.read({ book })].map(({ name }) => name);
}

/** What readings are made with: told once, and when it is another. */
const IDENTITIES = ['firmware-identified', 'signing-key-changed', 'description-identified'];

test('samples are captured when they are due, sealed, and stand in the load profile', LIMIT, async () => {
  using state = temporary();
  {
    await using meter = await startExample(state.folder);
    await meter.samples(12);
    const profile = meter.device.object(7, parseObis('1-0:99.1.0.255'));
    const buffer = profile?.read(2, meter.device.snapshot());
    assert.equal(buffer?.type === 'array' && buffer.value.length, 2);
  }
  using reader = openJournalReader(journalFolder(state.folder));
  const captures = [...reader.captures.read({ device: METER_ID })];
  assert.deepEqual(
    captures.map(({ number, captureTime }) => [number, captureTime]),
    [1, 2].map((number) => [number, START + number * Seconds(5)]),
  );
  for (const capture of captures) {
    assert.ok(capture.sampledAt >= capture.captureTime);
    assert.match(Buffer.from(reader.captures.document(capture) ?? []).toString(), /<SignatureValue>/);
  }
  assert.equal([...reader.checkpoints()].length, 1);
});

const PROFILE_1 = parseObis('1-0:99.1.0.255');
const PROFILE_2 = parseObis('1-0:99.2.0.255');

type Example = Awaited<ReturnType<typeof startExample>>;

/** The clocks of a profile's entries, in seconds after the start. */
function entriesOf({ device, clock }: Example, profile: ObisCode): readonly number[] {
  const buffer = device.object(7, profile)?.read(2, device.snapshot());
  assert.ok(buffer?.type === 'array');
  return buffer.value.map((row) => {
    assert.ok(row.type === 'structure' && row.value[0]?.type === 'octet-string');
    const at = instantOf(row.value[0].value, new Zone('Europe/Berlin')) ?? clock.now();
    return (at - START) / 1_000;
  });
}

/** Writes the period of a profile, as a client does. */
async function writePeriod({ device, journal, clock }: Example, profile: ObisCode, seconds: bigint): Promise<string> {
  const context = { device, actor: 'administrator', isLocal: false, at: clock.now(), events: eventSink(journal) };
  const written = await device.object(7, profile)?.write(4, { type: 'double-long-unsigned', value: seconds }, context);
  return written?.kind === 'refused' ? written.refusal.code : String(written?.kind);
}

const periodOf = ({ device }: Example, profile: ObisCode): bigint | undefined =>
  integerIn(device.object(7, profile)?.read(4, device.snapshot()));

test('load profile 2 has a period of its own; both are chosen from the same captures', LIMIT, async () => {
  using state = temporary();
  await using meter = await startExample(state.folder, { second: Seconds(2) });
  await meter.samples(12);
  assert.deepEqual(entriesOf(meter, PROFILE_1), [5, 10]);
  assert.deepEqual(entriesOf(meter, PROFILE_2), [2, 4, 6, 8, 10]);
  assert.deepEqual([periodOf(meter, PROFILE_1), periodOf(meter, PROFILE_2)], [5n, 2n]);
  assert.equal(meter.journal.captures.last(METER_ID)?.number, 6);
});

test(
  'a period that is written holds from then on, is aligned, outlives a restart and stands in the book',
  LIMIT,
  async () => {
    using state = temporary();
    {
      await using meter = await startExample(state.folder);
      await meter.samples(6);
      assert.equal(await writePeriod(meter, PROFILE_2, 3n), 'done');
      await meter.samples(7);
      assert.deepEqual(entriesOf(meter, PROFILE_2), [6, 9, 12]);
      assert.deepEqual(entriesOf(meter, PROFILE_1), [5, 10]);
      for (const seconds of [0n, 7n, 86_401n])
        assert.equal(await writePeriod(meter, PROFILE_2, seconds), 'VALUE_NOT_ALLOWED');
    }
    {
      await using meter = await startExample(state.folder);
      assert.deepEqual([periodOf(meter, PROFILE_1), periodOf(meter, PROFILE_2)], [5n, 3n]);
    }
    assert.deepEqual(eventsIn(state.folder, 'calibration'), [...IDENTITIES, 'parameter-changed']);
  },
);

test('no period is changed while the calibration book is full', LIMIT, async () => {
  using state = temporary();
  await using meter = await startExample(state.folder);
  meter.journal.together(() => {
    for (let entry = 0; entry < 10_000; entry += 1) {
      meter.journal.log({ name: 'clock-stepped', data: { from: START, to: START } });
    }
  });
  assert.equal(await writePeriod(meter, PROFILE_1, 60n), 'CALIBRATION_BOOK_FULL');
  assert.equal(periodOf(meter, PROFILE_1), 5n);
});

test('the books tell of start, stop and firmware, and numbers go on above those of the journal', LIMIT, async () => {
  using state = temporary();
  {
    await using meter = await startExample(state.folder);
    await meter.samples(6);
  }
  rmSync(join(state.folder, 'sequence'), { recursive: true });
  {
    await using meter = await startExample(state.folder);
    assert.ok(meter.device.snapshot().sequenceNumber > meter.journal.samplesUsed(METER_ID));
  }
  assert.deepEqual(eventsIn(state.folder, 'system'), [
    'service-started',
    'clock-synchronised',
    'service-stopped',
    'service-started',
    'clock-synchronised',
    'service-stopped',
  ]);
  assert.deepEqual(eventsIn(state.folder, 'calibration'), IDENTITIES);
  using reader = openJournalReader(journalFolder(state.folder));
  const ends = [...reader.events.read({ book: 'system' })].map(({ data }) => data['previousEnd']);
  assert.deepEqual(ends, ['none', undefined, undefined, 'in order', undefined, undefined]);
});

test('a sample whose signer is away is journaled without a document, and the book says so', LIMIT, async () => {
  using state = temporary();
  let isAway = true;
  const sign: Signer['sign'] = (data) => {
    if (isAway) throw new Error('no token');
    return softwareKey.sign(data);
  };
  {
    await using meter = await startExample(state.folder, { signer: { ...softwareKey, sign } });
    await meter.samples(6);
    isAway = false;
    await meter.samples(5);
  }
  using reader = openJournalReader(journalFolder(state.folder));
  const captures = [...reader.captures.read({ device: METER_ID })];
  assert.deepEqual(
    captures.map(({ documentHash }) => documentHash !== undefined),
    [false, true],
  );
  assert.deepEqual(eventsIn(state.folder, 'system').slice(2, -1), ['signer-away', 'signer-back']);
});

test('a clock that was set marks the next sample, and stands in the calibration book', LIMIT, async () => {
  using state = temporary();
  {
    await using meter = await startExample(state.folder);
    await meter.samples(2);
    assert.deepEqual(clockFlags(meter.device), []);
    meter.clock.set(addTime(meter.clock.now(), Hours(1)));
    await meter.samples(1);
    assert.deepEqual(clockFlags(meter.device), ['clock-set']);
    await meter.samples(1);
    assert.deepEqual(clockFlags(meter.device), []);
  }
  assert.deepEqual(eventsIn(state.folder, 'calibration'), [...IDENTITIES, 'clock-stepped']);
});

test(
  'what is older than it has to be kept is let go of at the next full hour, and the book says so',
  LIMIT,
  async () => {
    using state = temporary();
    {
      await using meter = await startExample(state.folder, { retention: { captures: Minutes(1) } });
      await meter.samples(6);
      meter.clock.set(addTime(START, Seconds(45 * 60 - 4)));
      await meter.samples(6);
    }
    using reader = openJournalReader(journalFolder(state.folder));
    const [first] = reader.captures.read({ device: METER_ID });
    assert.equal(first?.number, 2);
    assert.ok(eventsIn(state.folder, 'system').includes('rows-removed'));
  },
);

const clockFlags = (device: LogicalDevice): readonly StateFlag[] =>
  [...device.snapshot().state].filter((flag) => flag.startsWith('clock-'));
