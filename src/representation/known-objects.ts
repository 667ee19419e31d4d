import { copyOfText } from '#core/bytes.ts';
import { type CosemData, dataType, type IntegerType, isIntegerType } from '#cosem/data-types.ts';
import { LIMITS } from './canonical-reader.ts';
import { scanCanonical } from './canonical-scanner.ts';
import type { AttributeNode, ObjectNode } from './resource-nodes.ts';
import { readObject } from './tree-reader.ts';
import { COR } from './tree-xml.ts';

// No `node:` import here: a browser reads documents too.
//
// From one document of a meter to the next, an object changes in nothing but its value. So the text around the value of
// an object that was read is kept, with what it was read as: an object with the same text around another whole number is
// that object with that number, and is not taken apart again.

const OBJECT_START = `<object xmlns="${COR}" `;
const OBJECT_END = '</object>';
/** At which an object stands, below root, data and list. */
const OBJECT_DEPTH = 4;

/** Most objects have their value here, as the only thing in it. */
const VALUE_START = '<attribute id="2"><';
const VALUE = 2;

/** In one form only, and with no more digits than 64 bits have. */
const WHOLE_NUMBER = /^(?:0|-?[1-9]\d{0,19})$/;

interface KnownObject {
  /** The text before the value and the text after it. */
  readonly before: string;
  readonly after: string;
  readonly object: ObjectNode;
  readonly attributes: readonly AttributeNode[];
  /** The place of the value among them. */
  readonly index: number;
  readonly type: IntegerType;
  readonly min: bigint;
  readonly max: bigint;
  /** The one that came after it last. Objects come in the same order, document after document. */
  next: KnownObject | undefined;
}

/** All meters of one model have these between them; together they take a few megabytes. */
const MOST_REMEMBERED = 4_096;
const LONGEST = 2_000;

/** By the start tag: those that it began last. */
const remembered = new Map<string, readonly KnownObject[]>();
/** An object has few texts around its value: it is read with its unit and without it, for example. */
const MOST_OF_ONE = 4;

/**
 * Reads the objects between two places in the text of a document, each of which has to be canonical by itself.
 * @returns `undefined` where there is anything else
 * @throws SealmeterError (evidence) `DOCUMENT_INVALID`
 */
export function readObjectTexts(text: string, first: number, end: number): readonly ObjectNode[] | undefined {
  const objects: ObjectNode[] = [];
  let last: KnownObject | undefined;
  for (let start = first; start < end; ) {
    const found = last?.next && recognised(last.next, text, start);
    const { known, object, next } = found ?? recognisedByTag(text, start) ?? readAnew(text, start, end) ?? NOTHING;
    if (object === undefined) return undefined;
    objects.push(object);
    if (last !== undefined) last.next = known;
    last = known;
    start = next;
  }
  return objects;
}

interface Found {
  readonly known: KnownObject | undefined;
  readonly object: ObjectNode | undefined;
  /** The place after it. */
  readonly next: number;
}

const NOTHING: Found = { known: undefined, object: undefined, next: 0 };

/** To compare a text costs a tenth of looking for it in a map. */
function recognised(known: KnownObject, text: string, start: number): Found | undefined {
  const valueStart = start + known.before.length;
  if (text.slice(start, valueStart) !== known.before) return undefined;
  const valueEnd = text.indexOf('<', valueStart);
  const next = valueEnd + known.after.length;
  if (text.slice(valueEnd, next) !== known.after) return undefined;
  const object = withValue(known, text.slice(valueStart, valueEnd));
  return object && { known, object, next };
}

function recognisedByTag(text: string, start: number): Found | undefined {
  for (const known of remembered.get(startTagOf(text, start)) ?? []) {
    const found = recognised(known, text, start);
    if (found !== undefined) return found;
  }
  return undefined;
}

const startTagOf = (text: string, start: number): string => text.slice(start, text.indexOf('>', start));

function withValue({ object, attributes, index, type, min, max }: KnownObject, text: string): ObjectNode | undefined {
  const value = WHOLE_NUMBER.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value < min || value > max) return undefined;
  const changed = attributes.with(index, { kind: 'attribute', id: VALUE, data: { type, value } });
  return { ...object, attributes: { kind: 'attributes', count: changed.length, attributes: changed } };
}

function readAnew(text: string, start: number, end: number): Found | undefined {
  const next = text.indexOf(OBJECT_END, start) + OBJECT_END.length;
  if (!text.startsWith(OBJECT_START, start) || next < start || next > end) return undefined;
  const written = text.slice(start, next);
  const element = scanCanonical(written, LIMITS.elements, OBJECT_DEPTH);
  if (element === undefined) return undefined;
  const object = readObject(element);
  return { known: written.length > LONGEST ? undefined : remember(written, object), object, next };
}

/** Remembers an object whose value is a whole number. */
function remember(written: string, object: ObjectNode): KnownObject | undefined {
  const attribute = written.indexOf(VALUE_START);
  const valueStart = written.indexOf('>', attribute + VALUE_START.length) + 1;
  const valueEnd = written.indexOf('<', valueStart);
  const value = written.slice(valueStart, valueEnd);
  const attributes = object.attributes?.attributes ?? [];
  const isValue = ({ id }: AttributeNode): boolean => id === VALUE;
  const index = attributes.findIndex(isValue);
  const data = attributes[index]?.data;
  // The number that is cut out has to be the whole of the only value.
  if (attribute === -1 || !WHOLE_NUMBER.test(value) || attributes.filter(isValue).length !== 1) return undefined;
  if (data === undefined || !isInteger(data) || data.value !== BigInt(value)) return undefined;
  const { min = 0n, max = 0n } = dataType(data.type);
  const [before, after] = [copyOfText(written.slice(0, valueStart)), copyOfText(written.slice(valueEnd))];
  const known = { before, after, object, attributes, index, type: data.type, min, max, next: undefined };
  if (remembered.size === MOST_REMEMBERED) remembered.clear();
  const startTag = copyOfText(startTagOf(written, 0));
  remembered.set(startTag, [known, ...(remembered.get(startTag) ?? [])].slice(0, MOST_OF_ONE));
  return known;
}

const isInteger = (data: CosemData): data is Extract<CosemData, { readonly type: IntegerType }> =>
  isIntegerType(data.type);
