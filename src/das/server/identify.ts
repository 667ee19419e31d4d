import type { IncomingMessage } from 'node:http';

import type { CertificateId } from '#crypto/certificate-id.ts';
import type { DasUser } from '#das/das-registry.ts';
import type { ReadingStore } from '#das/reading-store.ts';
import type { Caller } from './call.ts';
import type { SessionUser } from './rights.ts';
import { tokenOf } from './session-cookie.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Step } from './steps.ts';

export interface IdentifyParts {
  readonly store: Pick<ReadingStore, 'users'>;
  readonly sessions: Sessions;
  /** The certificate that whoever is at the other end of the connection has proven to have, and that is still good. */
  readonly certificateOf: (request: IncomingMessage) => Promise<CertificateId | undefined>;
}

/** Finds out who asks: whose session it is or, without one, whose client certificate. */
export function identify(parts: IdentifyParts): Step {
  return async function identify(call) {
    const token = tokenOf(call.request);
    const session = token === undefined ? undefined : parts.sessions.use(token);
    const certificate = await parts.certificateOf(call.request);
    call.caller = session === undefined ? await callerBy(certificate, parts) : callerIn(session, certificate);
  };
}

/** A session that began by a certificate is one for nobody else: with its cookie alone nobody comes in. */
function callerIn(session: Session, certificate: CertificateId | undefined): Caller | undefined {
  const isOwn = session.certificate === undefined || session.certificate === certificate;
  return isOwn ? { user: session.user, session, certificate } : undefined;
}

async function callerBy(certificate: CertificateId | undefined, { store }: IdentifyParts): Promise<Caller | undefined> {
  if (certificate === undefined) return undefined;
  const user = (await store.users()).find(({ certificates }) => certificates.includes(certificate));
  return user === undefined ? undefined : { user: sessionUser(user), session: undefined, certificate };
}

/** What of a user a session goes by. */
export const sessionUser = ({ name, role, meters }: DasUser): SessionUser => ({ name, role, meters });
