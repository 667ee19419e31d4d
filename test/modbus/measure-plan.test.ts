import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileError } from '#core/located.ts';
import { parseYaml } from '#meter/yaml-file.ts';
import { type MeasurePlan, readMeasurePlan } from '#modbus/measure-plan.ts';

/** A small meter with one of everything; each refusal changes one thing in it. */
const METER = `model: { id: small, manufacturer: Nobody, name: Small }
access: { functionCode: 3, addressBase: pdu, wordOrder: big, unit: 1, port: 502, maxRegisters: 20, gaps: forbidden, minimumInterval: 20 ms }
identify: [{ key: maker, at: 100, format: uint16, expect: 42 }, { key: serial, at: 101, format: "char[8]" }]
status: { row: status, restarted: 3 }
groups: { fast: { every: 1 s }, slow: { every: 1 min }, once: { every: connection } }
blocks:
  - { start: 1, count: 7, group: fast }
  - { start: 20, count: 8, group: slow }
  - { start: 30, count: 6, group: slow, optional: true, functionCode: 4 }
  - { start: 100, count: 5, group: once }
objects:
  - { key: voltage, name: Voltage, obis: 1-0:32.7.0.255, class: 3, type: double-long-unsigned, unit: V, scaler: -2, at: 1, format: float32 }
  - { key: power, unit: W, scaler: -1, at: 3, registers: 2, format: float32 }
  - { key: power-import, unit: W, scaler: -1, at: 3, format: float32, take: positive }
  - { key: status, at: 5, format: uint16, mask: 0xff, map: { 0: 1, 1: 2 }, absent: [0xffff] }
  - { key: signed, at: 6, format: int32, wordOrder: little, unit: W, scaler: 0, factor: 3, plus: -5 }
  - { key: energy-t1, unit: Wh, scaler: 0, at: 20, format: float64, counter: true, rollover: 1e12 }
  - { key: energy-t2, unit: Wh, scaler: 0, at: 24, format: float64, counter: true }
  - { key: energy, unit: Wh, scaler: 0, sum: [energy-t1, -energy-t2] }
  - { key: demand, unit: W, scaler: -1, mean: power-import, last: { at: 30, format: float32 }, period: { at: 32, format: uint32 }, elapsed: { at: 34, format: uint32 } }
`;

function read(text: string): MeasurePlan {
  return readMeasurePlan(parseYaml('small.yaml', text));
}

function change(from: string, to: string): string {
  assert.ok(METER.includes(from), `the meter has no "${from}"`);
  return METER.replace(from, to);
}

function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split('\n').length;
}

interface Refusal {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly code: string;
  readonly path: string;
  /** Where the error has to point; the changed text unless said otherwise. */
  readonly pointsAt?: string;
}

const refusals: readonly Refusal[] = [
  {
    name: 'overlap',
    from: 'at: 1,',
    to: 'at: 2,',
    code: 'DEVICE_REGISTERS_OVERLAP',
    path: '/objects/1',
    pointsAt: 'key: power,',
  },
  {
    name: 'two-formats-at-one-offset',
    from: 'at: 3, format: float32, take',
    to: 'at: 3, format: uint32, take',
    code: 'DEVICE_REGISTERS_OVERLAP',
    path: '/objects/2',
  },
  {
    name: 'type-length-mismatch',
    from: 'registers: 2',
    to: 'registers: 4',
    code: 'DEVICE_LENGTH_MISMATCH',
    path: '/objects/1/registers',
  },
  {
    name: 'block-ending-inside-a-value',
    from: 'count: 7',
    to: 'count: 6',
    code: 'DEVICE_VALUE_CUT',
    path: '/blocks/0',
  },
  {
    name: 'block-starting-inside-a-value',
    from: 'start: 1, count: 7',
    to: 'start: 2, count: 6',
    code: 'DEVICE_VALUE_CUT',
    path: '/blocks/0',
  },
  { name: 'point-outside-every-block', from: 'at: 6,', to: 'at: 60,', code: 'DEVICE_POINT_UNREAD', path: '/objects/4' },
  { name: 'unknown-unit', from: 'unit: V,', to: 'unit: kV,', code: 'DEVICE_UNIT_UNKNOWN', path: '/objects/0/unit' },
  {
    name: 'count-over-the-maximum',
    from: 'count: 7',
    to: 'count: 21',
    code: 'DEVICE_COUNT_TOO_LARGE',
    path: '/blocks/0/count',
  },
  {
    name: 'block-past-the-last-register',
    from: 'start: 100,',
    to: 'start: 65534,',
    code: 'DEVICE_COUNT_TOO_LARGE',
    path: '/blocks/3/count',
  },
  {
    name: 'gap-between-values',
    from: 'at: 20, format: float64',
    to: 'at: 20, format: float32',
    code: 'DEVICE_GAP',
    path: '/blocks/1',
    pointsAt: '- { start: 20',
  },
  {
    name: 'gap-at-the-end',
    from: 'start: 20, count: 8',
    to: 'start: 20, count: 9',
    code: 'DEVICE_GAP',
    path: '/blocks/1',
  },
  {
    name: 'gap-at-the-start',
    from: 'start: 20, count: 8',
    to: 'start: 19, count: 9',
    code: 'DEVICE_GAP',
    path: '/blocks/1',
  },
  {
    name: 'maximum-over-125',
    from: 'maxRegisters: 20',
    to: 'maxRegisters: 126',
    code: 'DEVICE_VALUE_INVALID',
    path: '/access/maxRegisters',
  },
  {
    name: 'blocks-overlap',
    from: 'start: 20, count: 8',
    to: 'start: 7, count: 8',
    code: 'DEVICE_BLOCKS_OVERLAP',
    path: '/blocks/1',
  },
  {
    name: 'unknown-group',
    from: 'group: slow }',
    to: 'group: slwo }',
    code: 'DEVICE_GROUP_UNKNOWN',
    path: '/blocks/1/group',
  },
  {
    name: 'idle-group',
    from: 'once: {',
    to: 'never: { every: 1 h }, once: {',
    code: 'DEVICE_GROUP_IDLE',
    path: '/blocks',
    pointsAt: '- { start: 1,',
  },
  { name: 'no-fast-group', from: 'fast: {', to: 'quick: {', code: 'DEVICE_FIELD_MISSING', path: '/groups' },
  {
    name: 'fast-group-once',
    from: 'every: 1 s',
    to: 'every: connection',
    code: 'DEVICE_VALUE_INVALID',
    path: '/groups/fast/every',
  },
  {
    name: 'slow-group-faster-than-fast',
    from: 'every: 1 min',
    to: 'every: 500 ms',
    code: 'DEVICE_PERIOD_TOO_SHORT',
    path: '/groups/slow/every',
  },
  {
    name: 'period-of-nothing',
    from: 'every: 1 s',
    to: 'every: 0 ms',
    code: 'DEVICE_VALUE_INVALID',
    path: '/groups/fast/every',
  },
  { name: 'time-without-unit', from: '20 ms', to: '20', code: 'DEVICE_VALUE_INVALID', path: '/access/minimumInterval' },
  {
    name: 'unknown-field',
    from: 'take: positive',
    to: 'taek: positive',
    code: 'DEVICE_FIELD_UNKNOWN',
    path: '/objects/2/taek',
  },
  { name: 'unknown-field-at-the-top', from: 'status:', to: 'statsu:', code: 'DEVICE_FIELD_UNKNOWN', path: '/statsu' },
  {
    name: 'field-of-another-kind-of-row',
    from: 'sum: [',
    to: 'at: 7, sum: [',
    code: 'DEVICE_FIELD_UNKNOWN',
    path: '/objects/7/at',
  },
  {
    name: 'missing-field',
    from: 'format: float32, take',
    to: 'take',
    code: 'DEVICE_FIELD_MISSING',
    path: '/objects/2',
  },
  {
    name: 'unknown-format',
    from: 'at: 1, format: float32',
    to: 'at: 1, format: double',
    code: 'DEVICE_VALUE_INVALID',
    path: '/objects/0/format',
  },
  { name: 'odd-text', from: 'char[8]', to: 'char[7]', code: 'DEVICE_VALUE_INVALID', path: '/identify/1/format' },
  {
    name: 'duplicate-key',
    from: 'key: power-import',
    to: 'key: power',
    code: 'DEVICE_KEY_DUPLICATE',
    path: '/objects/2',
    pointsAt: 'take: positive',
  },
  {
    name: 'duplicate-identity-key',
    from: 'key: serial',
    to: 'key: maker',
    code: 'DEVICE_KEY_DUPLICATE',
    path: '/identify/1',
  },
  {
    name: 'key-in-capitals',
    from: 'key: voltage',
    to: 'key: Voltage',
    code: 'DEVICE_VALUE_INVALID',
    path: '/objects/0/key',
  },
  {
    name: 'sum-of-an-unknown-row',
    from: '-energy-t2',
    to: '-energy-t3',
    code: 'DEVICE_KEY_UNKNOWN',
    path: '/objects/7',
  },
  {
    name: 'sum-of-a-sum',
    from: '[energy-t1, -energy-t2]',
    to: '[energy-t1, energy]',
    code: 'DEVICE_KEY_UNKNOWN',
    path: '/objects/7',
  },
  { name: 'sum-of-volts-and-watts', from: '-energy-t2', to: '-power', code: 'DEVICE_UNITS_MIXED', path: '/objects/7' },
  {
    name: 'mean-in-another-scale',
    from: 'mean: power-import',
    to: 'mean: voltage',
    code: 'DEVICE_UNITS_MIXED',
    path: '/objects/8',
  },
  {
    name: 'demand-without-its-period',
    from: 'period: { at: 32, format: uint32 }, ',
    to: '',
    code: 'DEVICE_FIELD_MISSING',
    path: '/objects/8',
    pointsAt: 'key: demand',
  },
  {
    name: 'mask-on-a-float',
    from: 'take: positive',
    to: 'mask: 3',
    code: 'DEVICE_FORMAT_UNFIT',
    path: '/objects/2/mask',
  },
  {
    name: 'rollover-without-counter',
    from: 'counter: true, rollover',
    to: 'rollover',
    code: 'DEVICE_VALUE_INVALID',
    path: '/objects/5/rollover',
  },
  { name: 'map-to-a-text', from: '1: 2', to: '1: two', code: 'DEVICE_VALUE_INVALID', path: '/objects/3/map/1' },
  { name: 'status-of-a-float', from: 'row: status', to: 'row: power', code: 'DEVICE_KEY_UNKNOWN', path: '/status/row' },
  {
    name: 'bit-64',
    from: 'restarted: 3',
    to: 'restarted: 64',
    code: 'DEVICE_VALUE_INVALID',
    path: '/status/restarted',
  },
  { name: 'address-below-zero', from: 'at: 1,', to: 'at: -1,', code: 'DEVICE_VALUE_INVALID', path: '/objects/0/at' },
];

for (const { name, from, to, code, path, pointsAt } of refusals) {
  test(`refused: ${name}`, () => {
    const text = change(from, to);
    assert.throws(
      () => read(text),
      (error: unknown) => {
        assert.ok(error instanceof FileError, String(error));
        assert.equal(error.code, code, error.message);
        assert.equal(error.place.path, path);
        assert.equal(error.place.file, 'small.yaml');
        assert.equal(error.place.line, lineOf(text, pointsAt ?? to), error.message);
        assert.ok((error.mend ?? '') !== '', 'says what is expected');
        return true;
      },
    );
  });
}

test('addresses of a list that counts from 1 are sent one lower', () => {
  const text = change('addressBase: pdu', 'addressBase: oneBased');
  const plan = read(text);
  assert.deepEqual(
    plan.blocks.map(({ address }) => address),
    [0, 19, 29, 99],
  );
  const voltage = plan.measurands.find(({ key }) => key === 'voltage');
  assert.equal(voltage?.kind === 'read' ? voltage.source.address : undefined, 0);
  assert.throws(() => read(text.replace('at: 1,', 'at: 0,')), { code: 'DEVICE_VALUE_INVALID' });
});

test('a block may have gaps where the file allows them', () => {
  const text = change('gaps: forbidden', 'gaps: allowed').replace('start: 20, count: 8', 'start: 18, count: 11');
  assert.equal(read(text).blocks[1]?.count, 11);
});

test('a file is read in full', () => {
  const plan = read(METER);
  assert.deepEqual(plan.model, { id: 'small', manufacturer: 'Nobody', name: 'Small' });
  assert.equal(plan.access.minimumInterval, 20);
  assert.equal(plan.access.timeout, 1_000);
  assert.deepEqual(plan.status, { key: 'status', restarted: 3, countersReset: undefined });
  assert.deepEqual(plan.groups, [
    { name: 'fast', every: 1_000 },
    { name: 'slow', every: 60_000 },
    { name: 'once', every: 'connection' },
  ]);
  assert.deepEqual(
    plan.blocks.map((block) => [block.functionCode, block.optional, block.measurands.length, block.identity.length]),
    [
      [3, false, 5, 0],
      [3, false, 2, 0],
      [4, true, 3, 0],
      [3, false, 0, 2],
    ],
  );
  assert.deepEqual(
    plan.measurands.map(({ key, kind }) => `${key} ${kind}`),
    [
      'voltage read',
      'power read',
      'power-import read',
      'status read',
      'signed read',
      'energy-t1 read',
      'energy-t2 read',
      'energy sum',
      'demand mean',
      'demand/last read',
      'demand/period read',
      'demand/elapsed read',
    ],
  );
});

test('a demand register may be read where the device gives the running average itself', () => {
  const text = change('mean: power-import,', 'at: 36, format: float32,').replace(
    'start: 30, count: 6',
    'start: 30, count: 8',
  );
  assert.equal(read(text).measurands.find(({ key }) => key === 'demand')?.kind, 'read');
});

const ACTUATORS = `actuators:
  breaker: { at: 200, functionCode: 16, values: [0, 1], state: status }
  tariff: { at: 201, functionCode: 6, values: [0, 1] }
  display: { at: 210, lines: 2, columns: 16 }
`;
const ACTING_METER = METER.replace('objects:', `${ACTUATORS}objects:`);

test('what can be told to a device stands beside what can be read of it', () => {
  assert.deepEqual(read(METER).actuators, {});
  assert.deepEqual(read(ACTING_METER).actuators, {
    breaker: { address: 200, functionCode: 16, values: [0, 1], state: 'status' },
    tariff: { address: 201, functionCode: 6, values: [0, 1] },
    display: { address: 210, lines: 2, columns: 16 },
  });
});

const actuatorRefusals: readonly Refusal[] = [
  { name: 'actuator-unknown', from: 'tariff:', to: 'horn:', code: 'DEVICE_FIELD_UNKNOWN', path: '/actuators/horn' },
  {
    name: 'function-does-not-write',
    from: 'functionCode: 16',
    to: 'functionCode: 3',
    code: 'DEVICE_VALUE_INVALID',
    path: '/actuators/breaker/functionCode',
    pointsAt: 'breaker:',
  },
  {
    name: 'value-beyond-a-register',
    from: 'values: [0, 1], state',
    to: 'values: [0, 65536], state',
    code: 'DEVICE_VALUE_INVALID',
    path: '/actuators/breaker/values/1',
  },
  {
    name: 'no-values',
    from: 'values: [0, 1] }',
    to: 'values: [] }',
    code: 'DEVICE_VALUE_INVALID',
    path: '/actuators/tariff/values',
  },
  {
    name: 'state-not-read',
    from: 'state: status',
    to: 'state: voltage',
    code: 'DEVICE_KEY_UNKNOWN',
    path: '/actuators/breaker/state',
  },
  {
    name: 'columns-odd',
    from: 'columns: 16',
    to: 'columns: 15',
    code: 'DEVICE_VALUE_INVALID',
    path: '/actuators/display/columns',
  },
  {
    name: 'more-than-one-request',
    from: 'lines: 2',
    to: 'lines: 16',
    code: 'DEVICE_VALUE_INVALID',
    path: '/actuators/display/lines',
  },
  {
    name: 'device-not-identified',
    from: 'format: uint16, expect: 42 }',
    to: 'format: uint16 }',
    code: 'DEVICE_NOT_IDENTIFIABLE',
    path: '/actuators',
    pointsAt: 'breaker:',
  },
];

for (const { name, from, to, code, path, pointsAt = to } of actuatorRefusals) {
  test(`refused: ${name}`, () => {
    assert.ok(ACTING_METER.includes(from));
    const text = ACTING_METER.replace(from, to);
    assert.throws(
      () => read(text),
      (error) => {
        assert.ok(error instanceof FileError, String(error));
        assert.deepEqual([error.code, error.place.path, error.place.line], [code, path, lineOf(text, pointsAt)]);
        return true;
      },
    );
  });
}
