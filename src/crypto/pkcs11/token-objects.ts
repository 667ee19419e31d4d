import type { Session, SessionObject } from 'graphene-pk11';
import { equalBytes, fromHex, toHex } from '#core/bytes.ts';
import { type Curve, type SignatureAlgorithm, signatureAlgorithms } from '#crypto/algorithms.ts';
import { spkiOfPoint } from '#crypto/spki.ts';
import type { Binding } from './binding.ts';
import { returnValueOf } from './return-values.ts';
import { type KeyDescription, type KeySelector, keyName, type NewKey } from './token-module.ts';
import { TokenError } from './token-problems.ts';

// The objects on a token. Attributes are named as in the binding; `paramsECDSA` is CKA_EC_PARAMS, which it knows by two
// names and always answers by this one.

/** @throws TokenError `TOKEN_KEY_MISSING`, `TOKEN_KEY_AMBIGUOUS` */
export function findPrivateKey({ ObjectClass }: Binding, session: Session, selector: KeySelector): SessionObject {
  const [key, ...others] = session.find({ class: ObjectClass.PRIVATE_KEY, ...templateOf(selector) });
  const name = keyName(selector);
  if (key === undefined) throw new TokenError('TOKEN_KEY_MISSING', `the token has no private key ${name}`);
  if (others.length > 0) {
    throw new TokenError('TOKEN_KEY_AMBIGUOUS', `the token has ${1 + others.length} private keys ${name}`);
  }
  return key;
}

/** The SubjectPublicKeyInfo of each public key that the selector fits, of those on a curve that we know. */
export function publicKeysOf({ ObjectClass }: Binding, session: Session, selector: KeySelector): Uint8Array[] {
  return [...session.find({ class: ObjectClass.PUBLIC_KEY, ...templateOf(selector) })].flatMap((key) => {
    const algorithm = algorithmOf(key);
    return algorithm === undefined ? [] : [spkiOfPoint(algorithm, pointOf(key, algorithm.curve))];
  });
}

export function describeKeys({ ObjectClass }: Binding, session: Session): KeyDescription[] {
  const describe = (kind: KeyDescription['kind'], key: SessionObject): KeyDescription => ({
    kind,
    id: toHex(bytesOf(key, 'id') ?? Uint8Array.of()),
    label: bytesOf(key, 'label')?.toString() ?? '',
    curve: algorithmOf(key)?.curve.name,
  });
  return [
    ...[...session.find({ class: ObjectClass.PRIVATE_KEY })].map((key) => describe('private', key)),
    ...[...session.find({ class: ObjectClass.PUBLIC_KEY })].map((key) => describe('public', key)),
  ];
}

/** @throws TokenError `TOKEN_KEY_EXISTS` */
export function createKeyPair(binding: Binding, session: Session, { id, label, curve }: NewKey): void {
  for (const selector of [{ id }, { label }]) {
    if (session.find(templateOf(selector)).length > 0) {
      throw new TokenError('TOKEN_KEY_EXISTS', `the token already has something ${keyName(selector)}`);
    }
  }
  const name = templateOf({ id, label });
  session.generateKeyPair(
    binding.KeyGenMechanism.EC,
    { ...name, token: true, private: false, verify: true, paramsECDSA: Buffer.from(curve) },
    { ...name, token: true, private: true, sensitive: true, extractable: false, sign: true },
  );
}

const templateOf = ({ id, label }: KeySelector): { id?: Buffer; label?: string } => ({
  ...(id !== undefined && { id: idBytes(id) }),
  ...(label !== undefined && { label }),
});

function idBytes(id: string): Buffer {
  const bytes = fromHex(id);
  if (bytes === undefined) throw new TokenError('TOKEN_KEY_ID_INVALID', `"${id}" is no key id in hex`);
  return Buffer.from(bytes);
}

function algorithmOf(key: SessionObject): SignatureAlgorithm | undefined {
  const parameters = bytesOf(key, 'paramsECDSA');
  return parameters && signatureAlgorithms.find(({ curve }) => equalBytes(curve.oidDer, parameters));
}

/** CKA_EC_POINT: the point as a DER OCTET STRING (04, length, 04 ‖ x ‖ y), on some tokens the bare point. */
function pointOf(key: SessionObject, { fieldSize }: Curve): Uint8Array {
  const point = bytesOf(key, 'pointEC') ?? Uint8Array.of();
  const header = Uint8Array.of(0x04, 1 + 2 * fieldSize);
  return equalBytes(point.subarray(0, 2), header) && point.length === 3 + 2 * fieldSize ? point.subarray(2) : point;
}

/** An attribute's bytes, or `undefined` where this object has no such attribute. */
function bytesOf(key: SessionObject, attribute: 'id' | 'label' | 'paramsECDSA' | 'pointEC'): Buffer | undefined {
  try {
    const value: unknown = key.getAttribute(attribute);
    return Buffer.isBuffer(value) ? value : Buffer.from(String(value));
  } catch (error) {
    if (returnValueOf(error) === 'CKR_ATTRIBUTE_TYPE_INVALID') return undefined;
    throw error;
  }
}
