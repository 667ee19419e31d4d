import { SealmeterError } from '#core/errors.ts';
import { type ObisCode, obisFromHex } from '#core/obis.ts';
import { type Instant, parseInstant } from '#core/time.ts';
import { isLogicalDeviceId } from '#cosem/logical-device-id.ts';

/** What a URI of the tree names. @see BSI TR-03109-1 Anlage II 1.01, URI */
export type ResourceAddress =
  | { readonly kind: 'cosem' }
  | { readonly kind: 'ldevs' }
  | { readonly kind: 'ldev'; readonly ldev: string }
  | { readonly kind: 'objects'; readonly ldev: string }
  | ({ readonly kind: 'object' } & ObjectAddress)
  | ({ readonly kind: 'attributes' } & ObjectAddress)
  | ({ readonly kind: 'attribute'; readonly attribute: number } & ObjectAddress)
  | ({ readonly kind: 'methods' } & ObjectAddress)
  | ({ readonly kind: 'method'; readonly method: number } & ObjectAddress);

export interface ObjectAddress {
  readonly ldev: string;
  readonly classId: number;
  readonly obis: ObisCode;
}

/** Which part of the named resource is wanted. */
export interface Selection {
  /** How many levels of elements below the named one; `undefined` is all of them. */
  readonly depth: number | undefined;
  /** The first child of a list that is wanted, counted from 1. */
  readonly fromIndex: number | undefined;
  /** How many children of a list; `undefined` is all of them. */
  readonly count: number | undefined;
  /** Inclusive. */
  readonly fromTime: Instant | undefined;
  /** Exclusive. */
  readonly toTime: Instant | undefined;
}

export interface ResourceRequest {
  readonly address: ResourceAddress;
  readonly selection: Selection;
}

/** @see BSI TR-03109-1 Anlage II 1.01: a URI has at most 4000 characters */
const MAXIMUM_LENGTH = 4_000;

/**
 * Reads a request target as it came over the wire: path, and query where there is one.
 * @throws SealmeterError (client) `URI_TOO_LONG`, `RESOURCE_UNKNOWN`, `QUERY_INVALID` (the message names the parameter)
 */
export function parseResource(target: string): ResourceRequest {
  if (target.length > MAXIMUM_LENGTH) {
    throw new SealmeterError('client', 'URI_TOO_LONG', `the URI has ${target.length} characters`, {
      mend: `keep it within ${MAXIMUM_LENGTH} characters`,
    });
  }
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const slashed = path.length > 1 && path.endsWith('/');
  const address = parsePath(slashed ? path.slice(0, -1) : path);
  if (address === undefined) throw unknownResource();
  const selection = parseQuery(question < 0 ? '' : target.slice(question + 1));
  // A trailing slash means depth 1; a depth that is written out wins over it.
  return { address, selection: slashed && selection.depth === undefined ? { ...selection, depth: 1 } : selection };
}

/** The same words for what does not exist and for what a client may not see, so that nobody learns which it was. */
export function unknownResource(): SealmeterError {
  return new SealmeterError('client', 'RESOURCE_UNKNOWN', 'there is no such resource', {
    mend: 'read /cosem/ldevs/ for the logical devices and …/objects/ for what each of them has',
  });
}

/** `QUERY_INVALID`, for this parameter. */
export function invalidQuery(parameter: string, problem: string, mend: string): SealmeterError {
  return new SealmeterError('client', 'QUERY_INVALID', `query parameter "${parameter}": ${problem}`, { mend });
}

function parsePath(path: string): ResourceAddress | undefined {
  const [empty, cosem, ldevs, ...rest] = path.split('/').map(decodeComponent);
  if (empty !== '' || cosem !== 'cosem') return undefined;
  if (ldevs === undefined) return { kind: 'cosem' };
  if (ldevs !== 'ldevs') return undefined;
  return rest.length === 0 ? { kind: 'ldevs' } : parseDevicePath(rest);
}

function parseDevicePath([ldev, objects, name, ...rest]: readonly string[]): ResourceAddress | undefined {
  if (ldev === undefined || !isLogicalDeviceId(ldev)) return undefined;
  if (objects === undefined) return { kind: 'ldev', ldev };
  if (objects !== 'objects') return undefined;
  if (name === undefined) return { kind: 'objects', ldev };
  const object = parseObjectName(ldev, name);
  return object === undefined ? undefined : parseMemberPath(object, rest);
}

/** Decimal class, hyphen, twelve lower-case hex digits: `3-0100010800ff`. */
function parseObjectName(ldev: string, name: string): ObjectAddress | undefined {
  const match = /^(0|[1-9]\d{0,4})-([0-9a-f]{12})$/.exec(name);
  const obis = obisFromHex(match?.[2] ?? '');
  const classId = Number(match?.[1]);
  return obis === undefined || classId > 0xffff ? undefined : { ldev, classId, obis };
}

function parseMemberPath(
  object: ObjectAddress,
  [members, index, ...surplus]: readonly string[],
): ResourceAddress | undefined {
  if (members === undefined) return { kind: 'object', ...object };
  if (surplus.length > 0 || (members !== 'attributes' && members !== 'methods')) return undefined;
  if (index === undefined) return { kind: members, ...object };
  const number = parseIndex(index);
  if (number === undefined) return undefined;
  return members === 'attributes'
    ? { kind: 'attribute', ...object, attribute: number }
    : { kind: 'method', ...object, method: number };
}

/** -128 to 127 without 0, in its shortest form. */
function parseIndex(text: string): number | undefined {
  if (!/^-?[1-9]\d{0,2}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= -128 && number <= 127 ? number : undefined;
}

const NUMBER_FORM = /^(?:0|[1-9]\d{0,8})$/;

/** One row per query parameter: how it is read, and what to write instead of what could not be read. */
const PARAMETERS = {
  'q.depth': { read: parseNumber, expected: 'a whole number from 0, for example q.depth=1' },
  'q.fromidx': { read: parsePosition, expected: 'a whole number from 1, for example q.fromidx=1' },
  'q.count': { read: parseNumber, expected: 'a whole number from 0, for example q.count=10' },
  'q.fromtime': { read: parseInstant, expected: 'an ISO 8601 time with its zone, for example 2026-11-20T09:15:00Z' },
  'q.totime': { read: parseInstant, expected: 'an ISO 8601 time with its zone, for example 2026-11-20T09:30:00Z' },
} as const;

type Parameter = keyof typeof PARAMETERS;

function parseQuery(query: string): Selection {
  const texts = firstOfEach(query);
  return {
    depth: readParameter('q.depth', texts),
    fromIndex: readParameter('q.fromidx', texts),
    count: readParameter('q.count', texts),
    fromTime: readParameter('q.fromtime', texts),
    toTime: readParameter('q.totime', texts),
  };
}

/**
 * The text of each parameter; of a repeated one the first counts.
 * A name that is not in the table is refused: a filter that is passed over gives a wrong answer.
 */
function firstOfEach(query: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeComponent(equals < 0 ? pair : pair.slice(0, equals));
    if (!Object.hasOwn(PARAMETERS, name)) {
      throw invalidQuery(name, 'is not known', `use ${Object.keys(PARAMETERS).join(', ')}`);
    }
    if (!texts.has(name)) texts.set(name, equals < 0 ? '' : decodeComponent(pair.slice(equals + 1)));
  }
  return texts;
}

function readParameter<Name extends Parameter>(
  name: Name,
  texts: ReadonlyMap<string, string>,
): ReturnType<(typeof PARAMETERS)[Name]['read']> | undefined {
  const text = texts.get(name);
  if (text === undefined) return undefined;
  const { read, expected } = PARAMETERS[name];
  const value = read(text) as ReturnType<(typeof PARAMETERS)[Name]['read']>;
  if (value === undefined) throw invalidQuery(name, `"${text}" cannot be read`, `give ${expected}`);
  return value;
}

function parseNumber(text: string): number | undefined {
  return NUMBER_FORM.test(text) ? Number(text) : undefined;
}

function parsePosition(text: string): number | undefined {
  return text === '0' ? undefined : parseNumber(text);
}

/** Undoes percent-encoding, once. What is broken stays as it came: with its % it is no name and no value of anything. */
function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
