import { formatInstant } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import { systemZone } from '#core/zone-file.ts';
import type { DocumentsAnswer, EventsAnswer, QuarantineAnswer, SeriesAnswer } from '#das/api-types.ts';
import type { PinnedMeter } from '#das/das-registry.ts';
import { dueOf, midnights } from '#das/local-days.ts';
import type { Series, TimeRange } from '#das/reading-store.ts';
import type { ApiParts } from '#das/server/api-parts.ts';
import { type Call, sendJson, sendLongJson } from '#das/server/call.ts';
import { count, documentNumber, instant, oneOf, optional } from '#das/server/input.ts';
import { demandRange, entryId, objectName, readingKind } from '#das/server/inputs.ts';
import { LiveStreams } from '#das/server/live-streams.ts';
import { pinnedMeterRoute } from '#das/server/pinned-meter-route.ts';
import { unitText } from '#das/server/registers.ts';
import type { Route } from '#das/server/route.ts';

/** What is read of a meter. */
export function readingRoutes(parts: ApiParts): readonly Route[] {
  const live = new LiveStreams(parts);
  const answers = {
    live: (call, meter) => live.begin(call, meter.id),
    series: (call, meter) => showSeries(parts, call, meter),
    documents: (call, meter) => showDocuments(parts, call, meter),
    events: (call, meter) => showEvents(parts, call, meter),
    quarantine: (call, meter) => showQuarantine(parts, call, meter),
  } satisfies Readonly<Record<string, (call: Call, meter: PinnedMeter) => Promise<void> | void>>;
  return Object.entries(answers).map(([name, answer]) =>
    pinnedMeterRoute(parts, { method: 'GET', path: `/api/meters/:meter/${name}`, operation: 'see-meters', answer }),
  );
}

/** Two for each pixel of a wide screen, and every hour of a year: the midnights of a site are found among those. */
const MOST_POINTS = 8_800;

async function showSeries({ store }: ApiParts, call: Call, { id, zone }: PinnedMeter): Promise<void> {
  const query = call.query({
    object: objectName,
    attribute: count(1, 255),
    from: instant,
    to: instant,
    points: optional(count(2, MOST_POINTS)),
    kind: optional(readingKind),
    days: optional(oneOf('true')),
  });
  const { object, attribute, from, to, points = 1_000, kind = 'live', days } = query;
  const range = demandRange({ from, to });
  const series = await store.series({ meter: id, kind, object, attribute, range, maxPoints: points });
  const begins = days === undefined ? [] : beginsOfDays(series, range, systemZone(zone));
  const answer = begins.length === 0 ? { ...series, days: false } : { ...series, days: true, points: begins };
  await sendLongJson(call, seriesAnswer(answer));
}

/** What a counter showed at each midnight is all that a year by days is drawn from. */
function beginsOfDays({ points }: Series, { from, to }: TimeRange, zone: Zone): Series['points'] {
  const due = new Set<number>(midnights(from, to, zone));
  return points.filter(({ at }) => due.has(dueOf(at)));
}

/** For drawing. To divide by a power of ten rounds once, and gives 230.1 where to multiply would give 230.10000000000002. */
function seriesAnswer({
  scaler,
  unit,
  aggregated,
  step,
  days,
  points,
  gaps,
}: Series & Pick<SeriesAnswer, 'days'>): SeriesAnswer {
  const scaled = (value: bigint | number): number =>
    scaler < 0 ? Number(value) / 10 ** -scaler : Number(value) * 10 ** scaler;
  return {
    unit: unitText(unit),
    aggregated,
    stepSeconds: step / 1_000,
    days,
    points: points.map(({ at, min, mean, max, last }) => [at, scaled(min), scaled(mean), scaled(max), scaled(last)]),
    gaps: gaps.map(({ from, to }) => [from, to]),
  };
}

async function showDocuments({ store }: ApiParts, call: Call, { id: meter }: PinnedMeter): Promise<void> {
  const query = call.query({ kind: readingKind, from: instant, to: instant, limit: optional(count(1, 1_000)) });
  const { kind, from, to, limit = 100 } = query;
  const entries = await store.documents({ meter, kind, range: demandRange({ from, to }), limit });
  const documents = entries.map(({ id, number, at }) => ({ id, number: `${number}`, at: formatInstant(at) }));
  sendJson(call, { documents } satisfies DocumentsAnswer);
}

async function showEvents({ store }: ApiParts, call: Call, { id: meter }: PinnedMeter): Promise<void> {
  const query = call.query({
    book: oneOf('system', 'consumer', 'calibration'),
    before: optional(documentNumber),
    limit: optional(count(1, 1_000)),
  });
  const { book, before, limit = 100 } = query;
  const events = await store.events({ meter, book, limit, ...(before !== undefined && { before }) });
  const entries = events.map(({ number, at, code, event, text, document }) => ({
    number: `${number}`,
    at: formatInstant(at),
    code,
    event,
    text,
    document,
  }));
  sendJson(call, { entries } satisfies EventsAnswer);
}

async function showQuarantine({ store }: ApiParts, call: Call, { id: meter }: PinnedMeter): Promise<void> {
  const { before, limit = 20 } = call.query({ before: optional(entryId), limit: optional(count(1, 100)) });
  const rejected = await store.quarantined({ meter, limit, ...(before !== undefined && { before }) });
  const entries = rejected.map(({ entry, id, kind, receivedAt, code, reason, marks }) => ({
    entry,
    id,
    kind,
    receivedAt: formatInstant(receivedAt),
    code,
    reason,
    marks,
  }));
  sendJson(call, { entries } satisfies QuarantineAnswer);
}
