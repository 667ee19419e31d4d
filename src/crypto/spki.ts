import { concatBytes, equalBytes } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { type SignatureAlgorithm, signatureAlgorithms } from './algorithms.ts';
import { derElementAt, unreadableCertificate } from './der-element.ts';

// No `node:` import here: the verifier runs in a browser too.

// Certificate ::= SEQUENCE { tbsCertificate SEQUENCE {
//   version [0] EXPLICIT OPTIONAL, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo, … }, … }
// @see RFC 5280 § 4.1
const SEQUENCE = 0x30;
const VERSION = 0xa0;
const FIELDS_BETWEEN_VERSION_AND_KEY = 5;

// SubjectPublicKeyInfo ::= SEQUENCE { SEQUENCE { id-ecPublicKey, namedCurve }, BIT STRING { 04 ‖ x ‖ y } }
// @see RFC 5480 § 2
const EC_PUBLIC_KEY = Uint8Array.of(0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01);
const BIT_STRING = 0x03;
const UNCOMPRESSED = 0x04;

/**
 * Cuts the DER SubjectPublicKeyInfo out of a DER certificate. It judges nothing else about the certificate.
 * @throws SealmeterError `CERTIFICATE_UNREADABLE`
 */
export function spkiOfCertificate(certificate: Uint8Array): Uint8Array {
  const whole = derElementAt(certificate, 0);
  const body = derElementAt(certificate, whole.content);
  if (whole.end !== certificate.length || whole.tag !== SEQUENCE || body.tag !== SEQUENCE)
    throw unreadableCertificate();
  let field = derElementAt(certificate, body.content);
  if (field.tag === VERSION) field = derElementAt(certificate, field.end);
  for (let skipped = 0; skipped < FIELDS_BETWEEN_VERSION_AND_KEY; skipped += 1) {
    field = derElementAt(certificate, field.end);
  }
  if (field.tag !== SEQUENCE || field.end > body.end) throw unreadableCertificate();
  return new Uint8Array(certificate.subarray(field.start, field.end));
}

/**
 * The algorithm that a public key is for. Its curve decides; nothing in a message can.
 * @throws SealmeterError `KEY_UNSUPPORTED` for anything but an uncompressed point on a curve of the algorithm table.
 */
export function algorithmOfSpki(spki: Uint8Array): SignatureAlgorithm {
  const algorithm = signatureAlgorithms.find((candidate) => {
    const header = spkiHeader(candidate);
    return (
      spki.length === header.length + 2 * candidate.curve.fieldSize &&
      equalBytes(spki.subarray(0, header.length), header)
    );
  });
  if (algorithm === undefined) throw unsupportedKey();
  return algorithm;
}

/** The SubjectPublicKeyInfo of an uncompressed point (04 ‖ x ‖ y) on the algorithm's curve. */
export function spkiOfPoint(algorithm: SignatureAlgorithm, point: Uint8Array): Uint8Array {
  if (point[0] !== UNCOMPRESSED || point.length !== 1 + 2 * algorithm.curve.fieldSize) throw unsupportedKey();
  return concatBytes(spkiHeader(algorithm), point.subarray(1));
}

export function unsupportedKey(cause?: unknown): SealmeterError {
  return new SealmeterError('evidence', 'KEY_UNSUPPORTED', 'the public key is not a point on a supported curve', {
    mend: `use an uncompressed key on ${signatureAlgorithms.map(({ curve }) => curve.name).join(', ')}`,
    cause,
  });
}

/** Everything of a SubjectPublicKeyInfo that comes before the coordinates: the same for all keys of a curve. */
function spkiHeader({ curve }: SignatureAlgorithm): Uint8Array {
  const pointLength = 1 + 2 * curve.fieldSize;
  const algorithmLength = EC_PUBLIC_KEY.length + curve.oidDer.length;
  const algorithmIdentifier = [SEQUENCE, algorithmLength, ...EC_PUBLIC_KEY, ...curve.oidDer];
  const pointStart = [BIT_STRING, 1 + pointLength, 0, UNCOMPRESSED];
  return Uint8Array.of(SEQUENCE, 2 + algorithmLength + 3 + pointLength, ...algorithmIdentifier, ...pointStart);
}
