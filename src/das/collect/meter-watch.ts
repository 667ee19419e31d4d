import type { SealmeterError } from '#core/errors.ts';
import { type Duration, type Instant, Milliseconds, timeBetween, toSeconds } from '#core/time.ts';
import type { MeterStatus } from '#das/collection.ts';
import type { StoredValue } from '#das/reading-store.ts';
import type { KnownReading } from '#das/verdict.ts';
import type { Reading } from '#representation/reading.ts';
import { answeredFindings, type Finding, findingOfFailure, holds, isOver } from './findings.ts';
import { clockOffsetOf, detect, type Expiry, type LiveFacts, type WatchLimits } from './live-detectors.ts';
import { MeterRefusal } from './meter-reader.ts';

/** A live reading that was proven. */
interface LiveProof {
  readonly reading: Reading;
  /** As the verdict has it. */
  readonly digest: string;
  readonly values: readonly StoredValue[];
  readonly askedAt: Instant;
  readonly receivedAt: Instant;
  /** Not known of one that is remembered from an earlier run. */
  readonly expiry?: Expiry;
}

interface Compared {
  readonly findings: readonly Finding[];
  /** The reading is kept: the next one is compared with it. */
  readonly accept: () => void;
}

/** How many readings the clock's difference is taken from. */
const OFFSETS = 5;

/**
 * Registers of energy that only ever rise: the time integral of one of the powers, total, by quadrant or by phase. A net
 * energy (C = 16, 36, 56, 76) falls when more is given than taken.
 * @see IEC 62056-6-1, value groups C and D
 */
const RISING = /^3-01..(?!10|24|38|4c)[0-9a-f]{2}08/;

/** Remembers of one meter what the next reading has to be compared with, and says what is found. */
export class MeterWatch {
  readonly #limits: WatchLimits;
  #facts: LiveFacts | undefined;
  #newest: KnownReading | undefined;
  /** When it was first asked in vain since its last answer. Whom nobody asks is not silent. */
  #silentSince: Instant | undefined;
  /** What it refuses. */
  readonly #refused = new Set<string>();
  #lastVerdict: MeterStatus['lastVerdict'] = 'none';

  constructor(limits: WatchLimits) {
    this.#limits = limits;
  }

  /** What the next live reading has to follow. */
  get newest(): KnownReading | undefined {
    return this.#newest;
  }

  status(now: Instant): MeterStatus {
    return {
      lastVerdict: this.#lastVerdict,
      ...(this.#facts !== undefined &&
        this.#facts.offsets.length > 0 && { clockOffset: clockOffsetOf(this.#facts).least }),
      silent: this.#silenceAt(now) > this.#limits.silence,
    };
  }

  /** Takes up what was kept before this process began. Its clocks say nothing of now. */
  recall(newest: KnownReading, kept: Omit<LiveProof, 'askedAt' | 'digest'> | undefined): void {
    this.#newest = newest;
    if (kept === undefined) return;
    this.#facts = { ...factsOf({ ...kept, digest: newest.digest, askedAt: kept.receivedAt }, undefined), offsets: [] };
  }

  /** Compares a reading with the one before, which stays that until this one is accepted. */
  compare(proven: LiveProof): Compared {
    const facts = factsOf(proven, this.#facts);
    return {
      findings: detect(facts, this.#facts, this.#limits),
      accept: () => {
        this.#newest = { sequenceNumber: proven.reading.sequenceNumber, digest: proven.digest };
        this.#facts = facts;
        this.#lastVerdict = 'proven';
      },
    };
  }

  /** A live reading was not proven. */
  refused(): void {
    this.#lastVerdict = 'failed';
  }

  /** @param path what it has answered, without a query */
  answered(path: string): readonly Finding[] {
    this.#silentSince = undefined;
    this.#refused.delete(path);
    return this.#refused.size > 0 ? answeredFindings : [...answeredFindings, isOver('access-refused')];
  }

  /** The meter has no such thing, so nobody is waiting for it to be given. */
  isWithout(path: string): void {
    this.#refused.delete(path);
  }

  failed(error: SealmeterError, at: Instant): readonly Finding[] {
    const finding = findingOfFailure(error);
    if (error instanceof MeterRefusal) {
      this.#silentSince = undefined;
      this.#refused.add(error.path);
      return [...answeredFindings, ...(finding === undefined ? [] : [finding])];
    }
    this.#silentSince ??= at;
    if (finding !== undefined) return [finding];
    const silence = this.#silenceAt(at);
    if (silence <= this.#limits.silence) return [];
    return [holds('meter-silent', `for ${Math.round(toSeconds(silence))} s: ${error.message}`)];
  }

  #silenceAt(now: Instant): Duration {
    return this.#silentSince === undefined ? Milliseconds(0) : timeBetween(this.#silentSince, now);
  }
}

function factsOf(
  { reading, values, askedAt, receivedAt, expiry }: LiveProof,
  before: LiveFacts | undefined,
): LiveFacts {
  const { sequenceNumber: number, at, state, meterNumber } = reading;
  const isSame = before?.number === number;
  return {
    number,
    at,
    receivedAt,
    offsets: isSame
      ? before.offsets
      : [
          ...(before?.offsets ?? []).slice(1 - OFFSETS),
          { least: Milliseconds(timeBetween(receivedAt, at)), most: Milliseconds(timeBetween(askedAt, at)) },
        ],
    seenSince: isSame ? before.seenSince : receivedAt,
    state,
    meterNumber,
    // A value that is missing in between changes nothing: it is the last one there was that the next has to follow.
    counters: new Map([
      ...(before?.counters ?? []),
      ...values.filter(isRising).map((value) => [value.object, value] as const),
    ]),
    expiry,
  };
}

const isRising = ({ attribute, object }: StoredValue): boolean => attribute === 2 && RISING.test(object);
