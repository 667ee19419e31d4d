import type { ClientDirectory } from '#http/client-directory.ts';
import type { Step } from '#http/pipeline.ts';
import { type RequestPolicy, signatureFormOf, verifyRequest } from '#signature/request-verifier.ts';

/** How signatures are judged. The keys are those of the clients. */
export type SignaturePolicy = Omit<RequestPolicy, 'keyOf'>;

/**
 * Verifies the signature of a request that carries one. One that is wrong ends the exchange: who signs means to get a
 * sealed document, and must not be put off with less.
 */
export function verifySignature(clients: ClientDirectory, judgement: SignaturePolicy): Step {
  const policy: RequestPolicy = { ...judgement, keyOf: (keyId) => clients.signatureKey(keyId) };
  return async function verifySignature(exchange) {
    const facts = exchange.get('facts');
    const signed = signatureFormOf(facts) !== undefined;
    const signature = signed ? await verifyRequest(facts, policy, exchange.get('client').id) : undefined;
    exchange.note('signature', signature);
  };
}
