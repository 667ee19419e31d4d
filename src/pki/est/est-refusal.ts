import { SealmeterError } from '#core/errors.ts';

/** What the server does not do, and the HTTP status that says so. */
export const REFUSAL_STATUS = {
  EST_REQUEST_UNREADABLE: 400,
  EST_REQUEST_UNFIT: 400,
  EST_LOGIN_MISSING: 401,
  EST_LOGIN_WRONG: 401,
  EST_NOT_PERMITTED: 403,
  EST_RESOURCE_UNKNOWN: 404,
  EST_BODY_TOO_LARGE: 413,
  EST_MEDIA_TYPE_WRONG: 415,
} as const;

export type EstRefusalCode = keyof typeof REFUSAL_STATUS;

/** A refusal that its client is told the reason of. */
export class EstRefusal extends SealmeterError {
  override readonly name = 'EstRefusal';
  declare readonly code: EstRefusalCode;

  constructor(code: EstRefusalCode, message: string, cause?: unknown) {
    super('client', code, message, { cause });
  }
}
