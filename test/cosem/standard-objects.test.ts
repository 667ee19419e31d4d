import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatObis } from '#core/obis.ts';
import { rightsOf } from '#cosem/access-rights.ts';
import type { CosemObject } from '#cosem/interface-class.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import { historyOfSnapshots } from '#cosem/snapshot-history.ts';
import { isWithin } from '#cosem/time-span.ts';
import { octets, struct, text, u16, u32 } from './support/data.ts';
import { at, MemoryBooks, StandardMeter, secondsAfter, standardRows } from './support/standard-meter.ts';

const named = ({ classId, logicalName }: CosemObject): string => `${classId} ${formatObis(logicalName)}`;
const measured = new Set(standardRows.map(({ classId, logicalName }) => `${classId} ${formatObis(logicalName)}`));

const standardNames = (meter: StandardMeter): readonly string[] =>
  meter.device.objects.map(named).filter((name) => !measured.has(name) && name !== '1 0-0:42.0.0.255');

/** What every meter has, whatever its hardware. */
const ALWAYS = [
  '1 0-0:96.1.0.255',
  '1 0-0:96.1.1.255',
  '1 0-0:96.1.2.255',
  '1 0-0:96.1.10.255',
  '1 0-0:96.10.1.255',
  '1 0-0:96.11.0.255',
  '1 0-0:96.11.1.255',
  '1 0-0:96.11.2.255',
  '1 0-0:96.11.128.255',
  '1 0-0:96.11.129.255',
  '1 0-0:96.11.130.255',
  '1 0-0:96.15.1.255',
  '1 0-0:96.15.2.255',
  '1 0-0:96.15.3.255',
  '1 0-0:96.128.0.255',
  '1 0-0:97.97.0.255',
  '1 0-0:97.98.0.255',
  '1 0-0:97.98.10.255',
  '1 1-0:0.0.0.255',
  '1 1-0:0.2.0.255',
  '1 1-0:0.2.8.255',
  '1 1-0:0.3.0.255',
  '6 0-0:14.0.0.255',
  '7 0-0:99.98.0.255',
  '7 0-0:99.98.1.255',
  '7 0-0:99.98.2.255',
  '7 0-0:99.128.0.255',
  '7 1-0:98.1.0.255',
  '7 1-0:98.2.0.255',
  '7 1-0:99.1.0.255',
  '7 1-0:99.2.0.255',
  '8 0-0:1.0.0.255',
  '9 0-0:10.0.1.255',
  '15 0-0:40.0.0.255',
  '21 0-0:16.0.0.255',
  '22 0-0:15.0.0.255',
  '22 0-0:15.1.0.255',
];

/** What only hardware that acts can have. */
const WITH_HARDWARE = [
  '1 0-0:96.13.1.255',
  '9 0-0:10.0.100.255',
  '9 0-0:10.0.106.255',
  '11 0-0:11.0.0.255',
  '20 0-0:13.0.0.255',
  '22 0-0:15.0.1.255',
  '70 0-0:96.3.10.255',
  '71 0-0:17.0.0.255',
];

test('a meter has its standard objects, and those that its hardware can keep the promise of', () => {
  assert.deepEqual(standardNames(new StandardMeter({}, false)), ALWAYS);
  assert.deepEqual(standardNames(new StandardMeter()).toSorted(), [...ALWAYS, ...WITH_HARDWARE].toSorted());
});

test('a meter that keeps no profiles has none, and nothing that would capture them', () => {
  const names = standardNames(new StandardMeter({ profile: () => undefined }, false));
  const absent = ALWAYS.filter((name) => !names.includes(name));
  assert.deepEqual(absent, [
    '7 1-0:98.1.0.255',
    '7 1-0:98.2.0.255',
    '7 1-0:99.1.0.255',
    '7 1-0:99.2.0.255',
    '9 0-0:10.0.1.255',
    '22 0-0:15.0.0.255',
    '22 0-0:15.1.0.255',
  ]);
});

test('a device that measures nothing has no profiles, tariffs or monitors', () => {
  const names = standardNames(new StandardMeter({ rows: [] }));
  assert.deepEqual(
    names.filter((name) => /^(?:6|20|21|71) /.test(name) || / 1-0:9[89]\.[12]/.test(name)),
    [],
  );
});

test('what a device measures itself counts for more', () => {
  const [first] = standardRows;
  assert.ok(first !== undefined);
  const meter = new StandardMeter({
    rows: [
      ...standardRows,
      { ...first, key: 'number', logicalName: new StandardMeter().object(1, '0-0:96.1.0.255').logicalName },
    ],
  });
  const numbers = meter.device.objects.filter((object) => named(object) === '1 0-0:96.1.0.255');
  assert.deepEqual(
    numbers.map(({ name }) => name),
    ['tariff'],
  );
});

test('every attribute reads as one of the types that its class promises, and none without a value', async () => {
  const meter = new StandardMeter();
  await meter.sample(secondsAfter(1));
  const reader = { device: meter.device, rights: rightsOf('administrator') };
  for (const object of meter.device.objects) {
    for (const { id, types, isBulky } of object.interfaceClass.attributes) {
      const read = object.read(id, meter.device.snapshot(), reader) ?? assert.fail();
      assert.ok(types.includes(read.type), `${named(object)} ${id}: ${read.type}`);
      assert.notEqual(read.type, 'null-data', `${named(object)} ${id}`);
      const isLongArray = isBulky === true && types.includes('array');
      assert.equal(object.elements(id, meter.device.snapshot()) !== undefined, isLongArray);
    }
    assert.equal(object.read(99, meter.device.snapshot()), undefined);
  }
});

test('the program that runs tells its digest, the meter its numbers', () => {
  const meter = new StandardMeter();
  const value = (obis: string) => meter.read(1, obis, 2);
  assert.deepEqual(value('1-0:0.2.0.255'), text('sealmeter 0.1.0'));
  assert.deepEqual(value('1-0:0.2.8.255'), octets('ab'.repeat(32)));
  assert.deepEqual(value('0-0:96.1.10.255'), text('DE0001234567890000000000000012345'));
  assert.deepEqual([value('0-0:96.1.0.255'), value('1-0:0.0.0.255')], [text('12345678'), text('12345678')]);
  assert.deepEqual(value('1-0:0.3.0.255'), u32(1_000));
});

test('an event book is a profile, the newest event first', () => {
  const books = new MemoryBooks();
  const meter = new StandardMeter({ books });
  assert.deepEqual(meter.read(1, '0-0:96.11.2.255', 2), u16(0));
  books.add('calibration', { number: 1, at: at('2026-11-20T09:00:00Z'), code: 200, text: '{"by":"grid"}' });
  books.add('calibration', { number: 2, at: at('2026-11-20T09:15:00Z'), code: 201, text: 'é' });
  books.add('system', { number: 1, at: at('2026-11-20T08:00:00Z'), code: 1, text: '' });
  assert.deepEqual(meter.read(7, '0-0:99.98.2.255', 2), {
    type: 'array',
    value: [
      struct(octets('07ea0b1405090f0000000000'), u32(2), u16(201), { type: 'utf8-string', value: 'é' }),
      struct(octets('07ea0b140509000000000000'), u32(1), u16(200), { type: 'utf8-string', value: '{"by":"grid"}' }),
    ],
  });
  assert.deepEqual(meter.read(7, '0-0:99.98.2.255', 7), u32(2));
  const newest = ['0-0:96.15.3.255', '0-0:96.11.2.255', '0-0:96.11.130.255'].map((obis) => meter.read(1, obis, 2));
  assert.deepEqual(newest, [u32(2), u16(201), { type: 'utf8-string', value: 'é' }]);
  for (const method of [1, 2]) assert.equal(meter.object(7, '0-0:99.98.2.255').canInvoke(method), false);
});

test('captures of whole samples are the rows of a profile', async () => {
  const meter = new StandardMeter();
  const snapshots: Snapshot[] = [];
  for (const second of [1, 2, 3]) {
    await meter.sample(secondsAfter(second), { import: BigInt(second) });
    snapshots.push(meter.device.snapshot());
  }
  const energy = { classId: 3, logicalName: meter.object(3, '1-0:1.8.0.255').logicalName, attribute: 2, dataIndex: 0 };
  const history = historyOfSnapshots(
    {
      count: () => snapshots.length,
      entries: (span, order) =>
        (order === 'oldest-first' ? snapshots : snapshots.toReversed()).filter((snapshot) =>
          isWithin(span, snapshot.at),
        ),
    },
    [energy, { ...energy, attribute: 3, dataIndex: 2 }, { ...energy, classId: 4 }],
    () => meter.device,
  );
  assert.equal(history.count(), 3);
  assert.deepEqual(
    [...history.entries({ from: secondsAfter(2), to: undefined }, 'newest-first')],
    [
      {
        at: secondsAfter(3),
        values: [{ type: 'long64-unsigned', value: 3n }, { type: 'enum', value: 255n }, { type: 'null-data' }],
      },
      {
        at: secondsAfter(2),
        values: [{ type: 'long64-unsigned', value: 2n }, { type: 'enum', value: 255n }, { type: 'null-data' }],
      },
    ],
  );
});
