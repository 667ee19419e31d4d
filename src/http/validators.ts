import type { Request } from 'express';

/** Whether the client has said that it has these very bytes. @see RFC 9110 § 13.1.2 */
export function isKnown(etag: string, { headers }: Request): boolean {
  const known = headers['if-none-match'];
  if (known === undefined) return false;
  return known === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
