import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCode, flagsOf, meaningOf, type StateFlag, stateBits, stateFlags } from '#cosem/state.ts';

const bits = (...flags: StateFlag[]): string => stateBits(new Set(flags));

test('each flag sets its own digit, bit 0 being the first', () => {
  assert.equal(bits(), '0000000000000000');
  assert.equal(bits('clock-not-synchronised'), '1000000000000000');
  assert.equal(bits('value-missing'), '0010000000000000');
  assert.equal(bits('device-not-identified'), '0000000001000000');
  assert.equal(bits('clock-set', 'device-unreachable'), '0101000000000000');
  assert.equal(new Set(stateFlags.map((flag) => bits(flag))).size, stateFlags.length);
});

test('the digits say which flags were set', () => {
  for (const flag of stateFlags) assert.deepEqual(flagsOf(bits(flag)), new Set([flag]));
  assert.deepEqual(flagsOf(bits(...stateFlags)), new Set(stateFlags));
});

test('a bit of a newer meter has no name here and hides no other', () => {
  assert.deepEqual(flagsOf('1000000000000001'), new Set(['clock-not-synchronised']));
});

test('the error code is the most serious one, and 0 without an error', () => {
  assert.equal(errorCode(new Set()), 0n);
  assert.equal(errorCode(new Set(['value-missing', 'clock-set'])), 0n);
  assert.equal(errorCode(new Set(['counter-stepped-back'])), 3n);
  assert.equal(errorCode(new Set(['counter-stepped-back', 'device-unreachable', 'device-not-identified'])), 1n);
});

test('every flag has a meaning of its own', () => {
  assert.equal(new Set(stateFlags.map(meaningOf)).size, stateFlags.length);
});
