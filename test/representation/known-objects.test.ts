import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { equalBytes, utf8 } from '#core/bytes.ts';
import { canonicalize } from '#core/canonical-xml.ts';
import { SealmeterError } from '#core/errors.ts';
import { Instant } from '#core/time.ts';
import { parseXml } from '#core/xml-parser.ts';
import { integerData, structure } from '#cosem/data-types.ts';
import type { Reading } from '#representation/reading.ts';
import type { ObjectNode } from '#representation/resource-nodes.ts';
import { readSealedDocument, readSealedElement } from '#representation/sealed-document.ts';
import { METER_ID } from '../support/example-meter.ts';
import { energyRegister, measurementData } from '../support/measurement-data.ts';

// Objects that were read before are not taken apart again. Here each is read as the reader of all XML reads it, which
// remembers nothing.

const written = (objects: readonly ObjectNode[]): string =>
  measurementData({ meterId: METER_ID, number: 7n, at: Instant(Date.UTC(2026, 10, 20)), objects });

const register = energyRegister(1_234_567n);
const signed: ObjectNode = {
  ...energyRegister(0n, '1-0:2.8.0.255'),
  attributes: {
    kind: 'attributes',
    count: 3,
    attributes: [
      { kind: 'attribute', id: 1, data: integerData('unsigned', 1n) },
      { kind: 'attribute', id: 2, data: integerData('long', -300n) },
      { kind: 'attribute', id: 3, data: structure(integerData('integer', 0n), integerData('enum', 30n)) },
    ],
  },
};
const DOCUMENT = written([register, signed, energyRegister(0n, '1-0:3.8.0.255'), register]);

/** `undefined` for a document that is refused. */
const read = (document: string): Reading | undefined => unlessRefused(() => readSealedDocument(utf8(document)));

/** The same by the reader of all XML, and without any memory. */
const readAnew = (document: string): Reading | undefined =>
  unlessRefused(() => {
    const root = parseXml(utf8(document));
    return equalBytes(canonicalize(root, 'exclusive'), utf8(document)) ? readSealedElement(root) : undefined;
  });

function unlessRefused<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    assert.ok(error instanceof SealmeterError, String(error));
    return undefined;
  }
}

function objectsOf(document: string): readonly ObjectNode[] | undefined {
  const content = read(document)?.content;
  return content?.kind === 'objects' ? content.objects : undefined;
}

const place = fc.nat(DOCUMENT.length);
const PIECES = ['0', '7', '-', '+', '00', '"', '<', '>', ' ', '2', 'é', '&amp;', '</attribute>', '<attribute id="2">'];

/** The document with a part of it left out, doubled, moved or written over. */
const changed = fc
  .tuple(place, place, place, fc.constantFrom('', ...PIECES), fc.boolean())
  .map(([a, b, c, piece, copies]) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)];
    const part = DOCUMENT.slice(from, Math.min(to, from + 400));
    if (copies) return DOCUMENT.slice(0, c) + part + DOCUMENT.slice(c);
    return DOCUMENT.slice(0, from) + piece + DOCUMENT.slice(piece === '' ? from + part.length : from + 1);
  });

test('an object with another value, and nothing else, is read as that', () => {
  for (const value of [0n, 5n, 2n ** 64n - 1n]) {
    const again = written([energyRegister(value), signed]);
    assert.deepEqual(read(again), readAnew(again));
    assert.deepEqual(objectsOf(again), [energyRegister(value), signed]);
  }
});

test('a value that its type does not have is refused, though the object is known', () => {
  assert.notEqual(objectsOf(DOCUMENT), undefined);
  for (const value of ['-1', '18446744073709551616', '99999999999999999999', '1e3', '', '0x10', '١']) {
    assert.equal(objectsOf(DOCUMENT.replace('>1234567<', `>${value}<`)), undefined, value);
  }
  assert.equal(objectsOf(DOCUMENT.replace('>-300<', '>-32769<')), undefined);
});

test('other forms of the same number are still read', () => {
  for (const value of ['+7', '007', '-0']) {
    const document = DOCUMENT.replace('>1234567<', `>${value}<`);
    assert.deepEqual(read(document), readAnew(document), value);
    assert.notEqual(objectsOf(document), undefined);
  }
});

test('of two attributes with one number, that one has the value which stands in it', () => {
  const twice = written([register]).replace('<attributes count="2"><attribute id="2">', (start) => {
    const other =
      '<attribute id="02"><long64-unsigned xmlns="urn:k461-dke-de:cod-1">1234567</long64-unsigned></attribute>';
    return start.replace('count="2">', `count="3">${other}`);
  });
  for (const document of [
    twice,
    twice.replace(
      '>1234567</long64-unsigned></attribute><attribute id="3">',
      '>8</long64-unsigned></attribute><attribute id="3">',
    ),
  ]) {
    assert.notEqual(objectsOf(document), undefined);
    assert.deepEqual(read(document), readAnew(document));
  }
});

test('whatever is changed about a document, it is read as if nothing of it was known', () => {
  fc.assert(
    fc.property(changed, (document) => {
      // Before and after something was remembered of it.
      for (const _ of [1, 2]) assert.deepEqual(read(document), readAnew(document));
      assert.deepEqual(read(DOCUMENT), readAnew(DOCUMENT));
    }),
    { numRuns: 10_000, seed: 11 },
  );
});

test('more objects than are remembered are read all the same', () => {
  const numbers = Array.from({ length: 5_000 }, (_, index) => index);
  for (const _ of [1, 2]) {
    for (const number of numbers) {
      const object = { ...energyRegister(BigInt(number)), version: number % 256, classId: Math.floor(number / 256) };
      assert.deepEqual(objectsOf(written([object])), [object]);
    }
  }
});
