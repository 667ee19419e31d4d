import { addTime, Days, type Duration, formatInstant, Hours, type Instant, Milliseconds } from '#core/time.ts';
import { integerOf, meaningOf, objectName } from '#das/measured-values.ts';
import type { StoredValue } from '#das/reading-store.ts';
import { instantOfData, type ProfileRows, readProfileRows } from '#representation/profile-rows.ts';
import type { Reading } from '#representation/reading.ts';
import type { CaptureMemory } from './capture-memory.ts';
import type { MeterContext } from './meter-context.ts';
import type { TaskResult } from './meter-lane.ts';
import { MeterRefusal } from './meter-reader.ts';
import { knownProfiles } from './profile-standing.ts';
import { askProven, keep } from './proven.ts';

/** Read of every meter: the billing profiles of the month and of the day. @see docs/mapping.md § 6 */
const BILLING = ['7-0100620100ff', '7-0100620200ff'] as const;
/** Read where the meter hands out no captures, which say more: the load profiles. */
const LOAD = ['7-0100630100ff', '7-0100630200ff'] as const;

/** Of a load profile at 15 min this is some hundred kilobytes; where it is more than fits into an answer, half of it is tried. */
const WINDOW: Duration = Days(7);
const SHORTEST_WINDOW: Duration = Hours(1);
/** How far back a meter is read that nothing is known of. */
const HISTORY: Duration = Days(62);
/** Days and months end by legal time, and a turn may have ended early: what is known is asked for again. */
const OVERLAP: Duration = Days(2);

/** Where a turn through the profiles stands. */
export class ProfileMemory {
  turn = 0;
  /** What of the profile whose turn it is comes next. */
  from: Instant | undefined;
  window = WINDOW;
  /** Up to when each profile is here; `undefined` before it was looked up. */
  known: Map<string, Instant> | undefined;
}

/** One step of bringing a meter's profiles here: a window of time of the profile whose turn it is. */
export async function readProfiles(
  context: MeterContext,
  memory: ProfileMemory,
  captures: CaptureMemory,
  signal: AbortSignal,
): Promise<TaskResult> {
  const profiles = captures.isAbsent ? [...BILLING, ...LOAD] : BILLING;
  const profile = profiles[memory.turn];
  if (profile === undefined) {
    memory.turn = 0;
    return 'done';
  }
  try {
    await step(context, memory, profile, signal);
  } catch (error) {
    adapt(error, memory);
  }
  return 'more';
}

async function step(context: MeterContext, memory: ProfileMemory, profile: string, signal: AbortSignal): Promise<void> {
  const now = context.clock.now();
  memory.known ??= await knownProfiles(context, [...BILLING, ...LOAD]);
  const from = memory.from ?? beginning(memory.known.get(profile), now);
  const to = addTime(from, memory.window);
  const isThere = await keepWindow(context, profile, { from, to }, signal);
  if (isThere && to < now) {
    memory.from = to;
    return;
  }
  if (isThere) memory.known.set(profile, now);
  Object.assign(memory, { turn: memory.turn + 1, from: undefined });
}

const beginning = (known: Instant | undefined, now: Instant): Instant =>
  known === undefined ? addTime(now, Milliseconds(0 - HISTORY)) : addTime(known, Milliseconds(0 - OVERLAP));

function adapt(error: unknown, memory: ProfileMemory): void {
  if (!(error instanceof MeterRefusal)) throw error;
  if (error.problem === 'ANSWER_TOO_LARGE' && memory.window > SHORTEST_WINDOW) {
    memory.window = Milliseconds(memory.window / 2);
    return;
  }
  // The next turn goes on with those that follow.
  Object.assign(memory, { turn: memory.turn + 1, from: undefined });
  throw error;
}

interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** @returns whether the profile is there, and was proven */
async function keepWindow(context: MeterContext, profile: string, span: Span, signal: AbortSignal): Promise<boolean> {
  const times = `q.fromtime=${formatInstant(span.from)}&q.totime=${formatInstant(span.to)}`;
  try {
    const part = `/objects/${profile}/attributes/2?${times}`;
    const proven = await askProven(context, { part, kind: 'profile' }, signal);
    const values = proven === undefined ? [] : await valuesIn(proven.reading, context);
    if (proven !== undefined && values.length > 0) await keep(context, proven, { values });
    return proven !== undefined;
  } catch (error) {
    if (error instanceof MeterRefusal && error.problem === 'RESOURCE_UNKNOWN') return false;
    throw error;
  }
}

const CLOCK_CLASS = 8;

/** The values of the rows, each at its row's own time. A column of which nobody says what it means is left out. */
async function valuesIn(reading: Reading, context: MeterContext): Promise<readonly StoredValue[]> {
  const [profile] = objectsIn(reading);
  const table = profile && readProfileRows(profile);
  if (table === undefined) return [];
  const meaningOfColumn = await meaningsFor(reading, context);
  const clock = table.columns.findIndex(({ classId }) => classId === CLOCK_CLASS);
  return table.rows.flatMap((row) => {
    const at = instantOfData(row[clock], context.zone);
    if (at === undefined) return [];
    return table.columns.flatMap((column, index) => {
      const meaning = meaningOfColumn(column);
      const value = integerOf(row[index]);
      return meaning === undefined || value === undefined ? [] : [{ ...meaning, value, at }];
    });
  });
}

type Column = Pick<ProfileRows['columns'][number], 'classId' | 'logicalName' | 'attribute'>;
type MeantColumn = Omit<StoredValue, 'value' | 'at'>;

/**
 * What columns mean: a sealed buffer brings along scaler and unit of their objects. Where it does not, they are those that
 * the live readings of the same registers have.
 */
async function meaningsFor(
  reading: Reading,
  { store, meter }: MeterContext,
): Promise<(column: Column) => MeantColumn | undefined> {
  const told = new Map(objectsIn(reading).map((object) => [objectName(object), meaningOf(object)]));
  const live = new Map((await store.latest(meter.id, 'live'))?.values.map((value) => [placeOf(value), value]));
  return ({ attribute, ...named }) => {
    const object = objectName(named);
    const meaning = told.get(object) ?? live.get(placeOf({ object, attribute }));
    return meaning && { object, attribute, scaler: meaning.scaler, unit: meaning.unit };
  };
}

const objectsIn = ({ content }: Reading) => (content.kind === 'objects' ? content.objects : []);

const placeOf = ({ object, attribute }: Pick<StoredValue, 'object' | 'attribute'>): string => `${object}/${attribute}`;
