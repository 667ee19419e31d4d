import type { IncomingMessage } from 'node:http';

/** @see RFC 9112 § 6: either header announces a body; a Content-Length of 0 announces that there is none. */
export const announcesBody = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
