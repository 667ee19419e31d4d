import { SealmeterError } from '#core/errors.ts';

// No `node:` import here: a browser signs requests too.

interface Refusal {
  readonly says: string;
  /** What whoever signs the request has to do. */
  readonly mend: string;
}

/**
 * Every check that a signed request can fail, in the order in which they are made. A code is stable: clients and
 * logs rely on it. All of these are the client's fault.
 */
export const requestRefusals = {
  SIGNATURE_MISSING: {
    says: 'the request carries no signature',
    mend: 'sign it: send Signature-Input and Signature (RFC 9421), or Signature alone (draft-cavage)',
  },
  SIGNATURE_AMBIGUOUS: {
    says: 'the request carries more than one signature',
    mend: 'send one: Signature-Input with Signature, or Signature alone, or Authorization: Signature',
  },
  SIGNATURE_TOO_LARGE: {
    says: 'the signature is larger than any honest one',
    mend: 'keep each signature header within 2048 characters and 16 covered components',
  },
  SIGNATURE_HEADER_REPEATED: {
    says: 'a signed header, or a header that carries a signature, came more than once',
    mend: 'send each of them once, or do not cover it',
  },
  SIGNATURE_MALFORMED: {
    says: 'the signature cannot be read',
    mend: 'write it as RFC 9421 § 4 or draft-cavage-http-signatures-12 § 4 shows',
  },
  SIGNATURE_PARAMETER_DUPLICATE: {
    says: 'a signature parameter came twice',
    mend: 'send each parameter once',
  },
  SIGNATURE_PARAMETER_UNKNOWN: {
    says: 'a signature parameter is not one that is read here',
    mend: 'leave it out',
  },
  SIGNATURE_PARAMETER_MISSING: {
    says: 'a signature parameter is missing',
    mend: 'RFC 9421 needs created, keyid and nonce; draft-cavage needs keyId, headers and signature',
  },
  SIGNATURE_COMPONENT_DUPLICATE: {
    says: 'the signature covers a component twice',
    mend: 'cover each component once',
  },
  SIGNATURE_COMPONENT_UNKNOWN: {
    says: 'the signature covers something that the request does not have',
    mend: 'cover only headers that are sent and components that are known here, in lower case and without parameters',
  },
  SIGNATURE_COMPONENT_MISSING: {
    says: 'the signature does not cover enough',
    mend:
      'RFC 9421: cover @method, @authority, @path, and @query where there is one; ' +
      'draft-cavage: cover (request-target), host, and date or (created)',
  },
  SIGNATURE_KEY_UNKNOWN: {
    says: 'no signature key of this name is installed',
    mend: 'have the signature certificate installed here, and name it as sha256:<hex of its DER>',
  },
  SIGNATURE_KEY_FOREIGN: {
    says: 'the signature key belongs to another client than the TLS certificate',
    mend: 'use the TLS certificate and the signature key of the same client',
  },
  SIGNATURE_ALGORITHM: {
    says: 'the algorithm is not that of the key',
    mend: 'name the algorithm of the key, or leave it out',
  },
  SIGNATURE_EXPIRED: {
    says: 'the signature has expired by its own word',
    mend: 'sign the request again',
  },
  SIGNATURE_FROM_FUTURE: {
    says: 'the signature was made in the future',
    mend: 'set the clock of the client, then sign the request again',
  },
  SIGNATURE_STALE: {
    says: 'the signature is too old',
    mend: 'set the clock of the client if it is slow, then sign the request again',
  },
  SIGNATURE_BEFORE_START: {
    says: 'the signature was made before this server started, which does not remember what was used before',
    mend: 'sign the request again',
  },
  SIGNATURE_KEY_NOT_VALID: {
    says: 'the certificate of the signature key was not valid when the signature was made',
    mend: 'renew the signature certificate, have the new one installed here, and sign with its key',
  },
  SIGNATURE_INVALID: {
    says: 'the signature does not fit the request and the key',
    mend: 'sign exactly what is sent, with the private key of the certificate that is named',
  },
  DIGEST_MISSING: {
    says: 'the body is not bound by the signature',
    mend: 'send Content-Digest (RFC 9530; with draft-cavage also Digest) and cover it',
  },
  DIGEST_MALFORMED: {
    says: 'the digest cannot be read',
    mend: 'write Content-Digest: sha-256=:<base64>: or Digest: SHA-256=<base64>',
  },
  DIGEST_ALGORITHM: {
    says: 'the digest has no algorithm that is trusted here',
    mend: 'use sha-256 or sha-512',
  },
  DIGEST_MISMATCH: {
    says: 'the digest is not that of the body',
    mend: 'compute it over the body exactly as sent, content coding included',
  },
  SIGNATURE_REPLAYED: {
    says: 'the signature was used before',
    mend: 'sign every request anew, with a new nonce',
  },
  SIGNATURE_REPLAY_MEMORY_FULL: {
    says: 'no more signed requests can be remembered, and what is not remembered could be replayed',
    mend: 'ask less often; try again when the freshness window has passed',
  },
} as const satisfies Record<string, Refusal>;

export type RequestRefusalCode = keyof typeof requestRefusals;

/** The error of a failed check. `detail` says where, in few words. */
export function requestRefusal(code: RequestRefusalCode, detail?: string): SealmeterError {
  const { says, mend } = requestRefusals[code];
  return new SealmeterError('client', code, detail === undefined ? says : `${says}: ${detail}`, { mend });
}
