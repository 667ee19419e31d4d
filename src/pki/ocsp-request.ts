import { id_pkix_ocsp_nonce, Nonce, OCSPRequest, Request, TBSRequest } from '@peculiar/asn1-ocsp';
import type { Extension } from '@peculiar/asn1-x509';

import { reasonOf, SealmeterError } from '#core/errors.ts';
import { encodeDer, parseDer, toArrayBuffer } from './der.ts';
import { extensionValue, makeExtension } from './extensions.ts';
import { certificateIdStructure, type OcspCertificateId, readCertificateId } from './ocsp-certificate-id.ts';

/** What is asked: about which certificates, and under which nonce. */
export interface OcspRequest {
  readonly certificates: readonly OcspCertificateId[];
  /** Comes back in a response that was made for this request. */
  readonly nonce: Uint8Array | undefined;
}

/**
 * Writes a request, unsigned.
 *
 *     TBSRequest ::= SEQUENCE { version [0] DEFAULT v1, requestorName [1] OPTIONAL,
 *                               requestList SEQUENCE OF SEQUENCE { reqCert CertID, … }, requestExtensions [2] }
 *
 * @see RFC 6960 § 4.1.1
 */
export function writeOcspRequest({ certificates, nonce }: OcspRequest): Uint8Array {
  const requestList = certificates.map((id) => new Request({ reqCert: certificateIdStructure(id) }));
  const extensions = nonce === undefined ? {} : { requestExtensions: [nonceExtension(nonce)] };
  return encodeDer(new OCSPRequest({ tbsRequest: new TBSRequest({ requestList, ...extensions }) }));
}

/** Longer nonces, and lists of certificates that nobody needs, are not worth a signature. @see RFC 9654 § 2.1 */
const MAX_NONCE = 128;
const MAX_CERTIFICATES = 16;

/**
 * Reads a request. A signature on it is neither asked for nor checked: anybody may ask.
 * @throws SealmeterError (client) `OCSP_REQUEST_MALFORMED`
 */
export function readOcspRequest(der: Uint8Array): OcspRequest {
  const { certificates, nonce } = parse(der);
  const count = certificates.length;
  if (count === 0 || count > MAX_CERTIFICATES) throw malformed(`it asks about ${count} certificates`);
  if (nonce !== undefined && (nonce.length === 0 || nonce.length > MAX_NONCE)) {
    throw malformed(`its nonce has ${nonce.length} bytes`);
  }
  return { certificates, nonce };
}

/** @see RFC 9654 § 2.1: an OCTET STRING within the extension's own */
export const nonceExtension = (nonce: Uint8Array): Extension =>
  makeExtension(id_pkix_ocsp_nonce, new Nonce(toArrayBuffer(nonce)));

export function readNonce(extensions: readonly Extension[] = []): Uint8Array | undefined {
  const extension = extensions.find(({ extnID }) => extnID === id_pkix_ocsp_nonce);
  return extension && new Uint8Array(parseDer(extensionValue(extension), Nonce, 'nonce').buffer);
}

function parse(der: Uint8Array): OcspRequest {
  try {
    const { requestList, requestExtensions } = parseDer(der, OCSPRequest, 'OCSP request').tbsRequest;
    return {
      certificates: requestList.map(({ reqCert }) => readCertificateId(reqCert)),
      nonce: readNonce(requestExtensions),
    };
  } catch (cause) {
    throw malformed(reasonOf(cause), cause);
  }
}

const malformed = (problem: string, cause?: unknown): SealmeterError =>
  new SealmeterError('client', 'OCSP_REQUEST_MALFORMED', `the OCSP request is refused: ${problem}`, { cause });
