import { type Duration, Seconds } from '#core/time.ts';

/**
 * A session as OpenSSL writes it. Node.js may put something of its own before it.
 *
 *     SSLSession ::= SEQUENCE { version INTEGER (1), SSLversion INTEGER (0x0303, 0x0304), …,
 *       ticketLifetimeHint [9] EXPLICIT INTEGER OPTIONAL, -- seconds
 *       … }
 *
 * @see d2i_SSL_SESSION(3)
 */
const START = Buffer.of(0x02, 0x01, 0x01, 0x02, 0x02, 0x03);
const HINT = 0xa9;

/** How long the server says that a session may be resumed; `undefined` where it does not say, or nobody can tell. */
export function ticketLifetime(session: Buffer): Duration | undefined {
  const start = session.indexOf(START);
  if (start === -1) return undefined;
  for (let at = start; at < session.length; ) {
    const { content, next } = elementAt(session, at);
    // Of the INTEGER inside, its content.
    if (session[at] === HINT) return Seconds(Number.parseInt(content.toString('hex', 2) || '0', 16));
    at = next;
  }
  return undefined;
}

/** A DER element whose length stands in at most two octets. */
function elementAt(der: Buffer, at: number): { readonly content: Buffer; readonly next: number } {
  const first = der[at + 1] ?? 0;
  const octets = first < 0x80 ? 0 : first & 0x7f;
  const length = octets === 0 ? first : Number.parseInt(der.toString('hex', at + 2, at + 2 + octets) || '0', 16);
  const start = at + 2 + octets;
  return { content: der.subarray(start, start + length), next: start + length };
}
