import { Days, type Duration } from '#core/time.ts';
import type { NumberRange } from '#das/reading-store.ts';
import { NumberRanges } from './number-ranges.ts';

/**
 * Rows that are asked for at once: sealed they are one document, which has 4 MiB at most. Each page is read in one go, and
 * a live reading that is due waits for it.
 */
const PAGE = 8;

/** Things change at a meter: it gets captures, or rights, or its certificate is mended. */
const FORGOTTEN_AFTER: Duration = Days(1);

/** What a meter has told of its captures, for a day at most, and where a turn through them stands. */
export class CaptureMemory {
  /** The meter has no profile of captures. */
  isAbsent = false;
  /** Rows that fit into one answer. */
  page = PAGE;
  /** Captures that the meter gives, and that cannot be kept: to ask for them again would give the same. */
  fruitless = new NumberRanges();
  /** Of those, the ones that carry no document: nobody had sealed them. */
  unsealed = new NumberRanges();
  /** Captures that follow the newest one here may be there. */
  isBehind = true;
  /** The highest number that was given in this turn, kept or not. */
  reached = 0n;
  /** The holes that are still to be asked for in this turn. */
  holes: readonly NumberRange[] | undefined;
  /** The meter has let go of all up to this number. */
  letGo = 0n;
  #isInTurn = false;
  #forgetAt: number | undefined;

  /** Within a turn nothing is forgotten. @param now by the monotonic clock */
  beginTurn(now: Duration): void {
    if (this.#isInTurn) return;
    this.#isInTurn = true;
    if (this.#forgetAt !== undefined && now < this.#forgetAt) return;
    this.#forgetAt = now + FORGOTTEN_AFTER;
    this.isAbsent = false;
    this.letGo = 0n;
    this.page = PAGE;
    this.fruitless = new NumberRanges();
    this.unsealed = new NumberRanges();
  }

  endTurn(): void {
    this.#isInTurn = false;
    this.isBehind = true;
    this.reached = 0n;
    this.holes = undefined;
  }
}
