import { deflateRawSync, inflateRawSync } from 'node:zlib';

/*
 * Two sealed documents of one device have the same form and differ in a few hundred digits. A document is kept as its
 * differences to such a template, exactly, byte for byte, and without knowing anything of XML but its angle bracket: both
 * are cut before each "<"; a piece that the template has too is written as nothing; what remains is deflated. A year of
 * documents of 90 kB each shrinks to a hundredth in this way, and RFC 1951 will be readable for as long as they matter.
 */
const CUT = '<';

const DEFLATE = { level: 9 } as const;

/** The differences, or `undefined` where the two have not the same form. */
export function differencesTo(template: Uint8Array, document: Uint8Array): Uint8Array | undefined {
  const templatePieces = piecesOf(template);
  const pieces = piecesOf(document);
  if (pieces.length !== templatePieces.length) return undefined;
  const differences: string[] = [];
  for (const [index, piece] of pieces.entries()) {
    const isSame = piece === templatePieces[index];
    if (piece === '' && !isSame) return undefined; // nothing would mean "the same"
    differences.push(isSame ? '' : piece);
  }
  return deflate(Buffer.from(differences.join(CUT), 'latin1'));
}

/** What {@link differencesTo} gives for the template itself. */
export const noDifferences = (template: Uint8Array): Uint8Array =>
  deflate(Buffer.from(CUT.repeat(piecesOf(template).length - 1), 'latin1'));

/** Puts the document together again. */
export function applyDifferences(template: Uint8Array, delta: Uint8Array): Uint8Array {
  const templatePieces = piecesOf(template);
  const pieces = piecesOf(inflate(delta)).map((piece, index) => (piece === '' ? (templatePieces[index] ?? '') : piece));
  return Buffer.from(pieces.join(CUT), 'latin1');
}

export const deflate = (bytes: Uint8Array): Uint8Array => deflateRawSync(bytes, DEFLATE);

/** More than any document has, so that a flipped bit cannot fill the memory. */
const MOST_INFLATED = 64 * 1024 * 1024;

export const inflate = (bytes: Uint8Array): Uint8Array => inflateRawSync(bytes, { maxOutputLength: MOST_INFLATED });

/** Latin-1 makes a character of each byte, whatever the encoding, and back. */
const piecesOf = (bytes: Uint8Array): readonly string[] => Buffer.from(bytes).toString('latin1').split(CUT);
