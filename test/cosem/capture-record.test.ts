import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Minutes } from '#core/time.ts';
import { rightsOf } from '#cosem/access-rights.ts';
import { captureColumns, captureFields, captureNumberColumn } from '#cosem/capture-record.ts';
import { clockColumn } from '#cosem/clock.ts';
import type { CosemData } from '#cosem/data-types.ts';
import type { BufferSelection } from '#cosem/selective-access.ts';
import { octets, u32 } from './support/data.ts';
import { MemoryCaptures, StandardMeter, secondsAfter } from './support/standard-meter.ts';

const PROFILE = '0-0:99.128.0.255';
const NEWEST = '0-0:96.128.0.255';

/** The rows of the buffer that are left, and whose documents had to be put together until they stood there. */
function rowsOf(captures: MemoryCaptures, selection: BufferSelection = {}) {
  const meter = new StandardMeter({ captures });
  const reader = { device: meter.device, rights: rightsOf('consumer'), selection };
  const rows = Array.from(meter.object(7, PROFILE).elements(2, meter.device.snapshot(), reader) ?? [], (row) => {
    assert.ok(row.type === 'structure');
    return row.value.map(valueOf);
  });
  return { rows, numbers: rows.map(([, number]) => Number(number)), opened: captures.opened };
}

const valueOf = (data: CosemData): unknown => ('value' in data ? data.value : undefined);

test('a row has the clock and all that the hash of a capture covers, and the document in the end', () => {
  const { rows } = rowsOf(new MemoryCaptures(2, 2));
  const [clock, number, captureTime, sampleTime, sampleNumber, state, columns, measured, ...proof] = rows[0] ?? [];
  const at = secondsAfter(1_800);
  assert.deepEqual(clock, valueOf(octets('07ea0b1405092d0000000000')));
  assert.deepEqual([number, captureTime, sampleTime, sampleNumber], [2n, BigInt(at), BigInt(at + 137), 1_800n]);
  assert.deepEqual([state, columns], ['0'.repeat(16), 'import 3 1-0:1.8.0.255 long64-unsigned 0 255']);
  assert.deepEqual(measured, Uint8Array.of(10, 1, 0));
  const [documentHash, before, hash] = [0xd2, 1, 2].map((octet) => new Uint8Array(32).fill(octet));
  assert.deepEqual(proof, [documentHash, before, hash, '<document>2</document>']);
  assert.equal(captureFields.length + 1, rows[0]?.length);
});

test('a capture whose signer was away has neither a document nor the hash of one', () => {
  const { rows, opened } = rowsOf(new MemoryCaptures(3, 3));
  assert.deepEqual([rows[0]?.[8], rows[0]?.[11], opened], [undefined, undefined, []]);
});

const [from, to] = [2, 5].map((number) => secondsAfter(Number(Minutes(15 * number)) / 1_000));

/** What is selected of the captures 3 to 6, those before being gone, and the numbers of the rows that are left. */
const SELECTIONS: readonly (readonly [string, BufferSelection, readonly number[]])[] = [
  ['everything', {}, [3, 4, 5, 6]],
  ['numbers, without naming their column', { range: { from: u32(4), to: u32(5) } }, [4, 5]],
  ['numbers, by their column', { range: { column: captureNumberColumn, from: u32(1), to: u32(4) } }, [3, 4]],
  ['numbers, open', { range: { from: u32(6) } }, [6]],
  ['numbers that are gone', { range: { from: u32(1), to: u32(2) } }, []],
  ['numbers and places at once', { range: { from: u32(5) }, entries: { from: 2, to: 3 } }, [5]],
  ['numbers and times at once', { range: { from: u32(4) }, time: { from, to } }, [4]],
  ['the clock', { range: { column: clockColumn, to: octets('07ea0b14050a0f0000000000') } }, [3, 4]],
];

for (const [what, selection, numbers] of SELECTIONS) {
  test(`captures are selected by ${what}`, () => {
    assert.deepEqual(rowsOf(new MemoryCaptures(3, 6), selection).numbers, numbers);
  });
}

test('only the documents that are wanted are put together', () => {
  const passed = rowsOf(new MemoryCaptures(1, 6), { entries: { from: 6 } });
  assert.deepEqual(passed.opened, [6]);
  const without = rowsOf(new MemoryCaptures(1, 6), { columns: { from: 1, to: captureColumns.length - 1 } });
  assert.deepEqual([without.numbers, without.opened], [[1, 2, 3, 4, 5, 6], []]);
});

test('the newest capture is a value of its own, and nothing before the first', () => {
  const meter = new StandardMeter();
  const value = meter.read(1, NEWEST, 2);
  assert.ok(value?.type === 'structure');
  assert.deepEqual([value.value[0], value.value.length], [u32(4), captureFields.length]);
  const empty = new StandardMeter({ captures: new MemoryCaptures(1, 0) });
  assert.deepEqual(empty.read(1, NEWEST, 2), { type: 'null-data' });
});
