import type { IncomingMessage } from 'node:http';

/**
 * The prefix has browsers take it over TLS alone, for this host alone and all of its paths: no other host, and nobody on an
 * unprotected connection, can put one there. @see RFC 6265bis § 4.1.3.2
 */
export const COOKIES = { session: '__Host-sealmeter', device: '__Host-sealmeter-device' } as const;

type CookieName = (typeof COOKIES)[keyof typeof COOKIES];

/** Strict: it does not come along when a foreign page leads here; ours asks for everything by itself. */
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** @param seconds how long a browser keeps it; without, until it is closed */
export const cookieFor = (name: CookieName, token: string, seconds?: number): string =>
  `${name}=${token}; ${ATTRIBUTES}${seconds === undefined ? '' : `; Max-Age=${seconds}`}`;

export const noCookie = (name: CookieName): string => cookieFor(name, '', 0);

/** The token that a cookie carries; `undefined` where there is none, or more than one that claims the name. */
export function tokenOf({ headers }: IncomingMessage, name: CookieName): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  const [own, ...others] = pairs.filter(([claimed]) => claimed === name);
  return others.length > 0 ? undefined : own?.[1];
}
