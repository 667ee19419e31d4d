import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits that nobody guesses, as they stand in cookies and links. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is remembered of a token: whoever reads our memory, or a dump of it, comes in with nothing. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Compares secrets without telling by the time it takes how much of them agrees. */
export const equalTokens = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(hashToken(one)), Buffer.from(hashToken(other)));
