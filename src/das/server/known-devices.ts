import { createHmac, randomBytes } from 'node:crypto';

import { addTime, Days, Instant, toSeconds } from '#core/time.ts';
import type { DasUser } from '#das/das-registry.ts';
import { equalTokens } from './tokens.ts';

/** As long as browsers keep a cookie that is renewed at every log-in, and people stay away. */
const KNOWN_FOR = Days(180);

/** For the cookie. */
export const KNOWN_FOR_SECONDS = toSeconds(KNOWN_FOR);

type KnownUser = Pick<DasUser, 'name' | 'passwordHash'>;

/** `<nonce>.<milliseconds since 1970 until which it counts>.<HMAC-SHA-256>` */
const SHAPE = /^([\w-]{22})\.(\d{1,15})\.([\w-]{43})$/;

/**
 * What a browser is given that a user has logged in from by password: it shows later that this one knew the password once,
 * and lets nobody in by itself. Nothing of it is kept here: what makes it is the user's password hash, which nobody else has,
 * so that it ends with the password.
 * @see OWASP, Slow Down Online Guessing Attacks with Device Cookies
 */
export function deviceToken(user: KnownUser, now: Instant): string {
  const nonce = randomBytes(16).toString('base64url');
  const until = addTime(now, KNOWN_FOR);
  return `${nonce}.${until}.${proofOf(user, nonce, `${until}`)}`;
}

/** By what the browser is told apart from the user's others; `undefined` where it is unknown to this user. */
export function knownDevice(user: KnownUser | undefined, token: string | undefined, now: Instant): string | undefined {
  const [, nonce = '', until = '', proof = ''] = SHAPE.exec(token ?? '') ?? [];
  if (user?.passwordHash === undefined || nonce === '' || Instant(Number(until)) < now) return undefined;
  return equalTokens(proof, proofOf(user, nonce, until)) ? nonce : undefined;
}

const proofOf = ({ name, passwordHash = '' }: KnownUser, nonce: string, until: string): string =>
  createHmac('sha256', passwordHash).update(`known device\n${name}\n${nonce}\n${until}`).digest('base64url');
