import { fromHex } from '#core/bytes.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';

// Signatures with r and s of our choosing. Nobody can sign so with a given key, but for any point R, any s and any
// message there is the public key Q = (s·R − z·G) / r under which (x(R) mod n, s) is a true signature: the way in which
// edge cases such as those of Project Wycheproof are made. @see SEC 1 § 4.1.6 (public key recovery)

type Point = readonly [x: bigint, y: bigint] | undefined; // undefined is the point at infinity

// Curve P-256. @see SP 800-186 § 3.2.1.3
export const p = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
export const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const G: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];
const SPKI_HEADER = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';

/** The SubjectPublicKeyInfo under which r‖s signs the message, with R the first point at or beside `x` (by `step`). */
export function keyForSignature(
  message: Uint8Array,
  nearX: bigint,
  step: bigint,
  s: bigint,
): { spki: Uint8Array; r: bigint } {
  const R = pointNear(nearX, step);
  const r = R[0] % n;
  const z = BigInt(`0x${Buffer.from(nodeCrypto.digest('sha-256', message)).toString('hex')}`);
  const inverse = power(r, n - 2n, n);
  const Q = add(multiply((s * inverse) % n, R), multiply(modulo(-z * inverse, n), G));
  if (Q === undefined) throw new Error('this signature fits no key');
  return { spki: hex(SPKI_HEADER + word(Q[0]) + word(Q[1])), r };
}

export const rawSignature = (r: bigint, s: bigint): Uint8Array => hex(word(r) + word(s));

function pointNear(nearX: bigint, step: bigint): readonly [bigint, bigint] {
  for (let x = nearX; ; x += step) {
    const square = modulo(x ** 3n - 3n * x + b, p);
    const y = power(square, (p + 1n) / 4n, p);
    if ((y * y) % p === square) return [x, y];
  }
}

function add(left: Point, right: Point): Point {
  if (left === undefined || right === undefined) return left ?? right;
  const [x1, y1] = left;
  const [x2, y2] = right;
  if (x1 === x2 && y1 !== y2) return undefined;
  const slope =
    x1 === x2 ? (3n * x1 * x1 - 3n) * power(2n * y1, p - 2n, p) : (y2 - y1) * power(modulo(x2 - x1, p), p - 2n, p);
  const x = modulo(slope * slope - x1 - x2, p);
  return [x, modulo(slope * (x1 - x) - y1, p)];
}

function multiply(factor: bigint, point: Point): Point {
  let sum: Point;
  let doubled = point;
  for (let rest = factor; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) sum = add(sum, doubled);
    doubled = add(doubled, doubled);
  }
  return sum;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = modulo(base, modulus);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

const modulo = (value: bigint, modulus: bigint): bigint => ((value % modulus) + modulus) % modulus;
const word = (value: bigint): string => value.toString(16).padStart(64, '0');

function hex(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error(`"${text}" is not hex`);
  return bytes;
}
