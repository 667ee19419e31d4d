// Makes the signed examples of openapi/ anew, by keys that are made for that and gone afterwards: only certificates stay.
// To be run by hand when the form of a document changes; a test verifies what lies there.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instant } from '#core/time.ts';
import { rightsOf } from '#cosem/access-rights.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { DEVELOPMENT_DEFAULTS, initPki } from '#pki/development-pki.ts';
import { methodReading, selectReading } from '#representation/reading.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { writeReadingJson } from '#representation/tree-json.ts';
import { requestTo, signRequest } from '#signature/request-signer.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { exampleDevices } from '../test/support/example-meter.ts';

const NOW = Instant(Date.UTC(2026, 10, 20, 9, 15));
const OBJECT = '/cosem/ldevs/1sie0012345678.sm/objects/3-0100010800ff';
const COSEM_XML = 'application/vnd.de-dke-k461-cosem+xml';

const folder = mkdtempSync(join(tmpdir(), 'sealmeter-examples-'));
try {
  await initPki(folder, { now: NOW, ...DEVELOPMENT_DEFAULTS });
  await makeDocuments(signerOf('meter'));
  await makeRequests(signerOf('das'));
  keep('meter-signature.pem', read('meter/signature.pem'));
  keep('client-signature.pem', read('das/signature.pem'));
} finally {
  rmSync(folder, { recursive: true });
}

async function makeDocuments(signer) {
  const view = { devices: exampleDevices(), rights: rightsOf('consumer') };
  const attribute = selectReading(parseResource(`${OBJECT}/attributes/2`), view);
  const sealed = await sealDocument(writeMeasurementData(attribute), signer);
  keep('sealed-attribute.xml', sealed);
  keep('sealed-attribute.json', writeReadingJson(attribute, sealed));
  const { address } = parseResource(`${OBJECT}/methods/1`);
  const response = { kind: 'methodResponse', status: 0, data: undefined };
  keep(
    'sealed-method-response.xml',
    await sealDocument(writeMeasurementData(methodReading(address, response, view)), signer),
  );
}

async function makeRequests(signer) {
  const clock = { now: () => NOW };
  const body =
    '<attribute xmlns="urn:k461-dke-de:cor-1" id="4"><enum xmlns="urn:k461-dke-de:cod-1">2</enum></attribute>';
  const breaker = '/cosem/ldevs/1sie0012345678.sm/objects/70-000060030aff/attributes/4';
  for (const form of ['rfc9421', 'draft-cavage']) {
    const signing = { form, signer, clock, crypto: nodeCrypto, random: randomBytes };
    await makeRequest(`get-${form}.http`, signing, 'GET', `${OBJECT}/attributes/2`);
    await makeRequest(`put-${form}.http`, signing, 'PUT', breaker, body);
  }
}

async function makeRequest(name, signing, method, target, body) {
  const described = body === undefined ? {} : { 'content-type': COSEM_XML };
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const request = requestTo(method, new URL(target, 'https://meter.example'), described, bytes);
  const length = body === undefined ? {} : { 'Content-Length': String(bytes.length) };
  const headers = { Host: 'meter.example', ...described, ...(await signRequest(request, signing)), ...length };
  const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}\r\n`);
  keep(name, `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`);
}

function signerOf(holder) {
  const [certificatePem, privateKeyPem] = [read(`${holder}/signature.pem`), read(`${holder}/signature.key`)];
  return softwareSigner({ certificatePem, privateKeyPem });
}

function read(name) {
  return readFileSync(join(folder, name), 'utf8');
}

function keep(name, text) {
  writeFileSync(new URL(`../openapi/examples/${name}`, import.meta.url), text);
}
