import { equalBytes, fromUtf8 } from '#core/bytes.ts';
import { canonicalize } from '#core/canonical-xml.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import { parseXml } from '#core/xml-parser.ts';
import type { XmlElement } from '#core/xml-tree.ts';
import { scanCanonical } from './canonical-scanner.ts';

/** As long as a sealed document may be; its elements are at least this long each, so there are not more. */
export const LIMITS = { bytes: 4 * 2 ** 20, elements: 400_000 };

/**
 * Reads XML that is its own exclusive C14N, and nothing else: whatever could be written in two ways is refused, because
 * what was read is written again and has to come out as it was.
 * @throws SealmeterError (evidence) `XML_NOT_CANONICAL`
 */
export function readCanonical(document: Uint8Array): XmlElement {
  const text = textToScan(document);
  // What nearly all documents are: in two passes less.
  return (text === undefined ? undefined : scanCanonical(text, LIMITS.elements)) ?? readAndWrite(document);
}

/** Of a document that is neither too large nor anything but UTF-8. */
export const textToScan = (document: Uint8Array): string | undefined =>
  document.length > LIMITS.bytes ? undefined : fromUtf8(document);

function readAndWrite(document: Uint8Array): XmlElement {
  const root = parse(document);
  if (!equalBytes(canonicalize(root, 'exclusive'), document)) {
    throw notCanonical('the same content has another canonical form');
  }
  return root;
}

function parse(document: Uint8Array): XmlElement {
  try {
    return parseXml(document, LIMITS);
  } catch (error) {
    throw notCanonical(reasonOf(error), error);
  }
}

function notCanonical(problem: string, cause?: unknown): SealmeterError {
  return new SealmeterError('evidence', 'XML_NOT_CANONICAL', `not canonical XML: ${problem}`, {
    mend: 'take the document as it was delivered, byte for byte',
    cause,
  });
}
