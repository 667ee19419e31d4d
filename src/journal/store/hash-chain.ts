import { hash } from 'node:crypto';

/**
 * What is hashed begins with its kind, so that a row of one kind can never pass for one of another:
 *
 *   "sealmeter:journal:<kind>:1" 00, then every field: length (4 octets, big-endian), octets
 *
 * A text is UTF-8, a number is two's complement in eight octets, an absent value is an empty field.
 */
type HashedKind = 'chain' | 'capture' | 'event' | 'checkpoint' | 'parameter';

type HashedField = string | number | bigint | Uint8Array | undefined;

/** A field is written here before it is hashed: a year of rows would otherwise make half a million little buffers. */
let scratch = Buffer.alloc(4_096);

const LENGTH_SIZE = 4;
const NUMBER_SIZE = 8;

export function rowHash(kind: HashedKind, fields: readonly HashedField[]): Uint8Array {
  const head = `sealmeter:journal:${kind}:1\0`;
  const size = fields.reduce<number>((sum, field) => sum + LENGTH_SIZE + sizeOf(field), head.length);
  if (size > scratch.length) scratch = Buffer.alloc(2 * size);
  let position = scratch.write(head, 'latin1');
  for (const field of fields) position = writeField(field, position);
  return sha256(scratch.subarray(0, position));
}

function sizeOf(field: HashedField): number {
  if (field === undefined) return 0;
  if (typeof field === 'string') return Buffer.byteLength(field);
  return typeof field === 'object' ? field.length : NUMBER_SIZE;
}

/** Returns the position behind it. */
function writeField(field: HashedField, start: number): number {
  const size = sizeOf(field);
  const position = scratch.writeUInt32BE(size, start);
  if (typeof field === 'string') scratch.write(field, position);
  else if (typeof field === 'object') scratch.set(field, position);
  else if (field !== undefined) scratch.writeBigInt64BE(BigInt(field), position);
  return position + size;
}

export const sha256 = (data: Uint8Array | string): Uint8Array => new Uint8Array(hash('sha256', data, 'buffer'));

/** What the first row of a chain has as the hash before it: no row can be moved to another chain or journal. */
export const chainStart = (journal: Uint8Array, chain: string): Uint8Array => rowHash('chain', [journal, chain]);
