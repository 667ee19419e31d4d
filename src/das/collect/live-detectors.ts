import { type Duration, formatInstant, type Instant, Milliseconds, timeBetween, toSeconds } from '#core/time.ts';
import type { StoredValue } from '#das/reading-store.ts';
import { stateSays } from '#representation/state-words.ts';
import { type Finding, holds, isOver } from './findings.ts';

/** From which differences on something is said. */
export interface WatchLimits {
  /** Between the meter's clock and ours. */
  readonly clockOffset: Duration;
  /** By how much the difference may change from one reading to the next. */
  readonly clockJump: Duration;
  /** How long a meter may give the same reading. */
  readonly stale: Duration;
  /** How long a meter may be silent. */
  readonly silence: Duration;
  /** How long before its end a certificate is to be seen to. */
  readonly certificate: Duration;
}

/** What of a live reading is compared with the one before. */
export interface LiveFacts {
  readonly number: bigint;
  readonly at: Instant;
  readonly receivedAt: Instant;
  /** In the readings last seen, the newest last; each was some moments old when it came. */
  readonly offsets: readonly Offset[];
  /** When this number was first seen. */
  readonly seenSince: Instant;
  readonly state: string;
  readonly meterNumber: string;
  /** Energies, which only ever rise, by object. */
  readonly counters: ReadonlyMap<string, StoredValue>;
  /** Of the certificate that ends first: when, and whose it is. */
  readonly expiry: Expiry | undefined;
}

/** Time of the meter less ours: between what it was when the reading came, and when it was asked for. */
export interface Offset {
  readonly least: Duration;
  readonly most: Duration;
}

export interface Expiry {
  readonly at: Instant;
  readonly subject: string;
}

type Detector = (now: LiveFacts, before: LiveFacts | undefined, limits: WatchLimits) => Finding | undefined;

/** The freshest of the readings last seen tells most: all others were older when they came. */
export const clockOffsetOf = ({ offsets }: LiveFacts): Offset => ({
  least: Milliseconds(Math.max(...offsets.map(({ least }) => least))),
  most: Milliseconds(Math.max(...offsets.map(({ most }) => most))),
});

const inSeconds = (duration: Duration): string => `${toSeconds(duration).toFixed(1)} s`;

function clockOffset(now: LiveFacts, _before: LiveFacts | undefined, limits: WatchLimits): Finding | undefined {
  const { least: fast, most } = clockOffsetOf(now);
  const slow = Milliseconds(0 - most);
  if (fast > limits.clockOffset) return holds('clock-offset', `it is ${inSeconds(fast)} fast`);
  if (slow > limits.clockOffset) return holds('clock-offset', `it is ${inSeconds(slow)} slow`);
  return Math.max(fast, slow) < limits.clockOffset / 2 ? isOver('clock-offset') : undefined;
}

function clockJump(now: LiveFacts, before: LiveFacts | undefined, limits: WatchLimits): Finding | undefined {
  const latest = now.offsets.at(-1);
  if (before === undefined || before.offsets.length === 0 || latest === undefined) return undefined;
  if (now.number === before.number) return undefined;
  const { least, most } = clockOffsetOf(before);
  // An answer that was long on its way is no jump.
  const [ahead, back] = [Math.max(0, latest.least - most), Math.min(0, latest.most - least)];
  const jump = Milliseconds(ahead + back);
  if (Math.abs(jump) <= limits.clockJump) return undefined;
  return holds('clock-jumped', `by ${inSeconds(jump)}, before ${formatInstant(now.at)}`);
}

function stale(now: LiveFacts, before: LiveFacts | undefined, limits: WatchLimits): Finding | undefined {
  if (before === undefined || now.number > before.number) return isOver('values-stale');
  const age = timeBetween(now.seenSince, now.receivedAt);
  return age > limits.stale ? holds('values-stale', `number ${now.number} since ${inSeconds(age)}`) : undefined;
}

function deviceAway({ state, at }: LiveFacts): Finding {
  const isAway = stateSays(state, 'device-unreachable');
  return isAway ? holds('device-unreachable', `at ${formatInstant(at)}`) : isOver('device-unreachable');
}

function certificateExpires(now: LiveFacts, _before: LiveFacts | undefined, limits: WatchLimits): Finding | undefined {
  const { expiry, receivedAt } = now;
  if (expiry === undefined) return undefined;
  if (timeBetween(receivedAt, expiry.at) > limits.certificate) return isOver('certificate-expires');
  return holds('certificate-expires', `${expiry.subject}, on ${formatInstant(expiry.at)}`);
}

function counterBack(now: LiveFacts, before: LiveFacts | undefined): Finding | undefined {
  const back = [...now.counters.values()].flatMap((counter) => {
    const former = before?.counters.get(counter.object);
    if (former === undefined || former.scaler !== counter.scaler || counter.value >= former.value) return [];
    return [`${counter.object} from ${former.value} to ${counter.value}`];
  });
  return back.length === 0 ? undefined : holds('counter-stepped-back', back.join(', '));
}

function exchanged(now: LiveFacts, before: LiveFacts | undefined): Finding | undefined {
  if (before !== undefined && before.meterNumber !== now.meterNumber) {
    return holds('meter-exchanged', `its number was "${before.meterNumber}" and is "${now.meterNumber}"`);
  }
  if (!stateSays(now.state, 'device-not-identified')) return undefined;
  return holds('meter-exchanged', 'the meter says itself that it is not the one that was expected');
}

const DETECTORS: readonly Detector[] = [
  clockOffset,
  clockJump,
  stale,
  deviceAway,
  certificateExpires,
  counterBack,
  exchanged,
];

/** What a proven live reading shows, against the one before it. */
export const detect = (now: LiveFacts, before: LiveFacts | undefined, limits: WatchLimits): readonly Finding[] =>
  DETECTORS.flatMap((detector) => detector(now, before, limits) ?? []);
