import { randomBytes } from 'node:crypto';

import { Seconds } from '#core/time.ts';
import type { Certificate } from './certificate.ts';
import { toArrayBuffer } from './der.ts';
import { type Exchange, type ExchangeLimits, exchange } from './http-exchange.ts';
import { type CertificateIdHash, certificateIdOf } from './ocsp-certificate-id.ts';
import { checkOcspResponse } from './ocsp-check.ts';
import { writeOcspRequest } from './ocsp-request.ts';
import { type FreshnessLimits, RevocationError, type RevocationSource } from './revocation-statement.ts';

export interface OcspClientOptions extends Exchange {
  readonly freshness: FreshnessLimits;
  /** SHA-1 for responders that know no other. */
  readonly certificateIdHash: CertificateIdHash;
  /** Instead of the address in the certificate. */
  readonly responderUrl?: string;
}

export const OCSP_LIMITS: ExchangeLimits = { timeout: Seconds(5), size: 32 * 1024 };

/** @see RFC 9654 § 2.1: 32 octets */
const NONCE_LENGTH = 32;

/** Asks OCSP responders, by POST. @see RFC 6960 Appendix A.1 */
export function ocspClient(options: OcspClientOptions): RevocationSource {
  const { certificateIdHash, freshness: limits, clock } = options;
  return {
    async ask(certificate, issuer) {
      const nonce = randomBytes(NONCE_LENGTH);
      const id = certificateIdOf(certificate.serial, issuer, certificateIdHash);
      const response = await exchange(
        addressOf(certificate, options),
        {
          method: 'POST',
          headers: { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' },
          body: toArrayBuffer(writeOcspRequest({ certificates: [id], nonce })),
        },
        options,
      );
      return checkOcspResponse(response, { certificate, issuer, nonce, now: clock.now(), limits });
    },
  };
}

function addressOf({ extensions, subject }: Certificate, { responderUrl }: OcspClientOptions): string {
  const url = responderUrl ?? extensions.ocspUrls?.[0];
  if (url === undefined) throw new RevocationError('no-address', subject.text);
  return url;
}
