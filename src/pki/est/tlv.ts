import { ByteReader, concatBytes } from '#core/bytes.ts';

/** A tagged value. @see X.690 § 8.1 */
export interface Tlv {
  /** The identifier octet; tags above 30 occur in nothing that we read. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** The value with tag and length, as it was received. */
  readonly raw: Uint8Array;
}

export const TAGS = { integer: 0x02, oid: 0x06, sequence: 0x30, set: 0x31, explicit0: 0xa0, context1: 0xa1 } as const;

const HIGH_TAG_NUMBER = 0x1f;
const CONSTRUCTED = 0x20;
const INDEFINITE = 0x80;
const END_OF_CONTENTS = 0x00;
const MAX_DEPTH = 16;

/**
 * The values that stand one after the other, or `undefined` where the bytes are something else. Reads BER with lengths
 * of both kinds, indefinite ones included: CMS permits them for what is not signed (RFC 5652 § 5), and Bouncy Castle
 * writes them. What must be DER has to be checked by whoever reads it.
 */
export function readTlvs(bytes: Uint8Array): readonly Tlv[] | undefined {
  try {
    const reader = new ByteReader(bytes);
    const values: Tlv[] = [];
    while (reader.remaining > 0) values.push(readTlv(reader, bytes, 0));
    return values;
  } catch {
    return undefined; // cut short, or nested without end
  }
}

function readTlv(reader: ByteReader, bytes: Uint8Array, depth: number): Tlv {
  const start = bytes.length - reader.remaining;
  const tag = reader.uint8();
  if ((tag & HIGH_TAG_NUMBER) === HIGH_TAG_NUMBER || depth > MAX_DEPTH) throw new RangeError('not read here');
  const length = readLength(reader);
  const content = length === undefined ? readUntilEnd(tag, reader, bytes, depth) : reader.bytes(length);
  return { tag, content, raw: bytes.subarray(start, bytes.length - reader.remaining) };
}

/** `undefined` for an indefinite length. */
function readLength(reader: ByteReader): number | undefined {
  const first = reader.uint8();
  if (first === INDEFINITE) return undefined;
  if (first < INDEFINITE) return first;
  let length = 0;
  for (let octets = first - INDEFINITE; octets > 0; octets -= 1) length = length * 256 + reader.uint8();
  return length;
}

function readUntilEnd(tag: number, reader: ByteReader, bytes: Uint8Array, depth: number): Uint8Array {
  if ((tag & CONSTRUCTED) === 0) throw new RangeError('only a constructed value may have an indefinite length');
  const parts: Uint8Array[] = [];
  for (;;) {
    const value = readTlv(reader, bytes, depth + 1);
    if (value.tag === END_OF_CONTENTS) return concatBytes(...parts);
    parts.push(value.raw);
  }
}

/** One value in DER. */
export const writeTlv = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const content = concatBytes(...parts);
  return concatBytes(Uint8Array.of(tag, ...derLength(content.length)), content);
};

function derLength(length: number): readonly number[] {
  if (length < INDEFINITE) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [INDEFINITE + octets.length, ...octets];
}
