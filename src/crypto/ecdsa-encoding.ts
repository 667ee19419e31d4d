import type { Curve } from './algorithms.ts';

// No `node:` import here: the verifier runs in a browser too.
//
// An ECDSA signature is the pair of integers (r, s). Two encodings are about:
//   r‖s   both big-endian, each padded to the curve's field size       XMLDSig, RFC 9421, WebCrypto, PKCS#11
//   DER   SEQUENCE { r INTEGER, s INTEGER }                            OpenSSL, X.509, many draft-cavage clients
// Both ways are strict, so that one signature has one text in each: 0 < r, s < n and DER's only encoding of them.
// @see FIPS 186-5 § 6.4.2 (range), RFC 3279 § 2.2.3 (DER), RFC 9231 § 2.3.6 (r‖s)

const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** Turns a DER signature into r‖s; `undefined` for any other bytes. */
export function rawFromDer(der: Uint8Array, curve: Curve): Uint8Array | undefined {
  // No supported curve needs more than 104 bytes of content, so a length in the long form is never minimal.
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) return undefined;
  const raw = new Uint8Array(2 * curve.fieldSize);
  const afterR = readInteger(der, 2, raw, 0, curve.fieldSize);
  if (afterR === undefined) return undefined;
  const afterS = readInteger(der, afterR, raw, curve.fieldSize, curve.fieldSize);
  return afterS === der.length && isRawSignature(raw, curve) ? raw : undefined;
}

/** Turns r‖s into DER; `undefined` for another length or a number out of range. */
export function derFromRaw(raw: Uint8Array, curve: Curve): Uint8Array | undefined {
  if (!isRawSignature(raw, curve)) return undefined;
  const r = significant(raw, 0, curve.fieldSize);
  const s = significant(raw, curve.fieldSize, 2 * curve.fieldSize);
  const contentLength = 4 + r.length + s.length;
  const der = new Uint8Array(2 + contentLength);
  der[0] = SEQUENCE;
  der[1] = contentLength;
  const afterR = writeInteger(der, 2, r);
  writeInteger(der, afterR, s);
  return der;
}

/** Whether these bytes are r‖s of the curve with 0 < r < n and 0 < s < n. */
export function isRawSignature(raw: Uint8Array, curve: Curve): boolean {
  return (
    raw.length === 2 * curve.fieldSize && inRange(raw, 0, curve.order) && inRange(raw, curve.fieldSize, curve.order)
  );
}

/** Reads one DER INTEGER into its padded place. Returns the position after it. */
function readInteger(
  der: Uint8Array,
  position: number,
  target: Uint8Array,
  targetStart: number,
  size: number,
): number | undefined {
  const length = der[position + 1];
  const start = position + 2;
  if (der[position] !== INTEGER || length === undefined || length === 0 || start + length > der.length)
    return undefined;
  const first = der[start] ?? 0;
  if (first >= 0x80) return undefined; // negative
  const padded = first === 0 && length > 1;
  if (padded && (der[start + 1] ?? 0) < 0x80) return undefined; // a leading zero that no sign bit asks for
  const digits = padded ? length - 1 : length;
  if (digits > size) return undefined;
  target.set(der.subarray(start + length - digits, start + length), targetStart + size - digits);
  return start + length;
}

function writeInteger(der: Uint8Array, position: number, digits: Uint8Array): number {
  der[position] = INTEGER;
  der[position + 1] = digits.length;
  der.set(digits, position + 2);
  return position + 2 + digits.length;
}

/** The contents octets of the INTEGER at raw[start, end): no leading zero but the one that keeps it positive. */
function significant(raw: Uint8Array, start: number, end: number): Uint8Array {
  let first = start;
  while (raw[first] === 0) first += 1;
  if ((raw[first] ?? 0) < 0x80) return raw.subarray(first, end);
  const digits = new Uint8Array(end - first + 1);
  digits.set(raw.subarray(first, end), 1);
  return digits;
}

function inRange(raw: Uint8Array, start: number, order: Uint8Array): boolean {
  return isBelow(raw, start, order) && order.some((_, index) => raw[start + index] !== 0);
}

function isBelow(raw: Uint8Array, start: number, order: Uint8Array): boolean {
  for (let index = 0; index < order.length; index += 1) {
    const difference = (raw[start + index] ?? 0) - (order[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
