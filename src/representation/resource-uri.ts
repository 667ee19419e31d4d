import { SealmeterError } from '#core/errors.ts';
import { type ObisCode, obisFromHex } from '#core/obis.ts';
import { isLogicalDeviceId } from '#cosem/logical-device-id.ts';
import { decodeComponent, parseQuery, type Selection } from './query.ts';

/** What a URI of the tree names. @see BSI TR-03109-1 Anlage II 1.01, URI */
export type ResourceAddress =
  | { readonly kind: 'cosem' }
  | { readonly kind: 'ldevs' }
  | { readonly kind: 'ldev'; readonly ldev: string }
  | { readonly kind: 'objects'; readonly ldev: string }
  | { readonly kind: 'live'; readonly ldev: string }
  | ({ readonly kind: 'object' } & ObjectAddress)
  | ({ readonly kind: 'attributes' } & ObjectAddress)
  | ({ readonly kind: 'attribute'; readonly attribute: number } & ObjectAddress)
  | ({ readonly kind: 'methods' } & ObjectAddress)
  | ({ readonly kind: 'method'; readonly method: number } & ObjectAddress)
  | { readonly kind: 'containers' }
  | { readonly kind: 'container'; readonly container: string }
  | { readonly kind: 'ldev-containers'; readonly ldev: string }
  | { readonly kind: 'ldev-container'; readonly ldev: string; readonly container: string };

export interface ObjectAddress {
  readonly ldev: string;
  readonly classId: number;
  readonly obis: ObisCode;
}

/** What is read at once. The live samples of a device are listened to. */
export type ReadableAddress = Exclude<ResourceAddress, { readonly kind: 'live' }>;

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
  return { address, selection: slashed ? { 'q.depth': 1, ...selection } : selection };
}

/** The same words for what does not exist and for what a client may not see, so that nobody learns which it was. */
export function unknownResource(): SealmeterError {
  return new SealmeterError('client', 'RESOURCE_UNKNOWN', 'there is no such resource', {
    mend: 'read /cosem/ldevs/ for the logical devices and …/objects/ for what each of them has',
  });
}

/** @throws SealmeterError (client) `RESOURCE_UNKNOWN` for what is not read but listened to */
export function requireReadable(address: ResourceAddress): ReadableAddress {
  if (address.kind === 'live') throw unknownResource();
  return address;
}

function parsePath(path: string): ResourceAddress | undefined {
  const [empty, cosem, part, ...rest] = path.split('/').map(decodeComponent);
  if (empty !== '' || cosem !== 'cosem') return undefined;
  switch (part) {
    case undefined:
      return { kind: 'cosem' };
    case 'ldevs':
      return rest.length === 0 ? { kind: 'ldevs' } : parseDevicePath(rest);
    case 'containers':
      return rest.length === 0 ? { kind: 'containers' } : parseContainerPath(rest);
    default:
      return undefined;
  }
}

/** What a client may call a container of the whole service. */
const CONTAINER_NAME = /^[0-9a-z-]{1,63}$/;

function parseContainerPath([container = '', ...surplus]: readonly string[]): ResourceAddress | undefined {
  return surplus.length === 0 && CONTAINER_NAME.test(container) ? { kind: 'container', container } : undefined;
}

function parseDevicePath([ldev, part, name, ...rest]: readonly string[]): ResourceAddress | undefined {
  if (ldev === undefined || !isLogicalDeviceId(ldev)) return undefined;
  switch (part) {
    case undefined:
      return { kind: 'ldev', ldev };
    case 'live':
      return name === undefined ? { kind: 'live', ldev } : undefined;
    case 'objects':
      return name === undefined ? { kind: 'objects', ldev } : parseObjectPath(ldev, name, rest);
    case 'containers':
      return name === undefined ? { kind: 'ldev-containers', ldev } : parseDeviceContainerPath(ldev, name, rest);
    default:
      return undefined;
  }
}

/** A container of a device has a name like an object's, and need not be one. */
function parseDeviceContainerPath(
  ldev: string,
  container: string,
  surplus: readonly string[],
): ResourceAddress | undefined {
  if (surplus.length > 0 || parseObjectName(container) === undefined) return undefined;
  return { kind: 'ldev-container', ldev, container };
}

function parseObjectPath(ldev: string, name: string, rest: readonly string[]): ResourceAddress | undefined {
  const object = parseObjectName(name);
  return object && parseMemberPath({ ldev, ...object }, rest);
}

/** Decimal class, hyphen, twelve lower-case hex digits: `3-0100010800ff`. */
function parseObjectName(name: string): Omit<ObjectAddress, 'ldev'> | undefined {
  const match = /^(0|[1-9]\d{0,4})-([0-9a-f]{12})$/.exec(name);
  const obis = obisFromHex(match?.[2] ?? '');
  const classId = Number(match?.[1]);
  return obis === undefined || classId > 0xffff ? undefined : { classId, obis };
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
