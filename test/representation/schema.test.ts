import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { logicalDevices } from '#cosem/logical-device.ts';
import { readObjectList } from '#cosem/object-list.ts';
import { parseYaml } from '#meter/yaml-file.ts';
import { writeData } from '#representation/data-xml.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { writeTree } from '#representation/tree-xml.ts';
import { signatureElement } from '#signature/xml-profile.ts';
import { exampleMeter, exampleSample, METER_ID, managementDevice } from '../support/example-meter.ts';
import { program } from '../support/programs.ts';
import { arbitraryData } from './arbitrary-data.ts';
import { everyTarget, exampleReading, exampleTree } from './every-target.ts';

type Schema = 'cor-1' | 'cod-1' | 'signed-measurement-data-1';

/** Those of the documents that xmllint finds invalid, by their place in the list. */
function invalidOf(schema: Schema, documents: readonly string[]): ReadonlySet<number> {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-schema-'));
  try {
    documents.forEach((document, index) => writeFileSync(join(folder, `${index}.xml`), document));
    const xsd = fileURLToPath(new URL(`../../openapi/${schema}.xsd`, import.meta.url));
    const files = documents.map((_, index) => `${index}.xml`);
    const { stderr } = spawnSync(program('xmllint'), ['--nonet', '--noout', '--schema', xsd, ...files], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 * 2 ** 20,
    });
    const verdicts = [...stderr.matchAll(/^(\d+)\.xml (validates|fails to validate)$/gm)];
    assert.equal(verdicts.length, documents.length, stderr.slice(0, 2_000));
    return new Set(verdicts.filter(([, , verdict]) => verdict !== 'validates').map(([, index]) => Number(index)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function assertValid(schema: Schema, documents: readonly string[]): void {
  const invalid = [...invalidOf(schema, documents)].map((index) => documents[index]);
  assert.deepEqual(invalid, []);
}

/** Puts a signature of the right form where it belongs; whether it is true is no matter of a schema. */
const withSignature = (document: string): string =>
  document.replace(
    '</signed-measurement-data>',
    `${signatureElement({
      digest: `${'A'.repeat(43)}=`,
      signature: `${'A'.repeat(86)}==`,
      keyName: `sha256:${'0'.repeat(64)}`,
    })}</signed-measurement-data>`,
  );

test('every answer to every URI is valid', () => {
  assert.ok(everyTarget.length > 500);
  assertValid('cor-1', [...new Set(everyTarget.map((target) => writeTree(exampleTree(target))))]);
});

test('every sealed answer to every URI is valid', () => {
  const documents = everyTarget.map((target) => withSignature(writeMeasurementData(exampleReading(target))));
  assertValid('signed-measurement-data-1', [...new Set(documents)]);
});

test('the objects of every device description are valid, sealed and unsealed, with and without values', () => {
  const folder = new URL('../../devices/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  assert.ok(files.length >= 2);
  for (const file of files) {
    const rows = readObjectList(parseYaml(file, readFileSync(new URL(file, folder), 'utf8')));
    const meter = exampleMeter(rows);
    const devices = logicalDevices(managementDevice(), [meter]);
    for (const value of ['not-yet-read', 1n] as const) {
      const number = meter.snapshot().sequenceNumber + 1n;
      meter.accept(exampleSample(Object.fromEntries(rows.map(({ key }) => [key, value]))), number);
      assertValid('cor-1', [writeTree(exampleTree('/cosem', devices))]);
      const reading = exampleReading(`/cosem/ldevs/${METER_ID}/objects`, devices);
      assertValid('signed-measurement-data-1', [withSignature(writeMeasurementData(reading))]);
    }
  }
});

test('random values of all types are valid', () => {
  assertValid('cod-1', fc.sample(arbitraryData, { numRuns: 500, seed: 8 }).map(writeData));
});

const DATA = 'xmlns="urn:k461-dke-de:cod-1"';
const TREE = 'xmlns="urn:k461-dke-de:cor-1"';

const INVALID: Readonly<Record<Exclude<Schema, 'signed-measurement-data-1'>, readonly string[]>> = {
  'cod-1': [
    `<float32 ${DATA}>230.0</float32>`,
    `<float64 ${DATA}>43660000</float64>`,
    `<date_time ${DATA}>07ea0b14</date_time>`,
    `<date-time ${DATA}>000000000000000000000000</date-time>`,
    `<null-data ${DATA}>0</null-data>`,
    `<unsigned ${DATA}>256</unsigned>`,
    `<bit-string ${DATA}>2</bit-string>`,
    `<structure ${DATA}>text</structure>`,
    `<integer ${DATA} unit="V">1</integer>`,
    `<Integer8 ${DATA}>1</Integer8>`,
    `<compact-array ${DATA}><array-contents></array-contents></compact-array>`,
    '<integer>1</integer>',
  ],
  'cor-1': [
    `<objects ${TREE}></objects>`,
    `<objects ${TREE} count="-1"></objects>`,
    `<object ${TREE} class-id="3" id="0100010800FF" version="0"></object>`,
    `<object ${TREE} class-id="65536" id="0100010800ff" version="0"></object>`,
    `<object ${TREE} class-id="3" id="0100010800ff"></object>`,
    `<ldev ${TREE} id="meter"></ldev>`,
    `<attribute ${TREE} id="0"></attribute>`,
    `<attribute ${TREE} id="128"></attribute>`,
    `<attribute ${TREE} id="2"><integer>1</integer></attribute>`,
    `<attribute ${TREE} id="2"><attribute id="3"></attribute></attribute>`,
    `<attribute ${TREE} id="2"><integer ${DATA}>1</integer><integer ${DATA}>1</integer></attribute>`,
    `<methods ${TREE} count="1"><attribute id="1"></attribute></methods>`,
  ],
};

test('what is no answer is invalid', () => {
  for (const [schema, documents] of Object.entries(INVALID)) {
    const valid = documents.filter((_, index) => !invalidOf(schema as Schema, documents).has(index));
    assert.deepEqual(valid, []);
  }
});

/** A valid sealed document, and what makes it invalid. */
const CHANGES: readonly (readonly [string | RegExp, string])[] = [
  [/<Signature.*<\/Signature>/, ''],
  [/(<Signature.*<\/Signature>)/, '$1$1'],
  ['</Signature>', '<Object>1</Object></Signature>'],
  ['<KeyName>', '<KeyName>x'],
  ['URI=""', 'URI="#id"'],
  ['xmldsig-more#ecdsa-sha256', 'xmldsig-more#rsa-sha256'],
  ['#enveloped-signature', '#base64'],
  ['.000Z', 'Z'],
  ['<state>0', '<state>'],
  ['<sequence-nr>', '<sequence-nr>-'],
  [/<error-code>.*<\/error-code>/, ''],
  ['<counter-values count="1">', '<counter-values>'],
  ['1sie', '1SIE'],
];

test('what is no sealed document is invalid', () => {
  const target = everyTarget.find((name) => name.endsWith('3-0100010800ff/attributes/2')) ?? assert.fail();
  const document = withSignature(writeMeasurementData(exampleReading(target)));
  const changed = CHANGES.map(([original, replacement]) => document.replace(original, replacement));
  const invalid = invalidOf('signed-measurement-data-1', [document, ...changed]);
  assert.deepEqual(invalid, new Set(changed.map((_, index) => index + 1)));
});
