import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { MarkTable } from '#signature/mark-table.ts';

const digestOf = (text: string): Uint8Array => createHash('sha256').update(text).digest();

test('a table of marks says what a Map would, through growth, chains of taken places and gaps in them', () => {
  // So many in so small a table that many want the same places, some of them at the table's end.
  const mark = fc.integer({ min: 0, max: 250 }).map((number) => Buffer.from([number]));
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ mark, owner: fc.constantFrom('a', 'b'), due: fc.integer({ min: 1, max: 30 }) }),
    },
    { weight: 1, arbitrary: fc.record({ before: fc.integer({ min: 1, max: 32 }) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const table = new MarkTable();
      const model = new Map<string, { readonly owner: string; readonly due: number; readonly mark: Buffer }>();
      for (const one of steps) {
        if ('before' in one) {
          const gone = [...model].filter(([, { due }]) => due < one.before);
          const last = Math.max(Number.NEGATIVE_INFINITY, ...gone.map(([, { due }]) => due));
          for (const [name] of gone) model.delete(name);
          assert.equal(table.forgetBefore(one.before), last);
        } else if (table.find(one.mark, one.owner) === undefined) {
          table.add(one.mark, one.owner, one.due);
          model.set(one.mark.toString('hex'), one);
        }
        assert.equal(table.size, model.size);
      }
      for (const { mark: kept, owner } of model.values()) {
        assert.equal(table.find(kept, owner), 'own');
        assert.equal(table.find(kept, 'somebody else'), 'foreign');
      }
    }),
    { numRuns: 500 },
  );
});

test('marks that differ in one bit, or in their length, share no words', () => {
  const table = new MarkTable();
  const marks = [new Uint8Array(16), new Uint8Array(17), new Uint8Array()];
  for (let bit = 0; bit < 128; bit += 1) marks.push(new Uint8Array(16).with(bit >> 3, 1 << (bit & 7)));
  // As clients count: the last octets alone differ.
  for (let count = 1; count < 20_000; count += 1) marks.push(Buffer.from(`request ${String(count).padStart(8, '0')}`));
  for (const mark of marks) {
    assert.equal(table.find(mark, 'das'), undefined);
    table.add(mark, 'das', 1);
  }
  assert.equal(table.size, marks.length);
});

test('50,000 marks are all known, and no other is', () => {
  const table = new MarkTable();
  for (let index = 0; index < 50_000; index += 1) table.add(digestOf(`mark ${index}`), 'das', 1_000 + (index % 300));
  for (let index = 0; index < 50_000; index += 1) assert.equal(table.find(digestOf(`mark ${index}`), 'das'), 'own');
  for (let index = 0; index < 50_000; index += 1)
    assert.equal(table.find(digestOf(`other ${index}`), 'das'), undefined);
  assert.equal(table.forgetBefore(1_150), 1_149);
  assert.equal(table.size, 24_950, 'of 166 full rounds of 300 and one of 200');
});
