import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '#core/bytes.ts';
import { numberField, textField } from '#modbus/simulator/fields.ts';
import { RegisterMap } from '#modbus/simulator/register-map.ts';
import { ModbusRefusal } from '#modbus/simulator/wire/exceptions.ts';
import { hex } from './raw-client.ts';

/** 10: float32, 12: uint32 to be written, 14: nothing, 15 and 17: texts to be written, 20 and 21: only together. */
function makeMap() {
  const state = { count: 7, text: 'ab', note: '' };
  const map = new RegisterMap(
    [
      numberField(10, 'float32', { read: () => 230 }),
      numberField(12, 'uint32', {
        read: () => state.count,
        write: { allows: (value) => value <= 9, apply: (value) => (state.count = value) },
      }),
      textField(15, 2, { read: () => state.text, write: (text) => (state.text = text) }),
      textField(17, 1, { read: () => state.note, write: (text) => (state.note = text) }),
      numberField(20, 'uint16', { read: () => 1 }),
      numberField(21, 'uint16', { read: () => 2 }),
    ],
    { wholeBlocks: [{ at: 20, registers: 2 }], mostRead: 6 },
  );
  return { map, state };
}

const refused = (code: number) => (error: unknown) => error instanceof ModbusRefusal && error.code === code;

test('a range of whole fields is read in the order of the wire', () => {
  assert.equal(toHex(makeMap().map.read(10, 4)), '4366000000000007');
  assert.equal(toHex(makeMap().map.read(15, 2)), toHex(new TextEncoder().encode('ab  ')));
});

const badReads = [
  { name: 'starts inside a field', start: 11, count: 1 },
  { name: 'ends inside a field', start: 10, count: 3 },
  { name: 'spans a hole', start: 12, count: 5 },
  { name: 'touches nothing', start: 100, count: 1 },
  { name: 'takes part of a whole block', start: 20, count: 1 },
  { name: 'takes the end of a whole block', start: 21, count: 1 },
];

for (const { name, start, count } of badReads) {
  test(`a read that ${name} is refused with 02`, () => {
    assert.throws(() => makeMap().map.read(start, count), refused(0x02));
  });
}

test('more registers than the meter gives at once are refused with 03', () => {
  assert.throws(() => makeMap().map.read(10, 7), refused(0x03));
});

test('a whole block is read whole', () => {
  assert.equal(toHex(makeMap().map.read(20, 2)), '00010002');
});

test('what is written can be read', () => {
  const { map, state } = makeMap();
  map.write(12, hex('00000009'));
  map.write(15, hex('78790000 7a20'));
  assert.deepEqual(state, { count: 9, text: 'xy', note: 'z' });
});

const badWrites = [
  { name: 'to a field that is read only', start: 10, words: '43660000', code: 0x02 },
  { name: 'that ends inside a field', start: 12, words: '0000', code: 0x02 },
  { name: 'of a number that is not allowed', start: 12, words: '0000000a', code: 0x03 },
  { name: 'of a text with control characters', start: 15, words: '61070000', code: 0x03 },
  { name: 'of which only the first value is allowed', start: 15, words: '78790000 0707', code: 0x03 },
];

for (const { name, start, words, code } of badWrites) {
  test(`a write ${name} is refused and changes nothing`, () => {
    const { map, state } = makeMap();
    assert.throws(() => map.write(start, hex(words)), refused(code));
    assert.deepEqual(state, { count: 7, text: 'ab', note: '' });
  });
}
