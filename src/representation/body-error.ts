import { SealmeterError } from '#core/errors.ts';

/** What a client sent is not what belongs here. */
export function invalidBody(problem: string, cause?: unknown): SealmeterError {
  return new SealmeterError('client', 'BODY_INVALID', problem, {
    mend: 'compare the body with the schemas in openapi/',
    cause,
  });
}
