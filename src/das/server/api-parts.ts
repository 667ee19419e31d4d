import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { Collection } from '#das/collection.ts';
import type { NewAuditEntry } from '#das/das-registry.ts';
import type { OcmfPartiesOf } from '#das/ocmf-parties.ts';
import type { ReadingStore } from '#das/reading-store.ts';
import type { Call } from './call.ts';
import type { FirstAdministratorLink } from './first-administrator.ts';
import type { Limits } from './limits.ts';
import type { LogInThrottle } from './log-in-throttle.ts';
import type { Passwords } from './passwords.ts';
import type { Sessions } from './sessions.ts';

/** What the routes work with. */
export interface ApiParts {
  readonly store: ReadingStore;
  readonly collection: Collection;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly throttle: LogInThrottle;
  readonly firstAdministrator: FirstAdministratorLink;
  /** Changes of users, one after the other: none decides by what another is about to change. */
  readonly userChanges: InTurn;
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

/** Does one piece of work after the other. */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function inTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

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
