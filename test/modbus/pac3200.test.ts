import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatObis } from '#core/obis.ts';
import { Seconds } from '#core/time.ts';
import { readDescription } from '#meter/device-file.ts';
import { parseYaml } from '#meter/yaml-file.ts';
import { type Measurand, type ReadMeasurand, readMeasurePlan } from '#modbus/measure-plan.ts';
import { registerFormats } from '#modbus/register-format.ts';
import { readVectors } from './csv.ts';

const text = readFileSync(new URL('../../devices/pac3200.yaml', import.meta.url), 'utf8');
const { plan, objects } = readDescription(parseYaml('pac3200.yaml', text));
const measurands = new Map(plan.measurands.map((measurand) => [measurand.key, measurand]));

type CosemColumn = 'obis' | 'class_id' | 'dlms_unit' | 'scaler' | 'cosem_type' | 'source_offset' | 'rule';
const cosemTable = readVectors<CosemColumn>('pac3200-cosem.csv');
const registerTable = new Map(
  readVectors<'offset' | 'registers' | 'format'>('pac3200.csv').map((row) => [Number(row.offset), row]),
);

/** What the file says, in the words of the reference table. */
function inWordsOfTheTable(row: (typeof objects)[number]): Record<CosemColumn, string> {
  return {
    obis: formatObis(row.logicalName),
    class_id: String(row.classId),
    dlms_unit: String(row.unit.code),
    scaler: row.classId === 1 ? '' : String(row.scaler),
    cosem_type: row.type,
    source_offset: sourceOf(row.key),
    rule: ruleOf(row.key),
  };
}

function sourceOf(key: string): string {
  const measurand = measurandOf(key);
  if (measurand.kind === 'read') return String(measurand.source.address);
  if (measurand.kind === 'mean') return sourceOf(`${key}/last`);
  return measurand.terms.map((term, index) => sign(term.sign, index) + sourceOf(term.key)).join('');
}

const sign = (of: bigint, index: number): string => (of < 0n ? '-' : index === 0 ? '' : '+');

function ruleOf(key: string): string {
  const measurand = measurandOf(key);
  if (measurand.kind === 'sum') return measurand.terms.length === 2 ? 'T1+T2' : 'net';
  if (measurand.kind === 'mean' || measurand.take === undefined) return 'value';
  const letter = measurand.unit.symbol === 'W' ? 'P' : 'Q';
  return measurand.take === 'positive' ? `max(${letter},0)` : `max(-${letter},0)`;
}

function measurandOf(key: string): Measurand {
  return measurands.get(key) ?? assert.fail(`no measurand ${key}`);
}

test('the file has the 150 objects of the reference table and no other', () => {
  assert.equal(cosemTable.length, 150);
  assert.deepEqual(
    objects.map(({ logicalName }) => formatObis(logicalName)).sort(),
    cosemTable.map(({ obis }) => obis).sort(),
  );
});

for (const expected of cosemTable) {
  test(`${expected.obis} is as in the reference table`, () => {
    const row = objects.find(({ logicalName }) => formatObis(logicalName) === expected.obis);
    assert.ok(row);
    const found = inWordsOfTheTable(row);
    for (const column of Object.keys(found) as CosemColumn[]) assert.equal(found[column], expected[column], column);
  });
}

test('every register is read with the format and length of the register table', () => {
  const reads = plan.measurands.filter((measurand): measurand is ReadMeasurand => measurand.kind === 'read');
  for (const { key, source } of reads) {
    const known = registerTable.get(source.address);
    assert.equal(source.format, known?.format, key);
    assert.equal(String(registerFormats[source.format].registers), known?.registers, key);
    assert.equal(source.wordOrder, 'big', key);
  }
});

test('the identity block is read whole and value by value', () => {
  const block = plan.blocks.find(({ group }) => group === 'identity');
  assert.deepEqual([block?.address, block?.count], [64_001, 27]);
  for (const point of block?.identity ?? []) {
    const registers = point.kind === 'text' ? point.characters / 2 : registerFormats[point.format].registers;
    assert.equal(String(registers), registerTable.get(point.address)?.registers, point.key);
  }
  assert.deepEqual(
    block?.identity.filter(({ expect }) => expect !== undefined).map(({ address, expect }) => [address, expect]),
    [[64_001, '42']],
  );
});

test('the poll plan is the one of the reference', () => {
  const request = (address: number): string => {
    const { count, group, optional } = plan.blocks.find((block) => block.address === address) ?? assert.fail();
    return `${address}×${count} ${group}${optional ? ' optional' : ''}`;
  };
  assert.deepEqual([1, 203, 223, 801, 501, 75, 145].map(request), [
    '1×74 fast',
    '203×20 fast',
    '223×2 fast optional',
    '801×40 energy',
    '501×20 demand',
    '75×70 extremes',
    '145×58 extremes',
  ]);
  assert.deepEqual(plan.groups[0], { name: 'fast', every: Seconds(1) });
});

test('energies are counters that roll over at 1e12', () => {
  const counters = plan.measurands.filter((row) => row.kind === 'read' && row.counter !== undefined);
  assert.deepEqual(
    counters.map((row) => row.kind === 'read' && [row.source.address, row.counter?.rollover]),
    Array.from({ length: 10 }, (_, index) => [801 + 4 * index, 1_000_000_000_000n]),
  );
});

/** Mistakes of public readers of this meter, each put into the file: it must not load. */
const publicMistakes: readonly { name: string; from: RegExp; to: string; code: string }[] = [
  {
    name: 'frequency-at-46',
    from: /at: 55, format: float32/,
    to: 'at: 46, format: float32',
    code: 'DEVICE_REGISTERS_OVERLAP',
  },
  { name: 'frequency-at-57', from: /at: 55, format: float32/, to: 'at: 57, format: float32', code: 'DEVICE_GAP' },
  { name: 'current-at-7', from: /at: 13, format: float32/, to: 'at: 7, format: float32', code: 'DEVICE_GAP' },
  { name: 'energy-as-float32', from: /at: 801, format: float64/, to: 'at: 801, format: float32', code: 'DEVICE_GAP' },
  {
    name: 'double-for-a-float',
    from: /at: 1, format: float32/,
    to: 'at: 1, format: float64',
    code: 'DEVICE_REGISTERS_OVERLAP',
  },
  { name: 'frequency-left-out', from: /\n.*key: frequency,.*(?=\n)/, to: '', code: 'DEVICE_GAP' },
];

for (const { name, from, to, code } of publicMistakes) {
  test(`public-code-error: ${name} is refused`, () => {
    assert.match(text, from);
    assert.throws(() => readMeasurePlan(parseYaml('pac3200.yaml', text.replace(from, to))), { code });
  });
}

/** Mistakes about what a value is called, which no layout can show. */
const rightNames: readonly { name: string; key: string; at: number; obis: string }[] = [
  { name: 'current starts at 13', key: 'current-l1', at: 13, obis: '1-0:31.7.0.255' },
  { name: '7 is the voltage L1-L2', key: 'voltage-l1-l2', at: 7, obis: '1-0:124.7.0.255' },
  {
    name: '805 is active import T2, not reactive energy',
    key: 'active-energy-import-t2',
    at: 805,
    obis: '1-0:1.8.2.255',
  },
  { name: 'power factor L2 is at 39', key: 'power-factor-l2', at: 39, obis: '1-0:53.7.0.255' },
  { name: 'power factor L3 is at 41', key: 'power-factor-l3', at: 41, obis: '1-0:73.7.0.255' },
  { name: 'the power factor is 13.7.0, not 12.7.0', key: 'power-factor-total', at: 69, obis: '1-0:13.7.0.255' },
];

for (const { name, key, at, obis } of rightNames) {
  test(`public-code-error: ${name}`, () => {
    assert.equal(sourceOf(key), String(at));
    assert.deepEqual(
      objects.filter((row) => row.key === key).map(({ logicalName }) => formatObis(logicalName)),
      [obis],
    );
  });
}
