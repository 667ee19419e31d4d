import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { equalBytes, utf8 } from '#core/bytes.ts';
import { canonicalize } from '#core/canonical-xml.ts';
import { SealmeterError } from '#core/errors.ts';
import { parseXml } from '#core/xml-parser.ts';
import { readCanonical } from '#representation/canonical-reader.ts';
import { RandomDocuments } from '../support/random-documents.ts';

test('of random documents, their canonical form is read, and every other form is refused', () => {
  const random = new RandomDocuments(2);
  let others = 0;
  for (let count = 0; count < 2_000; count += 1) {
    const document = utf8(random.next());
    const canonical = canonicalize(parseXml(document), 'exclusive');
    assert.deepEqual(canonicalize(readCanonical(canonical), 'exclusive'), canonical);
    if (equalBytes(document, canonical)) continue;
    others += 1;
    assert.throws(() => readCanonical(document), { code: 'XML_NOT_CANONICAL' });
  }
  assert.ok(others > 1_000, `only ${others} were not canonical`);
});

const REFUSED: Readonly<Record<string, string>> = {
  empty: '',
  'no-element': 'text',
  'xml-declaration': '<?xml version="1.0"?><a></a>',
  'byte-order-mark': '\ufeff<a></a>',
  'newline-after-root': '<a></a>\n',
  'two-roots': '<a></a><b></b>',
  'self-closing-tag': '<a/>',
  'blank-in-start-tag': '<a ></a>',
  'two-blanks-in-start-tag': '<a  b="1"></a>',
  'blank-in-end-tag': '<a></a >',
  'single-quotes': "<a b='1'></a>",
  'attribute-without-quotes': '<a b=1></a>',
  'attributes-out-of-order': '<a c="1" b="2"></a>',
  'attribute-twice': '<a b="1" b="2"></a>',
  'attribute-twice-by-namespace': '<p:a xmlns:p="urn:a" xmlns:q="urn:a" p:b="1" q:b="2"></p:a>',
  'declaration-after-attribute': '<a b="1" xmlns="urn:a"></a>',
  'declarations-out-of-order': '<q:a xmlns:q="urn:q" xmlns:p="urn:p" p:b="1"></q:a>',
  'idle-declaration': '<a xmlns:p="urn:p"></a>',
  'declaration-again': '<a xmlns="urn:a"><b xmlns="urn:a"></b></a>',
  'declaration-too-early': '<a xmlns:p="urn:p"><p:b></p:b></a>',
  'prefix-not-declared': '<p:a></p:a>',
  'prefix-undeclared': '<p:a xmlns:p=""></p:a>',
  'prefix-xml-redeclared': '<a xmlns:xml="urn:a"></a>',
  'prefix-xmlns-declared': '<a xmlns:xmlns="urn:a"></a>',
  comment: '<a>1<!-- 2 -->3</a>',
  'processing-instruction': '<a>12<?x 34567?></a>',
  cdata: '<a><![CDATA[1]]></a>',
  doctype: '<!DOCTYPE a><a></a>',
  'entity-unknown': '<a>&nbsp;</a>',
  'entity-apos': '<a>&apos;</a>',
  'entity-not-needed': '<a>&quot;</a>',
  'reference-decimal': '<a>&#13;</a>',
  'reference-lower-case': '<a>&#xd;</a>',
  'reference-open': '<a>&amp</a>',
  'ampersand-bare': '<a>1 & 2</a>',
  'greater-than-bare': '<a>1 > 2</a>',
  'carriage-return-bare': '<a>\r</a>',
  'newline-in-attribute': '<a b="\n"></a>',
  'control-character': '<a>\u0001</a>',
  'unfinished-start-tag': '<a',
  'unfinished-element': '<a><b></b>',
  'wrong-end-tag': '<a></b>',
  'end-tag-first': '</a><a></a>',
  'name-with-two-colons': '<a:b:c xmlns:a="urn:a"></a:b:c>',
};

for (const [name, document] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, () => {
    assert.throws(() => readCanonical(utf8(document)), { fault: 'evidence', code: 'XML_NOT_CANONICAL' });
  });
}

test('refused: not-utf-8', () => {
  assert.throws(() => readCanonical(Uint8Array.of(0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e)), {
    code: 'XML_NOT_CANONICAL',
  });
});

test('refused: nested-too-deep', () => {
  const nested = (depth: number): Uint8Array => utf8('<a>'.repeat(depth) + '</a>'.repeat(depth));
  assert.equal(readCanonical(nested(100)).local, 'a');
  for (const depth of [101, 100_000]) {
    assert.throws(() => readCanonical(nested(depth)), { code: 'XML_NOT_CANONICAL' });
  }
});

test('refused: too-long, before it is looked at', () => {
  assert.throws(() => readCanonical(new Uint8Array(4 * 2 ** 20 + 1)), /more than 4194304 bytes/);
});

test('whatever comes, it is read or refused as no evidence, and quickly', () => {
  const part = fc.constantFrom('<a>', '</a>', '<a b="', '">', '&amp;', '<', '>', ' xmlns="urn:a"', '<!--', '<?x', '&');
  const document = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 12 }).map((parts) => utf8(parts.join(''))),
  );
  fc.assert(
    fc.property(document, (bytes) => {
      try {
        readCanonical(bytes);
      } catch (error) {
        assert.ok(error instanceof SealmeterError && error.fault === 'evidence', String(error));
      }
    }),
    { numRuns: 3_000, seed: 4 },
  );
});

test('refused: more-attributes-than-any-element-has', () => {
  const attributes = Array.from({ length: 50_000 }, (_, index) => ` a${String(index).padStart(6, '0')}="1"`).join('');
  assert.throws(() => readCanonical(utf8(`<a${attributes}></a>`)), { code: 'XML_NOT_CANONICAL' });
});
