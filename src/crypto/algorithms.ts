import { fromHex } from '#core/bytes.ts';

// No `node:` import here: the verifier runs in a browser too.

/** SHA-2 by its name in the HTTP digest fields. @see RFC 9530 § 5 */
const HASHES = {
  'sha-256': { size: 32, openssl: 'sha256', web: 'SHA-256', xmldsig: 'http://www.w3.org/2001/04/xmlenc#sha256' },
  'sha-384': { size: 48, openssl: 'sha384', web: 'SHA-384', xmldsig: 'http://www.w3.org/2001/04/xmldsig-more#sha384' },
  'sha-512': { size: 64, openssl: 'sha512', web: 'SHA-512', xmldsig: 'http://www.w3.org/2001/04/xmlenc#sha512' },
} as const satisfies Record<string, Hash>;

export interface Hash {
  /** Bytes of a digest. */
  readonly size: number;
  readonly openssl: string;
  /** Its name in WebCrypto. */
  readonly web: string;
  /** DigestMethod. @see RFC 9231 § 2.1 */
  readonly xmldsig: string;
}

export type HashName = keyof typeof HASHES;

export const hashOf = (name: HashName): Hash => HASHES[name];

/** The hash that a DigestMethod names, of those that we know. */
export const hashOfXmldsig = (uri: string): HashName | undefined => hashByXmldsig.get(uri);

/** A prime curve. @see FIPS 186-5, SP 800-186 § 3.2.1; P-192 is there "for legacy use" only */
export interface Curve {
  /** Its name in WebCrypto too, which has no P-192. */
  readonly name: 'P-192' | 'P-256' | 'P-384';
  /** Its name in OpenSSL, which is what a Node.js key calls its `namedCurve`. */
  readonly openssl: string;
  readonly oid: string;
  /** The same object identifier in DER with tag and length: EC parameters in a key and `CKA_EC_PARAMS`. */
  readonly oidDer: Uint8Array;
  /** Bytes of a coordinate, and of r and of s. */
  readonly fieldSize: number;
  /** n, the order of the base point, big-endian: 0 < r < n and 0 < s < n. */
  readonly order: Uint8Array;
}

const P192: Curve = {
  name: 'P-192',
  openssl: 'prime192v1',
  oid: '1.2.840.10045.3.1.1',
  oidDer: hex('06082a8648ce3d030101'),
  fieldSize: 24,
  order: hex('ffffffffffffffffffffffff99def836146bc9b1b4d22831'),
};

const P256: Curve = {
  name: 'P-256',
  openssl: 'prime256v1',
  oid: '1.2.840.10045.3.1.7',
  oidDer: hex('06082a8648ce3d030107'),
  fieldSize: 32,
  order: hex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
};

const P384: Curve = {
  name: 'P-384',
  openssl: 'secp384r1',
  oid: '1.3.132.0.34',
  oidDer: hex('06052b81040022'),
  fieldSize: 48,
  order: hex('ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973'),
};

/** Everything that the house knows about a way to sign. A key has exactly one: its curve decides. */
export interface SignatureAlgorithm {
  readonly id: string;
  readonly curve: Curve;
  readonly hash: HashName;
  /** Bytes of a signature as r‖s. */
  readonly signatureSize: number;
  /** SignatureMethod. It names the hash only, not the curve. @see RFC 9231 § 2.3.6 */
  readonly xmldsig: string;
  /** @see draft-cavage-http-signatures-06 Appendix E.2; `ecdsa-sha384` is usage, not registered */
  readonly cavage: string;
  /** @see RFC 9421 § 6.2.2; there is none for P-192 */
  readonly rfc9421: string | undefined;
}

const ALGORITHMS = [
  {
    id: 'ecdsa-p256-sha256',
    curve: P256,
    hash: 'sha-256',
    signatureSize: 64,
    xmldsig: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
    cavage: 'ecdsa-sha256',
    rfc9421: 'ecdsa-p256-sha256',
  },
  {
    id: 'ecdsa-p384-sha384',
    curve: P384,
    hash: 'sha-384',
    signatureSize: 96,
    xmldsig: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384',
    cavage: 'ecdsa-sha384',
    rfc9421: 'ecdsa-p384-sha384',
  },
  {
    id: 'ecdsa-p192-sha256',
    curve: P192,
    hash: 'sha-256',
    signatureSize: 48,
    xmldsig: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
    cavage: 'ecdsa-sha256',
    rfc9421: undefined,
  },
] as const satisfies readonly SignatureAlgorithm[];

export type SignatureAlgorithmId = (typeof ALGORITHMS)[number]['id'];

const hashByXmldsig: ReadonlyMap<string, HashName> = new Map(
  (Object.keys(HASHES) as HashName[]).map((name) => [HASHES[name].xmldsig, name]),
);

export const signatureAlgorithms: readonly SignatureAlgorithm[] = ALGORITHMS;

/**
 * The row of an algorithm.
 * @throws TypeError for an id that the table does not have: ids come from our own code, never from a message.
 */
export function signatureAlgorithm(id: SignatureAlgorithmId): SignatureAlgorithm {
  const algorithm = ALGORITHMS.find((row) => row.id === id);
  if (algorithm === undefined) throw new TypeError(`there is no signature algorithm "${id}"`);
  return algorithm;
}

function hex(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new TypeError(`"${text}" is not hex`);
  return bytes;
}
