import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fromUtf8, utf8 } from '#core/bytes.ts';
import { canonicalize } from '#core/canonical-xml.ts';
import { SealmeterError } from '#core/errors.ts';
import { parseXml, type XmlFailure } from '#core/xml-parser.ts';

const canonical = (xml: string): string => fromUtf8(canonicalize(parseXml(utf8(xml)), 'inclusive')) ?? '';

/** What is read, told by its canonical form. */
const accepted = [
  { name: 'an empty element', xml: '<a/>', read: '<a></a>' },
  { name: 'line ends of three kinds', xml: '<a>\r\n\r\n</a>', read: '<a>\n\n</a>' },
  { name: 'a carriage return by reference', xml: '<a>&#13;\n</a>', read: '<a>&#xD;\n</a>' },
  { name: 'white space in an attribute', xml: '<a b="1\t2\n3\r\n4"/>', read: '<a b="1 2 3 4"></a>' },
  { name: 'white space by reference in an attribute', xml: '<a b="&#9;&#10;"/>', read: '<a b="&#x9;&#xA;"></a>' },
  { name: 'the five entities', xml: '<a>&lt;&gt;&amp;&quot;&apos;</a>', read: `<a>&lt;&gt;&amp;"'</a>` },
  { name: 'an entity that is written itself', xml: '<a>&amp;lt;</a>', read: '<a>&amp;lt;</a>' },
  { name: 'references beyond the BMP', xml: '<a>&#x1F50C;&#128268;</a>', read: '<a>\u{1F50C}\u{1F50C}</a>' },
  { name: 'names beyond the BMP', xml: '<\u{10400}/>', read: '<\u{10400}></\u{10400}>' },
  { name: 'single quotes around double ones', xml: `<a b='"'/>`, read: '<a b="&quot;"></a>' },
  {
    name: 'an XML declaration',
    xml: "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<a/>\n",
    read: '<a></a>',
  },
  { name: 'a byte order mark', xml: '\uFEFF<a/>', read: '<a></a>' },
  {
    name: 'the prefix xml declared as what it is',
    xml: '<a xmlns:xml="http://www.w3.org/XML/1998/namespace"/>',
    read: '<a></a>',
  },
  {
    name: 'a default namespace taken back',
    xml: '<a xmlns="urn:a"><b xmlns=""/></a>',
    read: '<a xmlns="urn:a"><b xmlns=""></b></a>',
  },
];

const refused: ReadonlyArray<{ name: string; xml: string; code: XmlFailure }> = [
  { name: 'nothing', xml: '', code: 'XML_MALFORMED' },
  { name: 'text alone', xml: 'text', code: 'XML_MALFORMED' },
  { name: 'two roots', xml: '<a/><b/>', code: 'XML_MALFORMED' },
  { name: 'text after the root', xml: '<a/>text', code: 'XML_MALFORMED' },
  { name: 'an element left open', xml: '<a>', code: 'XML_MALFORMED' },
  { name: 'a tag left open', xml: '<a', code: 'XML_MALFORMED' },
  { name: 'end tags that cross', xml: '<a><b></a></b>', code: 'XML_MALFORMED' },
  { name: 'an end tag with another prefix', xml: '<p:a xmlns:p="urn:p" xmlns:q="urn:p"></q:a>', code: 'XML_MALFORMED' },
  { name: 'a space before a name', xml: '< a/>', code: 'XML_MALFORMED' },
  { name: 'a name that starts with a digit', xml: '<1/>', code: 'XML_MALFORMED' },
  { name: 'a name with two colons', xml: '<a:b:c xmlns:a="urn:a"/>', code: 'XML_MALFORMED' },
  { name: 'an attribute without quotes', xml: '<a b=1/>', code: 'XML_MALFORMED' },
  { name: 'an attribute without a value', xml: '<a b/>', code: 'XML_MALFORMED' },
  { name: 'attributes without space between', xml: '<a b="1"c="2"/>', code: 'XML_MALFORMED' },
  { name: 'an attribute with "<" in it', xml: '<a b="<"/>', code: 'XML_MALFORMED' },
  { name: 'an attribute twice', xml: '<a b="1" b="2"/>', code: 'XML_MALFORMED' },
  {
    name: 'an attribute twice by namespace',
    xml: '<a p:b="" q:b="" xmlns:p="urn:p" xmlns:q="urn:p"/>',
    code: 'XML_MALFORMED',
  },
  { name: 'a prefix declared twice', xml: '<a xmlns:p="urn:p" xmlns:p="urn:q"/>', code: 'XML_MALFORMED' },
  { name: 'a prefix that is not declared', xml: '<p:a/>', code: 'XML_MALFORMED' },
  { name: 'a prefix declared by a sibling', xml: '<a><b xmlns:p="urn:p"/><p:c/></a>', code: 'XML_MALFORMED' },
  { name: 'a prefix of an attribute that is not declared', xml: '<a p:b=""/>', code: 'XML_MALFORMED' },
  { name: 'a prefix taken back', xml: '<a xmlns:p="urn:p"><b xmlns:p=""/></a>', code: 'XML_MALFORMED' },
  { name: 'the prefix xml for something else', xml: '<a xmlns:xml="urn:a"/>', code: 'XML_MALFORMED' },
  { name: 'another prefix for xml', xml: '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>', code: 'XML_MALFORMED' },
  { name: 'the prefix xmlns declared', xml: '<a xmlns:xmlns="urn:a"/>', code: 'XML_MALFORMED' },
  { name: 'an element with the prefix xmlns', xml: '<xmlns:a/>', code: 'XML_MALFORMED' },
  {
    name: 'the namespace of xmlns as default',
    xml: '<a xmlns="http://www.w3.org/2000/xmlns/"/>',
    code: 'XML_MALFORMED',
  },
  { name: 'an unknown entity', xml: '<a>&nbsp;</a>', code: 'XML_MALFORMED' },
  { name: 'a bare ampersand', xml: '<a>&</a>', code: 'XML_MALFORMED' },
  { name: 'a reference without its end', xml: '<a>&#65</a>', code: 'XML_MALFORMED' },
  { name: 'a reference to NUL', xml: '<a>&#0;</a>', code: 'XML_MALFORMED' },
  { name: 'a reference to a surrogate', xml: '<a>&#xD800;</a>', code: 'XML_MALFORMED' },
  { name: 'a reference to U+FFFE', xml: '<a>&#xFFFE;</a>', code: 'XML_MALFORMED' },
  { name: 'a reference beyond Unicode', xml: '<a>&#x110000;</a>', code: 'XML_MALFORMED' },
  { name: 'a reference with very many digits', xml: `<a>&#${'9'.repeat(400)};</a>`, code: 'XML_MALFORMED' },
  { name: 'a control character', xml: '<a>\u0001</a>', code: 'XML_MALFORMED' },
  { name: 'U+FFFF', xml: '<a>\uFFFF</a>', code: 'XML_MALFORMED' },
  { name: '"]]>" in text', xml: '<a>]]></a>', code: 'XML_MALFORMED' },
  { name: 'two byte order marks', xml: '\uFEFF\uFEFF<a/>', code: 'XML_MALFORMED' },
  { name: 'an XML declaration after a line', xml: '\n<?xml version="1.0"?><a/>', code: 'XML_FORBIDDEN' },
  { name: 'an XML declaration without a version', xml: '<?xml encoding="UTF-8"?><a/>', code: 'XML_FORBIDDEN' },
  { name: 'a comment', xml: '<a><!-- --></a>', code: 'XML_FORBIDDEN' },
  { name: 'a processing instruction', xml: '<a><?x?></a>', code: 'XML_FORBIDDEN' },
  { name: 'a style sheet', xml: '<?xml-stylesheet href="x"?><a/>', code: 'XML_FORBIDDEN' },
  { name: 'a CDATA section', xml: '<a><![CDATA[]]></a>', code: 'XML_FORBIDDEN' },
  { name: 'a document type', xml: '<!DOCTYPE a><a/>', code: 'XML_FORBIDDEN' },
  { name: 'a document type in the middle', xml: '<a><!DOCTYPE a></a>', code: 'XML_FORBIDDEN' },
  { name: 'another encoding', xml: '<?xml version="1.0" encoding="UTF-16"?><a/>', code: 'XML_FORBIDDEN' },
];

const TAGS = [
  '<a>',
  '</a>',
  '<b xmlns="urn:b">',
  '</b>',
  '<p:d/>',
  '<a/>',
  '<a',
  ' xmlns:p="urn:p"',
  '>',
  '/>',
  ' c="',
  '"',
];
const OTHERS = ["'", '&amp;', '&#65;', '&', 'text', ' ', '\r', '<!--', '-->', '<?', ']]>', '\uFEFF', '\0'];

describe('the XML reader', () => {
  for (const { name, xml, read } of accepted) {
    it(`reads ${name}`, () => assert.equal(canonical(xml), read));
  }

  for (const { name, xml, code } of refused) {
    it(`refuses ${name}: ${code}`, () => assert.throws(() => parseXml(utf8(xml)), { code, fault: 'evidence' }));
  }

  it('says where it stopped', () => {
    assert.throws(() => parseXml(utf8('<a>&x;</a>')), { message: /^at character 6: / });
    assert.throws(() => parseXml(utf8('<a><!-- --></a>')), { message: 'there is a comment at character 3' });
  });

  it('reads as deep, as wide and as much as its limits say', () => {
    const attributes = Array.from({ length: 100 }, (_, index) => ` a${index}=""`).join('');
    assert.ok(parseXml(utf8('<a>'.repeat(100) + '</a>'.repeat(100))));
    assert.ok(parseXml(utf8(`<a${attributes}/>`)));
    assert.ok(parseXml(utf8(`<a>${'<b/>'.repeat(99_999)}</a>`)));
  });

  it('answers nonsense with its own error, and what it reads it reads again from its canonical form', () => {
    let acceptedOnes = 0;
    const pieces = fc.constantFrom(...TAGS, ...OTHERS);
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const read = orRefusal(() => canonical(`<a>${parts.join('')}</a>`));
        if (read === undefined) return;
        acceptedOnes += 1;
        assert.equal(canonical(read), read);
      }),
      { numRuns: 20_000 },
    );
    assert.ok(acceptedOnes > 1_000, `only ${acceptedOnes} texts were well-formed`);
  });

  it('refuses a hostile document as fast as it reads a good one', () => {
    const hostile = [
      `<a${' '.repeat(3_000_000)}`,
      `<${'a'.repeat(3_000_000)}`,
      `<a b="${'&'.repeat(3_000_000)}"/>`,
      `<a>${'<b xmlns:p="urn:p">'.repeat(99)}${'<c xmlns:q="urn:q" p:d=""/>'.repeat(99_000)}</a>`,
      `<?xml${' '.repeat(3_000_000)}`,
    ];
    for (const xml of hostile) {
      // Of the processor, whoever else uses it. What took the square of the length would take hours.
      const start = process.cpuUsage();
      orRefusal(() => parseXml(utf8(xml)));
      assert.ok(process.cpuUsage(start).user < 30_000_000, xml.slice(0, 20));
    }
  });
});

function orRefusal<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof SealmeterError, String(error));
    return undefined;
  }
}
