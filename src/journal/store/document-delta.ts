import { deflateRawSync, inflateRawSync } from 'node:zlib';

/*
 * Two sealed documents of one device have the same form and differ in a few hundred digits. A document is kept as its
 * differences to such a template, exactly, byte for byte, and without knowing anything of XML but its angle bracket: both
 * are cut before each "<"; a piece that the template has too is written as nothing; what remains is deflated. A year of
 * documents of 90 kB each shrinks to a hundredth in this way, and RFC 1951 will be readable for as long as they matter.
 */
const CUT = '<';

const DEFLATE = { level: 9 } as const;

/** A document that is cut up. */
export type Pieces = readonly string[];

/** Latin-1 makes a character of each byte, whatever the encoding, and back. */
export const piecesOf = (bytes: Uint8Array): Pieces => bufferOver(bytes).toString('latin1').split(CUT);

const bytesOf = (pieces: Pieces): Uint8Array => Buffer.from(pieces.join(CUT), 'latin1');

/** The differences, or `undefined` where the two have not the same form. */
export function differencesTo(template: Pieces, document: Uint8Array): Uint8Array | undefined {
  const pieces = piecesOf(document);
  if (pieces.length !== template.length) return undefined;
  const differences = pieces.map((piece, index) => (piece === template[index] ? '' : piece));
  // A piece that is empty here and not there would look as if it were the same.
  if (pieces.some((piece, index) => piece === '' && template[index] !== '')) return undefined;
  return deflate(bytesOf(differences));
}

/** What {@link differencesTo} gives for the template itself. */
export const noDifferences = (template: Pieces): Uint8Array => deflate(bytesOf(template.map(() => '')));

/** Puts the document together again. */
export function applyDifferences(template: Pieces, delta: Uint8Array): Uint8Array {
  const differences = piecesOf(inflate(delta));
  return bytesOf(differences.map((piece, index) => (piece === '' ? (template[index] ?? '') : piece)));
}

export const deflate = (bytes: Uint8Array): Uint8Array => deflateRawSync(bytes, DEFLATE);

/** More than any document has, so that a flipped bit cannot fill the memory. */
const MOST_INFLATED = 64 * 1024 * 1024;

export const inflate = (bytes: Uint8Array): Uint8Array => inflateRawSync(bytes, { maxOutputLength: MOST_INFLATED });

/** The same bytes, not a copy. */
const bufferOver = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
