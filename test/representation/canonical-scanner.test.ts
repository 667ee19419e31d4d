import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equalBytes, utf8 } from '#core/bytes.ts';
import { canonicalize } from '#core/canonical-xml.ts';
import { parseObis } from '#core/obis.ts';
import { Instant } from '#core/time.ts';
import { parseXml } from '#core/xml-parser.ts';
import type { XmlElement } from '#core/xml-tree.ts';
import { scanCanonical } from '#representation/canonical-scanner.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { RandomDocuments } from '../support/random-documents.ts';

const MANY = 400_000;

const scan = (text: string): XmlElement | undefined => scanCanonical(text, MANY);

/** What the reader of all XML makes of a text, if that is canonical. */
function slowly(text: string): XmlElement | undefined {
  try {
    const root = parseXml(utf8(text));
    return equalBytes(canonicalize(root, 'exclusive'), utf8(text)) ? root : undefined;
  } catch {
    return undefined;
  }
}

const document = writeMeasurementData({
  at: Instant(Date.UTC(2026, 10, 20)),
  sequenceNumber: 7n,
  meterId: '1sie0012345678.sm',
  meterNumber: '< & > " \r \n \t',
  locationId: 'Zürich \u{1f50c}',
  content: {
    kind: 'objects',
    count: 1,
    objects: [
      {
        kind: 'object',
        classId: 1,
        logicalName: parseObis('1-0:1.8.0.255'),
        version: 0,
        attributes: {
          kind: 'attributes',
          count: 1,
          attributes: [{ kind: 'attribute', id: 2, data: { type: 'visible-string', value: 'a&b' } }],
        },
        methods: undefined,
      },
    ],
  },
  errorCode: 0n,
  state: '0000000000000000',
});

test('a document of ours is known as canonical by reading it once', () => {
  assert.deepEqual(scan(document), slowly(document));
  assert.notEqual(scan(document), undefined);
});

test('of random documents, none is taken that the reader of all XML does not find the same in', () => {
  const random = new RandomDocuments(5);
  let taken = 0;
  for (let count = 0; count < 3_000; count += 1) {
    for (const text of variantsOf(random.next())) {
      const found = scan(text);
      if (found === undefined) continue;
      taken += 1;
      assert.deepEqual(found, slowly(text), text);
    }
  }
  assert.ok(taken > 100, `only ${taken} were taken`);
});

/** A text, and its canonical form. */
function variantsOf(text: string): readonly string[] {
  return [text, Buffer.from(canonicalize(parseXml(utf8(text)), 'exclusive')).toString()];
}

const PIECES = ['<', '>', '/', '"', "'", '=', '&', ';', ' ', '\r', '\n', '\t', '\0', '\ufffe', 'a', ':', '!', '?'];
const LONGER = [' a="1"', ' xmlns=""', ' xmlns="urn:a"', '<a>', '</a>', '<a/>', '&lt;', '&#xD;', '&quot;', '<!---->'];

test('of a document of ours with something in it changed, none is taken that is not canonical', () => {
  const pieces = [...PIECES, ...LONGER, ''];
  let taken = 0;
  for (let at = 0; at < document.length; at += 1) {
    for (const [index, piece] of pieces.entries()) {
      const text = document.slice(0, at) + piece + document.slice(at + ((at + index) % 2));
      const found = scan(text);
      if (found === undefined) continue;
      taken += 1;
      assert.deepEqual(found, slowly(text), text);
    }
  }
  assert.ok(taken > 100, `only ${taken} were taken`);
});

const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);

test('left to the reader of all XML: what is too deep, too long or too much', () => {
  assert.equal(scan(nested(100))?.local, 'a');
  assert.equal(scan(nested(101)), undefined);
  assert.equal(scan(nested(100_000)), undefined);
  assert.equal(scanCanonical('<a><b></b></a>', 1), undefined);
  assert.equal(scanCanonical('<a><b></b></a>', 2)?.local, 'a');
  assert.equal(scan(`<a b="${'1'.repeat(1_000)}"></a>`), undefined);
});

test('more start tags than are remembered', () => {
  for (let index = 0; index < 10_000; index += 1) {
    const found = scan(`<a id="${index}"></a>`);
    assert.equal(found?.attributes[0]?.value, `${index}`);
  }
});
