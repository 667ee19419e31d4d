import { escapeText } from '#core/canonical-xml.ts';
import { formatInstant, type Instant } from '#core/time.ts';
import type { XmlElement } from '#core/xml-tree.ts';
import { LIMITS, readCanonical, textToScan } from './canonical-reader.ts';
import { scanCanonical } from './canonical-scanner.ts';
import { ChildReader, integerOf, invalidDocument, isElement, refuseAttributes, textOf } from './element-reader.ts';
import { readObjectTexts } from './known-objects.ts';
import { readPlainFrame, SMD, timeOf } from './plain-frame.ts';
import type { Reading, ReadingContent } from './reading.ts';
import type { MethodResponseNode } from './resource-nodes.ts';
import {
  readContainer,
  readContainers,
  readCosem,
  readLdevs,
  readList,
  readMethodResponse,
  readObject,
} from './tree-reader.ts';
import { COR, writeMethodResponse, writeTree } from './tree-xml.ts';

/**
 * Writes the document that is to be sealed, canonical as it stands; the signature goes before the root's end tag.
 *
 *   <signed-measurement-data xmlns="urn:sealmeter:signed-measurement-data:1">
 *     <measurement-data>
 *       <measurement-time>2026-11-20T09:15:00.000Z</measurement-time>
 *       <sequence-nr>184467</sequence-nr>
 *       <meter-ident>1sie0012345678.sm</meter-ident>
 *       <meter-number>…</meter-number>
 *       <location-ident>…</location-ident>
 *       <counter-values count="1"><object xmlns="urn:k461-dke-de:cor-1" …>…</object></counter-values>
 *       <error-code>0</error-code>
 *       <state>0000000000000000</state>
 *     </measurement-data>
 *   </signed-measurement-data>
 *
 * In one line, without the white space. In a document about what lies above the devices, or about containers, `cosem`,
 * `ldevs`, `containers` or `container` stands in the place of `counter-values`. Where a method was run, `methodResponse`
 * follows the `counter-values` that name it.
 */
export function writeMeasurementData(reading: Reading): string {
  return (
    `<signed-measurement-data xmlns="${SMD}"><measurement-data>` +
    `<measurement-time>${formatInstant(reading.at)}</measurement-time>` +
    `<sequence-nr>${reading.sequenceNumber}</sequence-nr>` +
    `<meter-ident>${escapeText(reading.meterId)}</meter-ident>` +
    `<meter-number>${escapeText(reading.meterNumber)}</meter-number>` +
    `<location-ident>${escapeText(reading.locationId)}</location-ident>` +
    writeContent(reading.content) +
    (reading.response === undefined ? '' : writeMethodResponse(reading.response)) +
    `<error-code>${reading.errorCode}</error-code>` +
    `<state>${reading.state}</state>` +
    `</measurement-data></signed-measurement-data>`
  );
}

function writeContent(content: ReadingContent): string {
  if (content.kind !== 'objects') return writeTree(content);
  let objects = '';
  for (const object of content.objects) objects += writeTree(object);
  return `<counter-values count="${content.count}">${objects}</counter-values>`;
}

/**
 * Reads what {@link writeMeasurementData} wrote: the document as the verifier gives it back, without its signature.
 * Never give it bytes that nobody has verified.
 * @throws SealmeterError (evidence) `XML_NOT_CANONICAL`, `DOCUMENT_INVALID`
 */
export function readSealedDocument(verified: Uint8Array): Reading {
  return readInParts(verified) ?? readSealedElement(readCanonical(verified));
}

const LIST_START = '<counter-values count="';
const LIST_END = '</counter-values>';

/**
 * Reads the objects one by one and what is around them, each of which has to be canonical by itself; so the whole is, since
 * an object declares another namespace than the list that it stands in. `undefined` for all that is not made of such parts.
 */
function readInParts(verified: Uint8Array): Reading | undefined {
  const text = textToScan(verified);
  if (text === undefined) return undefined;
  const first = text.indexOf('>', text.indexOf(LIST_START)) + 1;
  const end = text.indexOf(LIST_END, first);
  if (end <= first) return undefined;
  const frame = frameOf(text.slice(0, first), text.slice(end));
  const objects = frame && readObjectTexts(text, first, end);
  if (objects === undefined || objects.length !== frame?.count) return undefined;
  return { ...frame.reading, content: { kind: 'objects', count: frame.count, objects } };
}

function frameOf(before: string, after: string): ReturnType<typeof readPlainFrame> {
  const plain = readPlainFrame(before, after);
  if (plain !== undefined) return plain;
  const element = scanCanonical(before + after, LIMITS.elements);
  const reading = element && readSealedElement(element);
  return reading?.content.kind === 'objects' ? { reading, count: reading.content.count } : undefined;
}

/** Reads the element that canonical XML stands for. @throws SealmeterError (evidence) `DOCUMENT_INVALID` */
export function readSealedElement(root: XmlElement): Reading {
  if (!isElement(root, SMD, 'signed-measurement-data')) throw invalidDocument(root, 'not a sealed document');
  refuseAttributes(root);
  const children = new ChildReader(root);
  const data = children.required(SMD, 'measurement-data');
  children.end();
  return readMeasurementData(data);
}

const LARGEST_SEQUENCE_NUMBER = 2n ** 64n - 1n;
const LARGEST_ERROR_CODE = 2n ** 32n - 1n;

function readMeasurementData(element: XmlElement): Reading {
  refuseAttributes(element);
  const children = new ChildReader(element);
  const text = (name: string): string => textOf(children.required(SMD, name));
  const number = (name: string, max: bigint): bigint => integerOf(element, text(name), 0n, max);
  const reading = {
    at: readTime(children.required(SMD, 'measurement-time')),
    sequenceNumber: number('sequence-nr', LARGEST_SEQUENCE_NUMBER),
    meterId: text('meter-ident'),
    meterNumber: text('meter-number'),
    locationId: text('location-ident'),
    content: readContent(children),
    response: readResponse(children),
    errorCode: number('error-code', LARGEST_ERROR_CODE),
    state: readState(children.required(SMD, 'state')),
  };
  children.end();
  return reading;
}

/** What stands in the place of `counter-values`. */
const OTHER_CONTENTS = [
  ['cosem', readCosem],
  ['ldevs', readLdevs],
  ['containers', readContainers],
  ['container', readContainer],
] as const;

function readContent(children: ChildReader): ReadingContent {
  for (const [name, read] of OTHER_CONTENTS) {
    const element = children.optional(COR, name);
    if (element !== undefined) return read(element);
  }
  const { count, children: objects } = readList(children.required(SMD, 'counter-values'), 'object', readObject);
  return { kind: 'objects', count, objects };
}

function readResponse(children: ChildReader): MethodResponseNode | undefined {
  const element = children.optional(COR, 'methodResponse');
  return element && readMethodResponse(element);
}

function readTime(element: XmlElement): Instant {
  const instant = timeOf(textOf(element));
  if (instant === undefined) throw invalidDocument(element, 'a time like 2026-11-20T09:15:00.000Z expected');
  return instant;
}

function readState(element: XmlElement): string {
  const digits = textOf(element);
  if (!/^[01]{16}$/.test(digits)) throw invalidDocument(element, 'sixteen digits 0 and 1 expected');
  return digits;
}
