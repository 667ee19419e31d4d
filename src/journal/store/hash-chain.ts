import { hash } from 'node:crypto';
import { utf8 } from '#core/bytes.ts';

/**
 * What is hashed begins with its kind, so that a row of one kind can never pass for one of another:
 *
 *   "sealmeter:journal:<kind>:1" 00, then every field: length (4 octets, big-endian), octets
 *
 * A text is UTF-8, a number is two's complement in eight octets, an absent value is an empty field.
 */
type HashedKind = 'chain' | 'capture' | 'event' | 'checkpoint' | 'parameter';

type HashedField = string | number | bigint | Uint8Array | undefined;

export function rowHash(kind: HashedKind, fields: readonly HashedField[]): Uint8Array {
  const parts = fields.map(octetsOf);
  const head = utf8(`sealmeter:journal:${kind}:1\0`);
  const whole = new Uint8Array(parts.reduce((length, part) => length + 4 + part.length, head.length));
  const view = new DataView(whole.buffer);
  whole.set(head);
  let position = head.length;
  for (const part of parts) {
    view.setUint32(position, part.length);
    whole.set(part, position + 4);
    position += 4 + part.length;
  }
  return sha256(whole);
}

export const sha256 = (data: Uint8Array | string): Uint8Array => new Uint8Array(hash('sha256', data, 'buffer'));

/** What the first row of a chain has as the hash before it: no row can be moved to another chain or journal. */
export const chainStart = (journal: Uint8Array, chain: string): Uint8Array => rowHash('chain', [journal, chain]);

function octetsOf(field: HashedField): Uint8Array {
  if (field === undefined) return new Uint8Array();
  if (typeof field === 'string') return utf8(field);
  if (typeof field === 'object') return field;
  const octets = new Uint8Array(8);
  new DataView(octets.buffer).setBigInt64(0, BigInt(field));
  return octets;
}
