import type { IncomingMessage } from 'node:http';

import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { Collection } from '#das/collection.ts';
import type { NewAuditEntry } from '#das/das-registry.ts';
import type { OcmfPartiesOf } from '#das/ocmf-parties.ts';
import type { ReadingStore } from '#das/reading-store.ts';
import type { Call } from './call.ts';
import type { FirstAdministratorLink } from './first-administrator.ts';
import type { InTurn } from './in-turn.ts';
import type { Limits } from './limits.ts';
import type { LogInThrottle } from './log-in-throttle.ts';
import type { Passwords } from './passwords.ts';
import type { Sessions } from './sessions.ts';
import { demandLasting } from './steps.ts';

/** What the routes work with. */
export interface ApiParts {
  readonly store: ReadingStore;
  readonly collection: Collection;
  readonly sessions: Sessions;
  /** The certificate that whoever is at the other end of the connection has proven to have, and that is still good. */
  readonly certificateOf: (request: IncomingMessage) => Promise<CertificateId | undefined>;
  readonly passwords: Passwords;
  readonly throttle: LogInThrottle;
  readonly firstAdministrator: FirstAdministratorLink;
  /** Changes of users and meters, one after the other: none decides by what another is about to change. */
  readonly changes: InTurn;
  readonly demo: boolean;
  readonly ocmf: OcmfPartiesOf | undefined;
  /** What Prometheus is told; absent where nobody counts. */
  readonly metrics: (() => Promise<string> | string) | undefined;
  /** Aborted when the server closes: what would go on for ever ends. */
  readonly closing: AbortSignal;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes a change after all that came before; one of those may have ended the session of who asks. */
export const changeInTurn = (
  { changes, sessions }: Pick<ApiParts, 'changes' | 'sessions'>,
  call: Call,
  change: () => Promise<void>,
): Promise<void> =>
  changes(() => {
    demandLasting(sessions, call);
    return change();
  });

type Deed = Pick<NewAuditEntry, 'action' | 'subject'> & Partial<Pick<NewAuditEntry, 'user' | 'detail'>>;

/** Writes down what somebody does, or tries; before it takes effect, so that nothing happens unwritten. */
export async function audit(
  { store, clock }: Pick<ApiParts, 'store' | 'clock'>,
  call: Call,
  deed: Deed,
): Promise<void> {
  const user = call.caller?.user.name ?? '';
  await store.audit({ at: clock.now(), user, address: call.address, detail: '', ...deed });
}
