import { SealmeterError } from '#core/errors.ts';

// No `node:` import here: the verifier runs in a browser too.

/** Where an element of a DER structure lies in the bytes around it. */
export interface DerElement {
  readonly tag: number;
  readonly start: number;
  /** Where what it holds begins. */
  readonly content: number;
  readonly end: number;
}

/**
 * The element that begins at `start`: one octet of tag, at most three of length.
 * @see X.690 § 8.1
 * @throws SealmeterError `CERTIFICATE_UNREADABLE`
 */
export function derElementAt(der: Uint8Array, start: number): DerElement {
  const tag = der[start];
  const first = der[start + 1];
  if (tag === undefined || first === undefined) throw unreadableCertificate();
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const content = start + 2 + lengthBytes;
  const length = first < 0x80 ? first : bigEndian(der.subarray(start + 2, content));
  if (lengthBytes > 3 || content + length > der.length) throw unreadableCertificate();
  return { tag, start, content, end: content + length };
}

/** The elements that one of them holds, one after the other. */
export function derChildren(der: Uint8Array, { content, end }: DerElement): readonly DerElement[] {
  const children: DerElement[] = [];
  for (let start = content; start < end; ) {
    const child = derElementAt(der, start);
    if (child.end > end) throw unreadableCertificate();
    children.push(child);
    start = child.end;
  }
  return children;
}

export const unreadableCertificate = (): SealmeterError =>
  new SealmeterError('evidence', 'CERTIFICATE_UNREADABLE', 'these bytes are not a DER certificate', {
    mend: 'give an X.509 certificate in DER',
  });

const bigEndian = (bytes: Uint8Array): number => bytes.reduce((number, byte) => number * 256 + byte, 0);
