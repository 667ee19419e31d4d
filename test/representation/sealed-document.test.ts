import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { readSealedDocument, writeMeasurementData } from '#representation/sealed-document.ts';
import { METER_ID } from '../support/example-meter.ts';
import { everyTarget, exampleReading } from './every-target.ts';

const ENERGY = `/cosem/ldevs/${METER_ID}/objects/3-0100010800ff`;

/** The contract's example, byte for byte. */
const DOCUMENT =
  '<signed-measurement-data xmlns="urn:sealmeter:signed-measurement-data:1"><measurement-data>' +
  '<measurement-time>2026-11-20T09:15:00.000Z</measurement-time><sequence-nr>101</sequence-nr>' +
  '<meter-ident>1sie0012345678.sm</meter-ident><meter-number>12345678</meter-number>' +
  '<location-ident>DE0001234567890000000000000012345</location-ident>' +
  '<counter-values count="1"><object xmlns="urn:k461-dke-de:cor-1" class-id="3" id="0100010800ff" version="0">' +
  '<attributes count="2"><attribute id="2"><long64-unsigned xmlns="urn:k461-dke-de:cod-1">1234567</long64-unsigned>' +
  '</attribute><attribute id="3"><structure xmlns="urn:k461-dke-de:cod-1"><integer>0</integer><enum>30</enum></structure>' +
  '</attribute></attributes></object></counter-values>' +
  '<error-code>0</error-code><state>0000000010000000</state></measurement-data></signed-measurement-data>';

const METHODS =
  '<counter-values count="1"><object xmlns="urn:k461-dke-de:cor-1" class-id="3" id="0100010800ff" version="0">' +
  '<methods count="1"><method id="1"></method></methods></object></counter-values>';

test('a sealed value is written as the contract says, byte for byte', () => {
  assert.equal(writeMeasurementData(exampleReading(`${ENERGY}/attributes/2`)), DOCUMENT);
});

test('empty parts have both their tags', () => {
  assert.ok(writeMeasurementData(exampleReading(`${ENERGY}/methods`)).includes(METHODS));
  assert.ok(writeMeasurementData(exampleReading(`${ENERGY}/methods/1`)).includes(METHODS));
  const objects = writeMeasurementData(exampleReading(`/cosem/ldevs/${METER_ID}/objects?q.depth=0`));
  assert.ok(objects.includes('<counter-values count="7"></counter-values>'));
});

test('texts of the configuration are escaped', () => {
  const reading = { ...exampleReading(`${ENERGY}/attributes/1`), meterNumber: 'A<B & "C"', locationId: 'Straße\r\n1' };
  const xml = writeMeasurementData(reading);
  assert.match(xml, /<meter-number>A&lt;B &amp; "C"<\/meter-number><location-ident>Straße&#xD;\n1<\/location-ident>/);
  assert.deepEqual(readSealedDocument(utf8(xml)), reading);
});

test('every sealed document is read as the reading that it was written from', () => {
  for (const target of everyTarget) {
    const reading = exampleReading(target);
    assert.deepEqual(readSealedDocument(utf8(writeMeasurementData(reading))), reading, target);
  }
});

/** The document with one thing changed. */
const REFUSED: Readonly<Record<string, readonly [string, string]>> = {
  'other-root-namespace': ['signed-measurement-data:1', 'signed-measurement-data:2'],
  'signature-still-inside': ['</measurement-data></signed', '</measurement-data><Signature></Signature></signed'],
  'time-without-milliseconds': ['09:15:00.000Z', '09:15:00Z'],
  'time-with-offset': ['09:15:00.000Z', '10:15:00.000+01:00'],
  'time-that-does-not-exist': ['2026-11-20', '2026-11-31'],
  'sequence-number-negative': ['<sequence-nr>101', '<sequence-nr>-101'],
  'sequence-number-too-great': ['<sequence-nr>101', '<sequence-nr>18446744073709551616'],
  'sequence-number-missing': ['<sequence-nr>101</sequence-nr>', ''],
  'sequence-number-twice': [
    '<sequence-nr>101</sequence-nr>',
    '<sequence-nr>101</sequence-nr><sequence-nr>102</sequence-nr>',
  ],
  'elements-out-of-order': [
    '<error-code>0</error-code><state>0000000010000000</state>',
    '<state>0000000010000000</state><error-code>0</error-code>',
  ],
  'state-too-short': ['<state>0000000010000000', '<state>000000001000000'],
  'state-with-other-digits': ['<state>0000000010000000', '<state>0000000020000000'],
  'error-code-too-great': ['<error-code>0', '<error-code>4294967296'],
  'count-wrong': ['<counter-values count="1">', '<counter-values count="2">'],
  'count-missing': ['<counter-values count="1">', '<counter-values>'],
  'object-of-another-namespace': ['urn:k461-dke-de:cor-1', 'urn:k461-dke-de:cor-2'],
  'value-of-another-type': ['<integer>0</integer>', '<integer>zero</integer>'],
  'text-between-elements': ['</sequence-nr>', '</sequence-nr> '],
  'attribute-on-an-element': ['<meter-ident>', '<meter-ident id="1">'],
};

for (const [name, [original, changed]] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, () => {
    const document = DOCUMENT.replace(original, changed);
    assert.notEqual(document, DOCUMENT);
    assert.throws(() => readSealedDocument(utf8(document)), { code: 'DOCUMENT_INVALID', fault: 'evidence' });
  });
}

test('a document that is a byte off canonical form is refused', () => {
  for (const document of [`${DOCUMENT}\n`, ` ${DOCUMENT}`, `<?xml version="1.0"?>${DOCUMENT}`]) {
    assert.throws(() => readSealedDocument(utf8(document)), { code: 'XML_NOT_CANONICAL' });
  }
});

test('with any one byte changed it is another reading or is refused', () => {
  const bytes = utf8(DOCUMENT);
  const original = readSealedDocument(bytes);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (position, difference) => {
      const changed = bytes.with(position, (bytes[position] ?? 0) ^ difference);
      try {
        assert.notDeepEqual(readSealedDocument(changed), original);
      } catch (error) {
        assert.ok(error instanceof SealmeterError && error.fault === 'evidence', String(error));
      }
    }),
    { numRuns: 5_000, seed: 7 },
  );
});
