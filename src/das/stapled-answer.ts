import type { Clock } from '#core/clock.ts';
import { type Instant, timeBetween } from '#core/time.ts';
import type { Certificate } from '#pki/certificate.ts';
import { checkOcspResponse } from '#pki/ocsp-check.ts';
import { readOcspResponse } from '#pki/ocsp-response.ts';
import type { RevocationService } from '#pki/revocation-service.ts';
import { DEFAULT_FRESHNESS, RevocationError } from '#pki/revocation-statement.ts';

/** Whose answer it has to be. */
interface Subject {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

/**
 * Takes an answer that a server has stapled, so that nobody need be asked. One that cannot be believed, or is older than
 * an answer of our own would be when we ask anew, counts as none: who got hold of a server's key would go on stapling the
 * last good one.
 */
export function takeStapled(
  response: Uint8Array,
  { certificate, issuer }: Subject,
  { checker, recheckAfter }: RevocationService,
  clock: Clock,
): void {
  const now = clock.now();
  try {
    const question = { certificate, issuer, nonce: undefined, now, limits: DEFAULT_FRESHNESS };
    const statement = checkOcspResponse(response, question);
    if (ageOf(response, now) <= recheckAfter) checker.take(certificate, statement);
  } catch (error) {
    if (!(error instanceof RevocationError)) throw error;
  }
}

function ageOf(response: Uint8Array, now: Instant): number {
  const message = readOcspResponse(response);
  return message.kind === 'response' ? timeBetween(message.response.producedAt, now) : Number.POSITIVE_INFINITY;
}
