import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { ByteReader, utf8 } from '#core/bytes.ts';

/*
 * A pack: documents one after the other, compressed as a whole by Zstandard (RFC 8878). Each is
 *
 *   length of the document   4 bytes, big-endian
 *   the document
 *   length of its marks      4 bytes, big-endian
 *   its marks                JSON in UTF-8
 *
 * Documents of a meter differ in few digits, which the compressor finds by itself as long as its window holds several.
 */

export interface PackedBody {
  readonly bytes: Uint8Array;
  readonly marks: string;
}

export interface Pack {
  readonly data: Uint8Array;
  /** Where each document begins in what was compressed. */
  readonly places: readonly number[];
}

/** Level 9 takes a third of the time of level 19, and its packs are a twentieth larger. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 9, [constants.ZSTD_c_windowLog]: 23 } };

/** More than any pack has, so that a flipped bit cannot fill the memory. */
const MOST_UNPACKED = 64 * 1024 * 1024;

export function pack(bodies: readonly PackedBody[]): Pack {
  const parts: Uint8Array[] = [];
  const places: number[] = [];
  let place = 0;
  for (const { bytes, marks } of bodies) {
    places.push(place);
    for (const part of [bytes, utf8(marks)]) {
      parts.push(lengthOf(part), part);
      place += LENGTH_SIZE + part.length;
    }
  }
  return { data: zstdCompressSync(Buffer.concat(parts), COMPRESSION), places };
}

export const unpack = (data: Uint8Array): Uint8Array => zstdDecompressSync(data, { maxOutputLength: MOST_UNPACKED });

/** The document that begins at a place of what was unpacked. */
export function bodyAt(unpacked: Uint8Array, place: number): PackedBody {
  const reader = new ByteReader(unpacked.subarray(place));
  const bytes = reader.bytes(reader.uint32());
  const marks = new TextDecoder().decode(reader.bytes(reader.uint32()));
  return { bytes, marks };
}

const LENGTH_SIZE = 4;

function lengthOf(part: Uint8Array): Uint8Array {
  const length = Buffer.alloc(LENGTH_SIZE);
  length.writeUInt32BE(part.length);
  return length;
}
