import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCode, type StateFlag, stateBits, stateTable } from '#cosem/state.ts';

const bits = (...flags: StateFlag[]): string => stateBits(new Set(flags));

test('each flag sets its own digit, bit 0 being the first', () => {
  assert.equal(bits(), '0000000000000000');
  assert.equal(bits('clock-not-synchronised'), '1000000000000000');
  assert.equal(bits('value-missing'), '0010000000000000');
  assert.equal(bits('device-not-identified'), '0000000001000000');
  assert.equal(bits('clock-set', 'device-unreachable'), '0101000000000000');
});

test('the error code is the most serious one, and 0 without an error', () => {
  assert.equal(errorCode(new Set()), 0n);
  assert.equal(errorCode(new Set(['value-missing', 'clock-set'])), 0n);
  assert.equal(errorCode(new Set(['counter-stepped-back'])), 3n);
  assert.equal(errorCode(new Set(['counter-stepped-back', 'device-unreachable', 'device-not-identified'])), 1n);
});

test('no two rows share a bit, a meaning or an error code', () => {
  const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length;
  assert.ok(distinct(stateTable.map(({ bit }) => bit)));
  assert.ok(distinct(stateTable.map(({ meaning }) => meaning)));
  assert.ok(distinct(stateTable.flatMap(({ error }) => error ?? [])));
  assert.ok(stateTable.every(({ bit }) => bit >= 0 && bit < bits().length));
});
