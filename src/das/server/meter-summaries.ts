import { formatInstant, type Instant } from '#core/time.ts';
import { alarmKindNames, alarmKinds } from '#das/alarm-kinds.ts';
import type { Health, MeterSummary } from '#das/api-types.ts';
import type { Alarm, PinnedMeter } from '#das/das-registry.ts';
import type { Standing } from '#das/reading-store.ts';
import { daysLeft } from '#pki/certificate-life.ts';
import type { ApiParts } from './api-parts.ts';
import { certificateOf } from './certificate-cards.ts';

type SummaryParts = Pick<ApiParts, 'store' | 'collection' | 'clock'>;

/** All of them: only one of a kind is open for a meter at a time, and a meter whose alarm is left out would look good. */
const ALL_ALARMS = Number.MAX_SAFE_INTEGER;

/** How meters fare, at a glance: asked of the store in two questions, however many they are. */
export async function summarise(parts: SummaryParts, meters: readonly PinnedMeter[]): Promise<readonly MeterSummary[]> {
  const { store } = parts;
  const [only, ...others] = meters;
  const one = only !== undefined && others.length === 0 ? only.id : undefined;
  const [standings, alarms] = await Promise.all([
    store.standings(one),
    store.alarms({ open: true, limit: ALL_ALARMS, ...(one !== undefined && { meters: [one] }) }),
  ]);
  const standingsOf = Map.groupBy(standings, ({ meter }) => meter);
  const alarmsOf = Map.groupBy(alarms, ({ meter }) => meter);
  return meters.map((meter) => summaryOf(parts, meter, standingsOf.get(meter.id) ?? [], alarmsOf.get(meter.id) ?? []));
}

function summaryOf(
  { collection, clock }: SummaryParts,
  meter: PinnedMeter,
  standings: readonly Standing[],
  alarms: readonly Alarm[],
): MeterSummary {
  const status = collection.status(meter.id);
  const lastReadingAt = lastReadingOf(standings);
  const facts = {
    lastReadingAt: lastReadingAt === undefined ? null : formatInstant(lastReadingAt),
    lastVerdict: status === undefined || status.lastVerdict === 'none' ? verdictOf(standings) : status.lastVerdict,
    gaps: Number(standings.find(({ kind }) => kind === 'capture')?.missing ?? 0n),
    certificateDays: certificateDaysOf(meter, clock.now()),
    clockOffsetMs: status?.clockOffset ?? null,
    openAlarms: alarms.length,
  };
  const { id, name, url, zone } = meter;
  return { id, name, url, zone, ...facts, health: healthOf(facts, alarms, status?.silent ?? true) };
}

const READINGS: readonly Standing['kind'][] = ['live', 'capture'];

const readingsOf = (standings: readonly Standing[]): readonly Standing[] =>
  standings.filter(({ kind }) => READINGS.includes(kind));

function lastReadingOf(standings: readonly Standing[]): Instant | undefined {
  return readingsOf(standings)
    .flatMap(({ lastAt }) => lastAt ?? [])
    .sort((a, b) => b - a)[0];
}

const NEVER = Number.NEGATIVE_INFINITY;

/** What came last, where the collector has not read the meter yet since it began. */
function verdictOf(standings: readonly Standing[]): MeterSummary['lastVerdict'] {
  const kept = Math.max(...readingsOf(standings).map(({ lastReceivedAt }) => lastReceivedAt ?? NEVER));
  const rejected = Math.max(...readingsOf(standings).map(({ lastRejectedAt }) => lastRejectedAt ?? NEVER));
  if (kept === NEVER && rejected === NEVER) return 'none';
  return rejected > kept ? 'failed' : 'proven';
}

/** Of the certificate that lasts longest: others are on their way out. */
function certificateDaysOf({ signatures }: PinnedMeter, now: Instant): number | null {
  const days = signatures.map((pinned) => daysLeft(certificateOf(pinned), now));
  return days.length === 0 ? null : Math.max(...days);
}

/** When there is time left to renew a certificate without haste. */
const ENOUGH_DAYS = 30;

type Facts = Pick<MeterSummary, 'lastReadingAt' | 'lastVerdict' | 'gaps' | 'certificateDays'>;

function healthOf(facts: Facts, alarms: readonly Alarm[], silent: boolean): Health {
  const { lastReadingAt, lastVerdict, gaps, certificateDays } = facts;
  if (silent || lastReadingAt === null) return 'silent';
  if (lastVerdict === 'failed' || alarms.some(isGrave)) return 'alarm';
  return alarms.length > 0 || gaps > 0 || (certificateDays ?? 0) < ENOUGH_DAYS ? 'warning' : 'good';
}

const isGrave = ({ kind }: Alarm): boolean =>
  alarmKindNames.some((name) => name === kind && alarmKinds[name].severity === 'alarm');
