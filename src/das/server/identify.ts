import { isDeepStrictEqual } from 'node:util';

import type { CertificateId } from '#crypto/certificate-id.ts';
import type { DasUser } from '#das/das-registry.ts';
import type { ApiParts } from './api-parts.ts';
import type { Call, Caller } from './call.ts';
import { COOKIES, tokenOf } from './cookies.ts';
import type { SessionUser } from './rights.ts';
import type { Session } from './sessions.ts';
import type { Step } from './steps.ts';

export type IdentifyParts = Pick<ApiParts, 'store' | 'sessions' | 'certificateOf'>;

/**
 * Whether a page of another origin has had the browser ask. It learns nothing from the answer; but a client certificate comes
 * along whoever asks, and so does a cookie where that page is of the same site: exports that nobody wanted would stand in the
 * trail. Who is no browser says nothing of it. @see W3C Fetch Metadata § 2.4
 */
export const isAskedByForeignPage = ({ request }: Call): boolean =>
  !['same-origin', 'none', undefined].includes(request.headers['sec-fetch-site']);

/** Finds out who asks: whose session it is or, without one, whose client certificate. */
export function identify(parts: IdentifyParts): Step {
  return async function identify(call) {
    if (isAskedByForeignPage(call)) return;
    const token = tokenOf(call.request, COOKIES.session);
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

/** Whether a session that an answer goes by still lasts; to ask does not prolong it. */
export const sessionLasts = ({ caller }: Call, { sessions }: Pick<IdentifyParts, 'sessions'>): boolean =>
  caller?.session === undefined || sessions.lasts(caller.session);

/** Whether who was let in still would be, for an answer that lasts: certificates are revoked, and users change. */
export async function isStillWelcome(call: Call, parts: IdentifyParts): Promise<boolean> {
  const { caller, request } = call;
  if (caller === undefined || !sessionLasts(call, parts)) return false;
  const { session, user } = caller;
  if (session !== undefined && session.certificate === undefined) return true;
  const certificate = await parts.certificateOf(request);
  const now = session === undefined ? await callerBy(certificate, parts) : callerIn(session, certificate);
  return isDeepStrictEqual(now?.user, user);
}

/** What of a user a session goes by. */
export const sessionUser = ({ name, role, meters }: DasUser): SessionUser => ({ name, role, meters });
