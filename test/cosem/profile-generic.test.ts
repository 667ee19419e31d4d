import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { Instant, Minutes } from '#core/time.ts';
import { Zone } from '#core/zone.ts';
import { rightsOf } from '#cosem/access-rights.ts';
import type { CaptureObject } from '#cosem/capture-object.ts';
import { clockColumn } from '#cosem/clock.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { dateTimeOctets } from '#cosem/date-time.ts';
import { type CosemObject, createObject } from '#cosem/interface-class.ts';
import { type ProfileRow, profileGeneric, type SortMethod } from '#cosem/profile-generic.ts';
import type { ProfileHistory } from '#cosem/profile-history.ts';
import type { BufferSelection } from '#cosem/selective-access.ts';
import { attributeTable } from './attribute-table.ts';
import { dateTime, octets, struct, text, u16, u32 } from './support/data.ts';
import { at, MemoryHistory, StandardMeter, secondsAfter, verdict } from './support/standard-meter.ts';

const meter = new StandardMeter();
const power: CaptureObject = { classId: 3, logicalName: parseObis('1-0:1.7.0.255'), attribute: 2, dataIndex: 0 };
const unit: CaptureObject = { ...power, attribute: 3, dataIndex: 2 };

/** Entries a quarter of an hour apart, from 09:00Z on; the powers are these. */
const POWERS = [30n, -10n, 20n, 5n];
const START = at('2026-11-20T09:00:00Z');
const time = (index: number): Instant => Instant(START + index * Minutes(15));

function profile(more: Partial<ProfileRow> = {}): CosemObject {
  const history = new MemoryHistory();
  for (const [index, value] of POWERS.entries()) {
    const clock: CosemData = { type: 'octet-string', value: dateTimeOctets(time(index)) };
    history.append({ at: time(index), values: [clock, { type: 'double-long', value }, u16(index)] });
  }
  return createObject(profileGeneric, {
    logicalName: parseObis('1-0:99.1.0.255'),
    name: 'profile',
    columns: [clockColumn, power, unit],
    history,
    period: { current: () => Minutes(15) },
    sort: 'fifo',
    sortObject: undefined,
    capacity: 100,
    zone: new Zone('Europe/Berlin'),
    ...more,
  });
}

/** The buffer as numbers: of each row the value of its second column (or its only one). */
function powers(object: CosemObject, selection?: BufferSelection): readonly bigint[] {
  const reader = { device: meter.device, rights: rightsOf('consumer'), ...(selection && { selection }) };
  const buffer = object.read(2, meter.device.snapshot(), reader);
  assert.ok(buffer?.type === 'array');
  return buffer.value.map((row) => {
    assert.ok(row.type === 'structure');
    const value = row.value[1] ?? row.value[0];
    assert.ok(value !== undefined && 'value' in value && typeof value.value === 'bigint');
    return value.value;
  });
}

test('a profile tells what it holds, how often and how much', () => {
  assert.deepEqual(attributeTable(profile(), meter.device.snapshot()).slice(2), [
    '3 capture_objects array{structure{long-unsigned:8,octet-string:0000010000ff,integer:2,long-unsigned:0},structure{long-unsigned:3,octet-string:0100010700ff,integer:2,long-unsigned:0},structure{long-unsigned:3,octet-string:0100010700ff,integer:3,long-unsigned:2}}',
    '4 capture_period double-long-unsigned:900',
    '5 sort_method enum:1',
    '6 sort_object structure{long-unsigned:0,octet-string:000000000000,integer:0,long-unsigned:0}',
    '7 entries_in_use double-long-unsigned:4',
    '8 profile_entries double-long-unsigned:100',
  ]);
});

test('a row is a structure of all columns', () => {
  const [first] = profile().elements(2, meter.device.snapshot()) ?? [];
  assert.deepEqual(first, struct(octets('07ea0b140509000000000000'), { type: 'double-long', value: 30n }, u16(0)));
});

/** Each order, with the power as what is sorted by. */
const ORDERS: Readonly<Record<SortMethod, readonly bigint[]>> = {
  fifo: [30n, -10n, 20n, 5n],
  lifo: [5n, 20n, -10n, 30n],
  largest: [30n, 20n, 5n, -10n],
  smallest: [-10n, 5n, 20n, 30n],
  'nearest-to-zero': [5n, -10n, 20n, 30n],
  'farthest-from-zero': [30n, 20n, -10n, 5n],
};

for (const [sort, expected] of Object.entries(ORDERS)) {
  test(`a buffer is sorted: ${sort}`, () => {
    const object = profile({ sort: sort as SortMethod, sortObject: power });
    assert.deepEqual(powers(object), expected);
    // Places count through the buffer as it is sorted.
    assert.deepEqual(powers(object, { entries: { from: 2, to: 3 } }), expected.slice(1, 3));
  });
}

/** What is selected, and the powers of the rows that are left. */
const SELECTIONS: readonly (readonly [string, BufferSelection, readonly bigint[]])[] = [
  ['nothing is left out', {}, POWERS],
  ['entries by place', { entries: { from: 2, to: 3 } }, [-10n, 20n]],
  ['entries up to the last', { entries: { from: 3 } }, [20n, 5n]],
  ['entries that are not there', { entries: { from: 5 } }, []],
  ['a number of entries', { count: 2 }, [30n, -10n]],
  ['time, its end excluded', { time: { from: time(1), to: time(3) } }, [-10n, 20n]],
  ['time, open', { time: { from: time(2), to: undefined } }, [20n, 5n]],
  [
    'range of the clock, both ends included, in UTC and in legal time',
    {
      range: { column: clockColumn, from: octets('07ea0b1405090f0000000000'), to: dateTime('2026-11-20', '10:30:00') },
    },
    [-10n, 20n],
  ],
  ['range of the clock, which is the default', { range: { from: dateTime('2026-11-20', '10:30:00') } }, [20n, 5n]],
  ['range of a value', { range: { column: power, from: u32(5), to: u32(20) } }, [20n, 5n]],
  ['range of a value, open', { range: { column: power, to: u32(5) } }, [-10n, 5n]],
  [
    'all of it at once',
    { entries: { from: 2 }, range: { column: power, from: u32(5) }, time: { from: undefined, to: time(3) } },
    [20n],
  ],
  ['a number of those in a range', { range: { column: power, from: u32(5) }, count: 1 }, [30n]],
  ['columns by place', { columns: { from: 2, to: 2 } }, POWERS],
  ['columns by place, up to the last', { columns: { from: 2 } }, [0n, 1n, 2n, 3n]],
  ['columns by what they capture', { columns: { objects: [power] } }, POWERS],
];

for (const [what, selection, expected] of SELECTIONS) {
  test(`a buffer is selected from: ${what}`, () => assert.deepEqual(powers(profile(), selection), expected));
}

/** What selects by something that the profile does not have. */
const UNSUITABLE: Readonly<Record<string, BufferSelection>> = {
  'column-not-captured': { columns: { objects: [{ ...power, attribute: 4 }] } },
  'column-beyond-the-last': { columns: { from: 2, to: 4 } },
  'columns-backwards': { columns: { from: 3, to: 2 } },
  'range-of-another-object': { range: { column: { ...power, classId: 4 } } },
  'range-of-a-time-left-open': { range: { from: dateTime('*-11-20', '10:30:00') } },
  'range-of-a-text': { range: { column: power, from: text('5') } },
};

for (const [what, selection] of Object.entries(UNSUITABLE)) {
  test(`refused at once: ${what}`, () => {
    const reader = { device: meter.device, rights: rightsOf('consumer'), selection };
    assert.throws(() => profile().elements(2, meter.device.snapshot(), reader), { code: 'SELECTION_UNSUITABLE' });
  });
}

test('rows are made one by one, as they are asked for', () => {
  let made = 0;
  const history = new MemoryHistory();
  history.entries = function* endless() {
    for (;;) yield { at: time(made++), values: [u16(made)] };
  };
  const rows = profile({ history }).elements(2, meter.device.snapshot()) ?? assert.fail();
  let taken = 0;
  for (const _ of rows) if (++taken === 10) break;
  assert.equal(made, 10);
});

test('a range of time is left to the history, which can find it', () => {
  const history = new MemoryHistory();
  const asked: unknown[] = [];
  history.entries = function* watched(span) {
    asked.push(span);
    yield* [];
  };
  const object = profile({ history });
  powers(object, { range: { from: dateTime('2026-11-20', '10:15:00') }, time: { from: time(0), to: time(3) } });
  powers(object, { entries: { from: 2 }, time: { from: time(2), to: undefined } });
  assert.deepEqual(asked, [
    { from: time(1), to: time(3) },
    // Places count from the beginning.
    { from: undefined, to: undefined },
  ]);
});

const LOAD = [7, '1-0:99.1.0.255'] as const;

test('a load profile captures, begins anew, and changes its period', async () => {
  const own = new StandardMeter();
  await own.sample(secondsAfter(1));
  assert.equal(verdict(await own.invoke(...LOAD, 2)), 'done');
  assert.deepEqual(own.read(...LOAD, 7), u32(1));
  const [entry] = own.history('load-profile-1').kept;
  assert.deepEqual(entry, {
    at: secondsAfter(1),
    values: [
      octets('07ea0b1405090f0100000000'),
      { type: 'bit-string', value: '0000000010000000' },
      { type: 'long64-unsigned', value: 1_000n },
    ],
  });
  assert.equal(verdict(await own.write(...LOAD, 4, u32(300))), 'done');
  assert.equal(own.period, Minutes(5));
  assert.equal(verdict(await own.invoke(...LOAD, 1)), 'done');
  assert.deepEqual(own.read(...LOAD, 7), u32(0));
  assert.deepEqual(own.sink.taken(), ['capture-ordered by grid', 'parameter-changed by grid', 'profile-reset by grid']);
});

test('a period divides the day', async () => {
  const own = new StandardMeter();
  for (const seconds of [0, 7, 86_401]) {
    assert.equal(verdict(await own.write(...LOAD, 4, u32(seconds))), 'VALUE_NOT_ALLOWED');
  }
  for (const seconds of [1, 86_400]) assert.equal(verdict(await own.write(...LOAD, 4, u32(seconds))), 'done');
});

test('a history that nobody may add to or begin anew says so', async () => {
  const history: ProfileHistory = { count: () => 0, entries: () => [] };
  const object = profile({ history });
  for (const method of [1, 2]) {
    assert.equal(verdict(await object.invoke(method, { type: 'null-data' }, meter.context())), 'METHOD_UNAVAILABLE');
  }
});
