import type { IncomingMessage } from 'node:http';

/**
 * The prefix has browsers take it over TLS alone, for this host alone and all of its paths: no other host, and nobody on an
 * unprotected connection, can put one there. @see RFC 6265bis § 4.1.3.2
 */
const SESSION_COOKIE = '__Host-sealmeter';

/** Strict: it does not come along when a foreign page leads here; ours asks for everything by itself. */
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

export const cookieFor = (token: string): string => `${SESSION_COOKIE}=${token}; ${ATTRIBUTES}`;

export const NO_COOKIE = `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

/** The token that the cookie carries; `undefined` where there is none, or more than one that claims the name. */
export function tokenOf({ headers }: IncomingMessage): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  const [own, ...others] = pairs.filter(([name]) => name === SESSION_COOKIE);
  return others.length > 0 ? undefined : own?.[1];
}
