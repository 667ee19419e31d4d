import { SealmeterError } from './errors.ts';

/** Where something stands in a file that a person wrote. Line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `/objects/12/obis`, as in RFC 6901. */
  readonly path: string;
}

/**
 * A value out of a file that still knows where it stood, so that whoever finds a fault in it can point at it.
 * Whoever reads the file (YAML today) makes these; rooms that check their part of it need no parser.
 */
export interface Located {
  readonly value: unknown;
  readonly place: Place;
  /** The member of a mapping, or `undefined`. */
  get(name: string): Located | undefined;
  /** The items of a list, or none. */
  items(): readonly Located[];
}

/** A file that a person wrote says something that cannot be. */
export class FileError extends SealmeterError {
  override readonly name = 'FileError';
  readonly place: Place;

  constructor(code: string, place: Place, problem: string, expected: string, cause?: unknown) {
    super('configuration', code, `${place.file}:${place.line}:${place.column} ${place.path || '/'}: ${problem}`, {
      mend: expected,
      cause,
    });
    this.place = place;
  }
}
