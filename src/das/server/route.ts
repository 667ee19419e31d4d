import type { MeterId } from '#das/reading-store.ts';
import { ApiError } from './api-error.ts';
import type { Call } from './call.ts';
import { type Operation, sees } from './rights.ts';

type Handle = (call: Call) => Promise<void> | void;

/** What can be asked of the API. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As Express writes it. */
  readonly path: string;
  /** What a user has to be permitted; `anybody` need not be logged in. */
  readonly operation: Operation | 'anybody';
  readonly handle: Handle;
}

interface MeterRoute<Subject> extends Omit<Route, 'handle'> {
  /** What the request is about. */
  readonly find: (call: Call) => Promise<Subject | undefined>;
  /** The meters it belongs to: a user has to see one of them. */
  readonly metersOf: (subject: Subject) => readonly MeterId[];
  readonly answer: (call: Call, subject: Subject) => Promise<void> | void;
}

/** A route about something that belongs to meters. What a user may not see is not there. */
export function meterRoute<Subject>({ method, path, operation, find, metersOf, answer }: MeterRoute<Subject>): Route {
  return {
    method,
    path,
    operation,
    async handle(call) {
      const subject = await find(call);
      if (subject === undefined || !metersOf(subject).some((meter) => sees(call.user, meter))) throw unknownResource();
      await answer(call, subject);
    },
  };
}

export const unknownResource = (): ApiError => new ApiError('RESOURCE_UNKNOWN', 'there is nothing at this address');
