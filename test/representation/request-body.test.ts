import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { writeData } from '#representation/data-xml.ts';
import {
  type BodyFormat,
  readAttributeBody,
  readContainerBody,
  readParameterBody,
} from '#representation/request-body.ts';
import { arbitraryData } from './arbitrary-data.ts';

const COR = 'urn:k461-dke-de:cor-1';
const COD = 'urn:k461-dke-de:cod-1';

const attribute = (content: string): Uint8Array => utf8(`<attribute xmlns="${COR}" id="2">${content}</attribute>`);
const readXml = (xml: string): CosemData => readAttributeBody(utf8(xml), 'xml', 2);
const long: CosemData = { type: 'long', value: 5n };

describe('a body in XML is read however a client writes it', () => {
  const WRITTEN: Readonly<Record<string, string>> = {
    'as we write': `<attribute xmlns="${COR}" id="2"><long xmlns="${COD}">5</long></attribute>`,
    'with a declaration': `<?xml version="1.0" encoding="UTF-8"?>\n<attribute xmlns="${COR}" id="2"><long xmlns="${COD}">5</long></attribute>\n`,
    'as the annex prints it': `<attribute xmlns="${COR}" xmlns:cod="${COD}" id="2">\n  <cod:long>5</cod:long>\n</attribute>`,
    'with prefixes': `<r:attribute xmlns:r="${COR}" id='2'><d:long xmlns:d="${COD}">5</d:long></r:attribute>`,
    'with a byte order mark and line ends of Windows': `\ufeff<attribute xmlns="${COR}"\r\n id="2">\r\n\t<long xmlns="${COD}">5</long>\r\n</attribute>`,
    'with white space around a number': `<attribute xmlns="${COR}" id="2"><long xmlns="${COD}">\n5 </long></attribute>`,
    'with references': `<attribute xmlns="${COR}" id="&#50;"><long xmlns="${COD}">&#x35;</long></attribute>`,
    'with idle declarations': `<attribute xmlns="${COR}" xmlns:x="urn:x" id="2"><long xmlns="${COD}">+5</long></attribute>`,
  };
  for (const [name, xml] of Object.entries(WRITTEN)) it(name, () => assert.deepEqual(readXml(xml), long));

  it('and a string keeps its white space', () => {
    const text = ' \n a ';
    assert.deepEqual(
      readAttributeBody(attribute(`<visible-string xmlns="${COD}">${text}</visible-string>`), 'xml', 2),
      {
        type: 'visible-string',
        value: text,
      },
    );
  });

  it('and an empty list may have a line of its own', () => {
    assert.deepEqual(readAttributeBody(attribute(`<array xmlns="${COD}">\n</array>`), 'xml', 2), {
      type: 'array',
      value: [],
    });
  });

  it('and whatever we write is read', () => {
    fc.assert(
      fc.property(arbitraryData, (data) => {
        assert.deepEqual(readAttributeBody(attribute(writeData(data)), 'xml', 2), data);
      }),
      { numRuns: 1_000, seed: 10 },
    );
  });
});

describe('a body is refused, whose fault it is', () => {
  const VALUE = `<long xmlns="${COD}">5</long>`;
  const REFUSED: readonly (readonly [name: string, format: BodyFormat, body: string])[] = [
    ['empty', 'xml', ''],
    ['not-xml', 'xml', '{"attribute":{"id":2,"value":{"long":5}}}'],
    ['not-json', 'json', `<attribute xmlns="${COR}" id="2">${VALUE}</attribute>`],
    ['doctype', 'xml', `<!DOCTYPE attribute><attribute xmlns="${COR}" id="2">${VALUE}</attribute>`],
    [
      'entity',
      'xml',
      `<!DOCTYPE a [<!ENTITY e "5">]><attribute xmlns="${COR}" id="2"><long xmlns="${COD}">&e;</long></attribute>`,
    ],
    ['processing-instruction', 'xml', `<?php x?><attribute xmlns="${COR}" id="2">${VALUE}</attribute>`],
    ['comment', 'xml', `<attribute xmlns="${COR}" id="2"><!-- -->${VALUE}</attribute>`],
    [
      'other-encoding',
      'xml',
      `<?xml version="1.0" encoding="UTF-16"?><attribute xmlns="${COR}" id="2">${VALUE}</attribute>`,
    ],
    ['no-namespace', 'xml', `<attribute id="2">${VALUE}</attribute>`],
    ['value-without-namespace', 'xml', `<attribute xmlns="${COR}" id="2"><long>5</long></attribute>`],
    ['other-root', 'xml', `<method xmlns="${COR}" id="2"></method>`],
    ['other-attribute', 'xml', `<attribute xmlns="${COR}" id="3">${VALUE}</attribute>`],
    ['no-value', 'xml', `<attribute xmlns="${COR}" id="2"></attribute>`],
    ['two-values', 'xml', `<attribute xmlns="${COR}" id="2">${VALUE}${VALUE}</attribute>`],
    ['text-beside-value', 'xml', `<attribute xmlns="${COR}" id="2">5${VALUE}</attribute>`],
    [
      'value-out-of-range',
      'xml',
      `<attribute xmlns="${COR}" id="2"><unsigned xmlns="${COD}">256</unsigned></attribute>`,
    ],
    ['more-attributes', 'xml', `<attribute xmlns="${COR}" id="2" unit="V">${VALUE}</attribute>`],
    ['json-list', 'json', '[]'],
    ['json-null', 'json', 'null'],
    ['json-two-roots', 'json', '{"attribute":{"id":2,"value":{"long":5}},"method":{"id":1}}'],
    ['json-unknown-root', 'json', '{"constructor":{"id":2}}'],
    ['json-unknown-member', 'json', '{"attribute":{"id":2,"value":{"long":5},"unit":"V"}}'],
    ['json-prototype-member', 'json', '{"attribute":{"id":2,"value":{"__proto__":5}}}'],
    ['json-value-of-two-types', 'json', '{"attribute":{"id":2,"value":{"long":5,"integer":5}}}'],
    ['json-value-bare', 'json', '{"attribute":{"id":2,"value":5}}'],
    ['json-fraction', 'json', '{"attribute":{"id":2,"value":{"long":5.5}}}'],
    ['json-integer-that-was-rounded', 'json', '{"attribute":{"id":2,"value":{"long64":9007199254740993}}}'],
    ['json-object-as-text', 'json', '{"attribute":{"id":2,"value":{"octet-string":{}}}}'],
    ['json-no-value', 'json', '{"attribute":{"id":2}}'],
    ['json-id-missing', 'json', '{"attribute":{"value":{"long":5}}}'],
    ['json-very-deep', 'json', `{"attribute":{"id":2,"value":${'{"array":['.repeat(5_000)}${']}'.repeat(5_000)}}}`],
    [
      'json-type-very-deep',
      'json',
      `{"attribute":{"id":2,"value":{"compact-array":{"contents-description":${'{"structure":['.repeat(5_000)}${']}'.repeat(5_000)},"array-contents":""}}}}`,
    ],
  ];
  for (const [name, format, body] of REFUSED) {
    it(name, () => {
      assert.throws(() => readAttributeBody(utf8(body), format, 2), { fault: 'client', code: 'BODY_INVALID' });
    });
  }

  it('not-utf-8', () => {
    for (const format of ['xml', 'json'] as const) {
      assert.throws(() => readAttributeBody(Uint8Array.of(0x7b, 0xff), format, 2), { code: 'BODY_INVALID' });
    }
  });

  it('whatever it is', () => {
    const part = fc.constantFrom(
      '{',
      '}',
      '"attribute"',
      '"value"',
      ':',
      '[',
      ']',
      '5',
      ',',
      '"id"',
      '"array"',
      'null',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        try {
          readAttributeBody(utf8(`{"attribute":{"id":2,"value":${parts.join('')}}}`), 'json', 2);
        } catch (error) {
          assert.ok(error instanceof SealmeterError && error.fault === 'client', String(error));
        }
      }),
      { numRuns: 3_000, seed: 11 },
    );
  });
});

describe('the parameter of a method', () => {
  const zero: CosemData = { type: 'integer', value: 0n };

  it('is one value', () => {
    const xml = `<methodRequestParameter xmlns="${COR}"><integer xmlns="${COD}">0</integer></methodRequestParameter>`;
    assert.deepEqual(readParameterBody(utf8(xml), 'xml'), zero);
    assert.deepEqual(readParameterBody(utf8('{"methodRequestParameter":{"value":{"integer":0}}}'), 'json'), zero);
  });

  it('is null-data where there is none', () => {
    assert.deepEqual(readParameterBody(new Uint8Array(), 'xml'), { type: 'null-data' });
    assert.deepEqual(readParameterBody(utf8(`<methodRequestParameter xmlns="${COR}"/>`), 'xml'), { type: 'null-data' });
    assert.deepEqual(readParameterBody(utf8('{"methodRequestParameter":{}}'), 'json'), { type: 'null-data' });
  });

  it('is not two values, and has no attributes', () => {
    const two = `<integer xmlns="${COD}">0</integer>`.repeat(2);
    for (const xml of [
      `<methodRequestParameter xmlns="${COR}">${two}</methodRequestParameter>`,
      `<methodRequestParameter xmlns="${COR}" id="1"></methodRequestParameter>`,
      `<methodRequest xmlns="${COR}"></methodRequest>`,
    ]) {
      assert.throws(() => readParameterBody(utf8(xml), 'xml'), { code: 'BODY_INVALID' }, xml);
    }
  });
});

describe('a container', () => {
  const node = {
    kind: 'container',
    id: 'mine',
    content: {
      kind: 'ldevs',
      count: 1,
      ldevs: [
        {
          kind: 'ldev',
          id: '1sie0012345678.sm',
          containers: undefined,
          objects: {
            kind: 'objects',
            count: 1,
            objects: [
              {
                kind: 'object',
                classId: 3,
                logicalName: '0100010800ff',
                version: 0,
                attributes: {
                  kind: 'attributes',
                  count: 1,
                  attributes: [{ kind: 'attribute', id: 2, data: undefined }],
                },
                methods: undefined,
              },
            ],
          },
        },
      ],
    },
  };

  it('names what is in it, in XML and in JSON', () => {
    const xml =
      `<container xmlns="${COR}" id="mine"><ldevs count="1"><ldev id="1sie0012345678.sm"><objects count="1">` +
      '<object class-id="3" id="0100010800ff" version="0"><attributes count="1"><attribute id="2"/></attributes></object>' +
      '</objects></ldev></ldevs></container>';
    const object = { 'class-id': 3, id: '0100010800ff', version: 0, attributes: { count: 1, attribute: [{ id: 2 }] } };
    const ldev = { id: '1sie0012345678.sm', objects: { count: 1, object: [object] } };
    const json = JSON.stringify({ container: { id: 'mine', ldevs: { count: 1, ldev: [ldev] } } });
    assert.deepEqual(readContainerBody(utf8(xml), 'xml', 'mine'), node);
    assert.deepEqual(readContainerBody(utf8(json), 'json', 'mine'), node);
  });

  it('has the name that the URI has', () => {
    assert.throws(() => readContainerBody(utf8(`<container xmlns="${COR}" id="mine"/>`), 'xml', 'other'), {
      code: 'BODY_INVALID',
      message: 'the body is container mine, the URI names container other',
    });
  });
});
