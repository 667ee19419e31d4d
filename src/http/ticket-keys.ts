import { randomBytes } from 'node:crypto';
import type { Server } from 'node:tls';

import type { Cancel, Clock } from '#core/clock.ts';
import type { Duration } from '#core/time.ts';

/** A name, a key for HMAC and one for AES. @see SSL_CTX_set_tlsext_ticket_keys(3) */
const TICKET_KEY_LENGTH = 48;

/**
 * Gives a server another key for session tickets now and every so often. Who steals one can read no session that was
 * resumed before or after its time. Node.js knows one key at a time, so a ticket may die before its session does; its
 * client then shakes hands in full. Returns what ends the changing.
 */
export function rotateTicketKeys(server: Pick<Server, 'setTicketKeys'>, every: Duration, clock: Clock): Cancel {
  server.setTicketKeys(randomBytes(TICKET_KEY_LENGTH));
  let cancel = clock.after(every, () => {
    cancel = rotateTicketKeys(server, every, clock);
  });
  return () => cancel();
}
