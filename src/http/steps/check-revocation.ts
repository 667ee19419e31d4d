import type { Step } from '#http/pipeline.ts';
import { requireUnrevoked } from '#http/revocation.ts';
import type { RevocationChecker } from '#pki/revocation-checker.ts';

/**
 * Turns away whoever's certificate is revoked, on every request, for that can happen while a connection lasts. What the
 * door has begun to ask is waited for here; later requests go by what is remembered.
 */
export function checkRevocation(checker: RevocationChecker): Step {
  return function checkRevocation(exchange) {
    return requireUnrevoked(exchange.get('peer'), checker);
  };
}
