import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { utf8 } from '#core/bytes.ts';
import { rightsOf } from '#cosem/access-rights.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import { readObjectList } from '#cosem/object-list.ts';
import { parseYaml } from '#meter/yaml-file.ts';
import { Containers } from '#representation/containers.ts';
import { writeData } from '#representation/data-xml.ts';
import { methodReading, selectReading } from '#representation/reading.ts';
import { readContainerBody } from '#representation/request-body.ts';
import { selectTree } from '#representation/resource-tree.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { writeBuffer, writeMethodResponse, writeTree } from '#representation/tree-xml.ts';
import { signatureElement } from '#signature/xml-profile.ts';
import { octets, u32 } from '../cosem/support/data.ts';
import { at, StandardMeter } from '../cosem/support/standard-meter.ts';
import { exampleMeter, exampleSample, METER_ID, managementDevice } from '../support/example-meter.ts';
import { MemoryContainers } from '../support/memory-containers.ts';
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

test('buffers and containers are valid, sealed and unsealed, and what became of methods is', () => {
  const meter = new StandardMeter();
  for (let hour = 10; hour < 13; hour += 1) {
    const values: CosemData[] = [
      octets('07ea0b1405090f0000000000'),
      { type: 'bit-string', value: '0'.repeat(16) },
      u32(hour),
    ];
    meter.history('load-profile-1').append({ at: at(`2026-11-20T${hour}:00:00Z`), values });
  }
  const id = '0-0000630100ff';
  const object =
    '<object class-id="7" id="0100630100ff" version="1"/><object class-id="3" id="0100010800ff" version="0"/>';
  const body = `<container xmlns="urn:k461-dke-de:cor-1" id="${id}"><objects count="2">${object}</objects></container>`;
  const containers = new Containers(new MemoryContainers());
  const address = { kind: 'ldev-container', ldev: METER_ID, container: id } as const;
  containers.prepare('das', address, readContainerBody(utf8(body), 'xml', id)).keep();
  const devices = logicalDevices(managementDevice(), [meter.device]);
  const view = { devices, rights: rightsOf('consumer'), containers: containers.shelfOf('das') };
  const METER = `/cosem/ldevs/${METER_ID}`;
  const targets = [
    METER,
    `${METER}/containers`,
    `${METER}/containers/${id}`,
    `${METER}/objects/7-0100630100ff/attributes/2`,
  ];
  const written = targets.map((target) => {
    const tree = selectTree(parseResource(target), view);
    return tree.kind === 'buffer' ? [...writeBuffer(tree)].join('') : writeTree(tree);
  });
  const response = { kind: 'methodResponse', status: 0, data: { type: 'null-data' } } as const;
  assertValid('cor-1', [
    ...written,
    body,
    writeMethodResponse(response),
    writeMethodResponse({ ...response, data: undefined }),
  ]);
  const { address: method } = parseResource(`${METER}/objects/7-0100630100ff/methods/1`);
  assert.ok(method.kind === 'method');
  const readings = [
    ...targets.map((target) => selectReading(parseResource(target), view)),
    methodReading(method, response, view),
  ];
  assertValid(
    'signed-measurement-data-1',
    readings.map((reading) => withSignature(writeMeasurementData(reading))),
  );
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
    `<containers ${TREE}></containers>`,
    `<container ${TREE} id="A"></container>`,
    `<container ${TREE} id="a"><objects count="0"></objects><ldevs count="0"></ldevs></container>`,
    `<container ${TREE} id="a"><container id="b"></container></container>`,
    `<methodResponse ${TREE}><methodResponseStatus>256</methodResponseStatus></methodResponse>`,
    `<methodResponse ${TREE}><methodResponseData></methodResponseData></methodResponse>`,
    `<methodRequestParameter ${TREE}>0</methodRequestParameter>`,
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
