import { addTime, Days, type Duration, Hours, type Instant, Milliseconds } from '#core/time.ts';
import { objectName } from '#das/measured-values.ts';
import type { DocumentId } from '#das/reading-store.ts';
import { judge } from '#das/verdict.ts';
import { instantOfData, readProfileRows } from '#representation/profile-rows.ts';
import type { Reading } from '#representation/reading.ts';
import type { MeterContext } from './meter-context.ts';

/** How far before the last document the others of its turn are looked for. */
const LOOKED_BACK: readonly Duration[] = [Hours(1), Days(1), Days(3)];
/** They may have been read far more often than once a day. */
const LOOKED_AT_MOST = 50;

/** Up to when each of these profiles is here, by the newest rows of the documents kept last: for a process that begins. */
export async function knownProfiles(context: MeterContext, wanted: readonly string[]): Promise<Map<string, Instant>> {
  const known = new Map<string, Instant>();
  for await (const id of lastDocuments(context)) {
    const reading = await readingOf(context, id);
    const newest = reading && newestRowOf(reading, context);
    if (newest !== undefined && !known.has(newest.profile)) known.set(newest.profile, newest.at);
    if (wanted.every((profile) => known.has(profile))) break;
  }
  return known;
}

/** The newest first. */
async function* lastDocuments({ store, meter }: MeterContext): AsyncGenerator<DocumentId> {
  const last = (await store.standings(meter.id)).find(({ kind }) => kind === 'profile')?.lastAt;
  if (last === undefined) return;
  const seen = new Set<DocumentId>();
  for (const back of LOOKED_BACK) {
    const range = { from: addTime(last, Milliseconds(0 - back)), to: addTime(last, Milliseconds(1)) };
    const entries = await store.documents({ meter: meter.id, kind: 'profile', range, limit: 10_000 });
    for (const { id } of entries.toReversed()) {
      if (seen.size >= LOOKED_AT_MOST) return;
      if (!seen.has(id)) yield id;
      seen.add(id);
    }
  }
}

async function readingOf({ store, pinned, crypto }: MeterContext, id: DocumentId): Promise<Reading | undefined> {
  const kept = await store.document(id);
  return kept && (await judge(kept.bytes, pinned, crypto)).reading;
}

const CLOCK_CLASS = 8;

function newestRowOf({ content }: Reading, { zone }: MeterContext) {
  const [profile] = content.kind === 'objects' ? content.objects : [];
  const table = profile && readProfileRows(profile);
  if (profile === undefined || table === undefined) return undefined;
  const clock = table.columns.findIndex(({ classId }) => classId === CLOCK_CLASS);
  const times = table.rows.flatMap((row) => instantOfData(row[clock], zone) ?? []);
  const at = times.sort((a, b) => a - b).at(-1);
  return at === undefined ? undefined : { profile: objectName(profile), at };
}
