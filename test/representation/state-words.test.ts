import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stateInWords } from '#representation/state-words.ts';

test('each bit that is set says what it means', () => {
  assert.deepEqual(stateInWords('0000000000000000'), []);
  assert.deepEqual(stateInWords('1001000000000000'), [
    'the clock is not synchronised',
    'the measuring device does not answer',
  ]);
});

test('a bit of a newer meter is named, not passed over', () => {
  assert.deepEqual(stateInWords('0000000000000001'), ['bit 15, which is not known here']);
});
