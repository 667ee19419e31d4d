import assert from 'node:assert/strict';
import { silentLog } from '#core/log.ts';
import { parseObis } from '#core/obis.ts';
import { unitOf } from '#core/quantity.ts';
import type { Measured } from '#core/sample.ts';
import { addTime, type Duration, Instant, Milliseconds, Minutes, Seconds } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import type { AccessOutcome, AccessRefusal } from '#cosem/access-result.ts';
import type { CaptureRecord, CaptureRecords } from '#cosem/capture-record.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { DeviceRoutine } from '#cosem/device-routine.ts';
import type { Breaker, ControlState } from '#cosem/disconnect-control.ts';
import type { Display } from '#cosem/display.ts';
import type { Book, BookEntry, CosemEvent, EventBooks, EventSink } from '#cosem/events.ts';
import type { ImageStore } from '#cosem/image-transfer.ts';
import type { AccessContext, CosemObject } from '#cosem/interface-class.ts';
import type { ObjectRow } from '#cosem/measured-object.ts';
import type { ParameterAddress, ParameterStore } from '#cosem/parameter-store.ts';
import type { EntryRange, ProfileEntry, ProfileHistory } from '#cosem/profile-history.ts';
import { SampledDevice } from '#cosem/sampled-device.ts';
import { standardObjects } from '#cosem/standard-objects.ts';
import type { StandardParts } from '#cosem/standard-parts.ts';
import { isWithin, type Order, type TimeSpan } from '#cosem/time-span.ts';
import { METER_ID, START } from '../../support/example-meter.ts';

/*
 * A meter with everything that an object can ask for, all of it in memory: what is written, what is recorded, what is
 * captured; a breaker that obeys, and a display.
 */

export class MemoryParameters implements ParameterStore {
  readonly #values = new Map<string, CosemData>();

  get(address: ParameterAddress): CosemData | undefined {
    return this.#values.get(JSON.stringify(address));
  }

  put(address: ParameterAddress, value: CosemData): void {
    this.#values.set(JSON.stringify(address), value);
  }
}

export class RecordedEvents implements EventSink {
  readonly events: CosemEvent[] = [];
  /** Thrown instead of recording. */
  refusal: AccessRefusal | undefined;

  record(event: CosemEvent): void {
    if (this.refusal !== undefined) throw this.refusal;
    this.events.push(event);
  }

  /** `name by actor`, and forgets them. */
  taken(): readonly string[] {
    return this.events.splice(0).map(({ name, actor }) => `${name} by ${actor}`);
  }
}

export class MemoryHistory implements ProfileHistory {
  readonly kept: ProfileEntry[] = [];

  count(): number {
    return this.kept.length;
  }

  *entries(span: TimeSpan, order: Order): Generator<ProfileEntry, void, undefined> {
    for (const entry of order === 'oldest-first' ? this.kept : this.kept.toReversed()) {
      if (isWithin(span, entry.at)) yield entry;
    }
  }

  append(entry: ProfileEntry): void {
    this.kept.push(entry);
  }

  clear(): void {
    this.kept.length = 0;
  }
}

export class MemoryBooks implements EventBooks {
  readonly #books = new Map<Book, BookEntry[]>();

  add(book: Book, entry: BookEntry): void {
    this.#books.set(book, [...(this.#books.get(book) ?? []), entry]);
  }

  count(_ldev: string, book: Book): number {
    return this.#books.get(book)?.length ?? 0;
  }

  entries(_ldev: string, book: Book, span: TimeSpan, order: Order): Iterable<BookEntry> {
    const entries = (this.#books.get(book) ?? []).filter(({ at }) => isWithin(span, at));
    return order === 'oldest-first' ? entries : entries.toReversed();
  }
}

export class MemoryCaptures implements CaptureRecords {
  /** The numbers of those whose documents were put together. */
  readonly opened: number[] = [];
  readonly #records: readonly CaptureRecord[];

  /** Those from `first` on are still kept; the one with the number 3 was not sealed. */
  constructor(first = 1, last = 4) {
    const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    this.#records = numbers.map((number) => this.#record(number));
  }

  count(): number {
    return this.#records.length;
  }

  newest(): CaptureRecord | undefined {
    return this.#records.at(-1);
  }

  *entries({ numbers, ...span }: EntryRange, order: Order): Generator<CaptureRecord, void, undefined> {
    const { first, last } = numbers ?? { first: 1, last: Number.POSITIVE_INFINITY };
    for (const record of order === 'oldest-first' ? this.#records : this.#records.toReversed()) {
      const isWanted = record.number >= first && record.number <= last;
      if (isWanted && isWithin(span, record.captureTime)) yield record;
    }
  }

  #record(number: number): CaptureRecord {
    const captureTime = addTime(START, Minutes(15 * number));
    return {
      number,
      captureTime,
      sampledAt: addTime(captureTime, Milliseconds(137)),
      sampleNumber: BigInt(900 * number),
      state: '0'.repeat(16),
      columns: 'import 3 1-0:1.8.0.255 long64-unsigned 0 255',
      measured: Uint8Array.of(8 + number, 1, 0),
      documentHash: number === 3 ? undefined : new Uint8Array(32).fill(0xd0 + number),
      previous: new Uint8Array(32).fill(number - 1),
      hash: new Uint8Array(32).fill(number),
      document: () => {
        this.opened.push(number);
        return `<document>${number}</document>`;
      },
    };
  }
}

/** A breaker that the next sample shows in its new state, unless something is wrong with it. */
class ObedientBreaker implements Breaker {
  current: ControlState | undefined = 'connected';
  fault: Error | undefined;

  state(): ControlState | undefined {
    return this.current;
  }

  order(state: ControlState): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(this.fault);
    this.current = state;
    return Promise.resolve();
  }
}

class MemoryDisplay implements Display {
  readonly lines = 2;
  readonly columns = 16;
  shown: readonly string[] = [];

  show(lines: readonly string[]): Promise<void> {
    this.shown = lines;
    return Promise.resolve();
  }
}

const noUnit = unitOf('') ?? assert.fail();

function row(key: string, obis: string, classId: number, type: ObjectRow['type']): ObjectRow {
  return { key, name: key, classId, version: 0, logicalName: parseObis(obis), type, unit: noUnit, scaler: 0 };
}

export const standardRows: readonly ObjectRow[] = [
  row('tariff', '0-0:96.14.0.255', 1, 'double-long-unsigned'),
  row('import', '1-0:1.8.0.255', 3, 'long64-unsigned'),
  row('import-t1', '1-0:1.8.1.255', 3, 'long64-unsigned'),
  row('import-t2', '1-0:1.8.2.255', 3, 'long64-unsigned'),
  row('power', '1-0:1.7.0.255', 3, 'double-long-unsigned'),
  row('voltage', '1-0:32.7.0.255', 3, 'double-long-unsigned'),
];

const standardValues = {
  tariff: 0n,
  import: 1_000n,
  'import-t1': 600n,
  'import-t2': 400n,
  power: 500n,
  voltage: 23_000n,
};

export class StandardMeter {
  readonly parameters = new MemoryParameters();
  readonly sink = new RecordedEvents();
  readonly books = new MemoryBooks();
  readonly captures = new MemoryCaptures();
  readonly breaker = new ObedientBreaker();
  readonly display = new MemoryDisplay();
  readonly histories = new Map<string, MemoryHistory>();
  /** The orders to switch the tariff. */
  readonly tariffs: number[] = [];
  period: Duration = Minutes(15);
  readonly device: SampledDevice;
  readonly routine: DeviceRoutine;
  #sequence = 100n;

  /** Without hardware it only measures. */
  constructor(more: Partial<StandardParts> = {}, hasHardware = true) {
    const parts: StandardParts = {
      identity: {
        id: METER_ID,
        meterNumber: '12345678',
        locationId: 'DE0001234567890000000000000012345',
        manufacturer: 'Siemens',
        model: 'SENTRON PAC3200',
        pulsesPerKilowattHour: 1_000,
      },
      firmware: { identifier: 'sealmeter 0.1.0', sha256: new Uint8Array(32).fill(0xab) },
      rows: standardRows,
      zone: new Zone('Europe/Berlin'),
      parameters: this.parameters,
      books: this.books,
      profile: (name) => ({
        history: this.history(name),
        period: { current: () => this.period, change: (to) => void (this.period = to) },
        capacity: 40_000,
      }),
      captures: this.captures,
      ...(hasHardware ? this.#hardware() : {}),
      ...more,
    };
    const { objects, watchers } = standardObjects(parts);
    const { id, meterNumber, locationId } = parts.identity;
    const start = { at: START, sequenceNumber: this.#sequence };
    this.device = new SampledDevice({ id, meterNumber, locationId, rows: parts.rows, others: objects, start });
    this.routine = new DeviceRoutine({ device: this.device, watchers, events: this.sink, log: silentLog });
  }

  #hardware(): Pick<StandardParts, 'switchTariff' | 'breaker' | 'display'> {
    const switchTariff = (tariff: number): Promise<void> => {
      this.tariffs.push(tariff);
      return Promise.resolve();
    };
    return { switchTariff, breaker: this.breaker, display: this.display };
  }

  history(name: string): MemoryHistory {
    const history = this.histories.get(name) ?? new MemoryHistory();
    this.histories.set(name, history);
    return history;
  }

  object(classId: number, obis: string): CosemObject {
    return this.device.object(classId, parseObis(obis)) ?? assert.fail(`no object ${classId}-${obis}`);
  }

  /** Takes a sample, and lets the device do what it does by itself. */
  async sample(at: Instant, values: Readonly<Record<string, bigint>> = {}): Promise<void> {
    const measured = Object.entries({ ...standardValues, ...values }).map(([key, value]): [string, Measured] => [
      key,
      { kind: 'value', quantity: { value, scaler: 0, unit: noUnit }, readAt: at },
    ]);
    this.#sequence += 1n;
    const snapshot = this.device.accept({ at, values: new Map(measured), flags: new Set() }, this.#sequence);
    await this.routine.observe(snapshot);
  }

  context(more: Partial<AccessContext> = {}): AccessContext {
    return { device: this.device, actor: 'grid', isLocal: false, at: START, events: this.sink, ...more };
  }

  read(classId: number, obis: string, attribute: number): CosemData | undefined {
    return this.object(classId, obis).read(attribute, this.device.snapshot());
  }

  write(classId: number, obis: string, attribute: number, data: CosemData): Promise<AccessOutcome> {
    return this.object(classId, obis).write(attribute, data, this.context());
  }

  invoke(classId: number, obis: string, method: number, parameter: CosemData = zero): Promise<AccessOutcome> {
    return this.object(classId, obis).invoke(method, parameter, this.context());
  }
}

/** The parameter of a method that takes none. */
export const zero: CosemData = { type: 'integer', value: 0n };

/** `done`, or the code of the refusal. */
export const verdict = (outcome: AccessOutcome): string => (outcome.kind === 'done' ? 'done' : outcome.refusal.code);

export const secondsAfter = (seconds: number, start: Instant = START): Instant => addTime(start, Seconds(seconds));

export const at = (text: string): Instant => Instant(Date.parse(text));

const images: ImageStore = {
  blockSize: 1_024,
  capacity: 1_000_000,
  begin() {},
  write() {},
  verify: () => Promise.resolve(true),
  activate: () => Promise.resolve(),
};

/** A meter that lacks nothing: it has an object of every class. */
export const wholeMeter = (): StandardMeter =>
  new StandardMeter({
    images,
    timeSetter: { measuringPeriod: Minutes(15), set: () => Promise.resolve() },
    devices: () => [],
  });
