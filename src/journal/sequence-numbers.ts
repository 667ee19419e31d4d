import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { SealmeterError } from '#core/errors.ts';
import { makeFolder } from '#core/private-file.ts';
import { unwritable, writeFailed } from './store/journal-errors.ts';

/** How many numbers one write to the disk buys. A crash skips at most so many; it never repeats one. */
const NUMBERS_PER_RESERVATION = 1_000n;

/**
 * The numbers of a logical device's samples. A number never comes twice and never goes back, across restarts,
 * kill -9 and power cuts: a number is handed out only after a bound above it has reached the disk, and after a
 * start the numbers go on above that bound.
 */
export class SequenceNumbers {
  readonly #file: string;
  #next: bigint;
  #reserved: bigint;

  /**
   * @param file where the bound is kept; made if it does not exist.
   * @param above a number that is known to have been used, from elsewhere: what the journal's captures say
   *   (`Journal.samplesUsed`) holds even where the file was lost or is older than the journal.
   * @throws SealmeterError `SEQUENCE_UNREADABLE` where the file is there but says nothing: starting again at 1 would
   *   repeat numbers, so a person has to decide. `JOURNAL_UNWRITABLE` where it cannot be there.
   */
  constructor(file: string, above = 0n) {
    this.#file = file;
    makeFolder(dirname(file), unwritable);
    const bound = readBound(file);
    this.#reserved = bound > above ? bound : above;
    this.#next = this.#reserved + 1n;
  }

  /**
   * The next number. Writes to the disk once in a thousand calls.
   * @throws SealmeterError `JOURNAL_WRITE_FAILED`, and then no number is used up: the next call may succeed
   */
  next(): bigint {
    if (this.#next > this.#reserved) {
      const bound = this.#next + NUMBERS_PER_RESERVATION - 1n;
      this.#reserve(bound);
    }
    const number = this.#next;
    this.#next += 1n;
    return number;
  }

  #reserve(bound: bigint): void {
    try {
      writeDurably(this.#file, `${bound}\n`);
    } catch (error) {
      throw writeFailed(this.#file, error);
    }
    this.#reserved = bound;
  }
}

function readBound(file: string): bigint {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0n;
    throw unwritable(file, error);
  }
  if (!/^(?:0|[1-9]\d{0,18})\n$/.test(text)) {
    throw new SealmeterError('configuration', 'SEQUENCE_UNREADABLE', `${file} holds no sequence number`, {
      mend: 'restore the file from a backup, or write into it a number that is above every one that was ever sealed',
    });
  }
  return BigInt(text);
}

/** The old content or the new one, never a part: write beside, flush, rename, flush the folder. */
function writeDurably(file: string, text: string): void {
  const beside = `${file}.new`;
  const descriptor = openSync(beside, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(beside, file);
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
