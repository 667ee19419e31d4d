import { equalBytes } from '#core/bytes.ts';
import { signatureAlgorithms } from '#crypto/algorithms.ts';
import type { CurveName } from '#pki/signing-key.ts';
import { readTlvs, TAGS, type Tlv } from './tlv.ts';

/** id-ecPublicKey, 1.2.840.10045.2.1, with tag and length. */
const ID_EC_PUBLIC_KEY = Uint8Array.of(0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01);

/**
 * The curve that a CA wants keys to be on, if it says so and we know the curve. All else that a CA may wish for is
 * passed over: the profile of the CA decides what a certificate contains.
 *
 *     CsrAttrs ::= SEQUENCE OF CHOICE { oid OBJECT IDENTIFIER, attribute SEQUENCE { type, values SET OF ANY } }
 *
 * @see RFC 7030 § 4.5.2: a client MUST ignore what it does not recognize
 */
export function wantedCurve(der: Uint8Array): CurveName | undefined {
  const [attributes] = readTlvs(der) ?? [];
  const wanted = valuesIn(attributes, TAGS.sequence)
    .map((attribute) => valuesIn(attribute, TAGS.sequence))
    .filter(([type]) => type !== undefined && equalBytes(type.raw, ID_EC_PUBLIC_KEY))
    .flatMap(([, values]) => valuesIn(values, TAGS.set));
  return signatureAlgorithms.find(({ curve }) => wanted.some(({ raw }) => equalBytes(raw, curve.oidDer)))?.curve.name;
}

const valuesIn = (value: Tlv | undefined, tag: number): readonly Tlv[] =>
  value?.tag === tag ? (readTlvs(value.content) ?? []) : [];
