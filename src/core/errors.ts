/**
 * Whose fault an error is. A door (HTTP, DLMS, command line) turns the fault and the code into its own status;
 * the place that throws never picks one.
 *
 * - `client`: whoever asks asked wrongly, or may not.
 * - `device`: the physical meter, or the way to it.
 * - `configuration`: a file or an argument that the operator wrote.
 * - `peer`: another server that we depend on (OCSP responder, EST server, a meter seen from the DAS).
 * - `evidence`: something that should prove a fact and does not (signature, certificate, chain).
 * - `internal`: us.
 */
export type Fault = 'client' | 'device' | 'configuration' | 'peer' | 'evidence' | 'internal';

export interface ErrorDetail {
  /** What to do about it, as a sentence. */
  readonly mend?: string;
  readonly cause?: unknown;
}

/**
 * The base of every error that is meant to be met outside the function that throws it.
 * `code` is stable and in capitals (`PKI_CERTIFICATE_REVOKED`); `message` says what was wrong and where.
 * A `TypeError` is something else: a programmer called us wrongly.
 */
export class SealmeterError extends Error {
  override readonly name: string = 'SealmeterError';
  readonly fault: Fault;
  readonly code: string;
  readonly mend: string | undefined;

  constructor(fault: Fault, code: string, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.fault = fault;
    this.code = code;
    this.mend = detail.mend;
  }
}

/** The text of anything that can be thrown, for logs. Never for clients. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Reads the content of a file: what is wrong with it is said with the name of the file. */
export function readAs<Content>(path: string, bytes: Uint8Array, read: (bytes: Uint8Array) => Content): Content {
  try {
    return read(bytes);
  } catch (error) {
    if (!(error instanceof SealmeterError)) throw error;
    const mend = error.mend === undefined ? {} : { mend: error.mend };
    throw new SealmeterError(error.fault, error.code, `${path}: ${error.message}`, { ...mend, cause: error });
  }
}
