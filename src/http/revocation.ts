import { SealmeterError } from '#core/errors.ts';
import { checkPathRevocation } from '#pki/revocation.ts';
import type { RevocationChecker, RevocationVerdict } from '#pki/revocation-checker.ts';
import { REVOCATION_OUTCOMES } from '#pki/revocation-policy.ts';
import { HttpError } from './http-error.ts';
import type { Peer } from './peer.ts';

/**
 * Lets a peer pass only while its CAs say that neither its certificate nor its sub-CA's is revoked.
 * @throws HttpError `CLIENT_CERTIFICATE_REVOKED`
 * @throws SealmeterError (peer) `REVOCATION_UNKNOWN`
 */
export async function requireUnrevoked({ path }: Peer, checker: RevocationChecker): Promise<void> {
  if (path === undefined) throw unknown("the issuer of the client's certificate is not known");
  const { passes, verdicts, refused } = await checkPathRevocation(path, checker);
  if (passes) return;
  throw refused === undefined ? unknown(verdicts.map(({ message }) => message).join('; ')) : revoked(refused);
}

/** The same of somebody who is being answered already, and is told no more where it is not so. */
export const isUnrevoked = async ({ path }: Peer, checker: RevocationChecker): Promise<boolean> =>
  path !== undefined && (await checkPathRevocation(path, checker)).passes;

const revoked = ({ certificate, outcome }: RevocationVerdict): HttpError =>
  new HttpError('CLIENT_CERTIFICATE_REVOKED', `${certificate}: ${REVOCATION_OUTCOMES[outcome].meaning}`, {
    Connection: 'close',
  });

/** Where we have asked is nobody's business but ours, so the client is not told. */
const unknown = (reason: string): SealmeterError => new SealmeterError('peer', 'REVOCATION_UNKNOWN', reason);
