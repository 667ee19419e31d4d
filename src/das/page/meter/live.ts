import { useEffect, useState } from 'preact/hooks';
import { formatInstant, Instant } from '#core/time.ts';
import type { LiveSample, RegisterValue, SeriesAnswer } from '#das/api-types.ts';
import { apiPath, read } from '#das/page/api.ts';
import { instantOf } from '#das/page/language/format.ts';

/** How much of the past the live curve shows, in milliseconds. */
export const LIVE_SPAN = 5 * 60_000;

export interface LiveState {
  readonly sample: LiveSample | undefined;
  /** The drawn register's course: milliseconds since 1970 and value. */
  readonly points: readonly (readonly [at: number, value: number])[];
  readonly connected: boolean;
}

const NOTHING: LiveState = { sample: undefined, points: [], connected: true };

const POINTS_ASKED_FOR = 600;

export const isSame = (a: RegisterValue, object: string, attribute: number): boolean =>
  a.object === object && a.attribute === attribute;

/** Follows a meter: what came in the last minutes, then every sample as it comes. */
export function useLive(meter: string, drawn: string | undefined): LiveState {
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    if (drawn === undefined) return undefined;
    const aborter = new AbortController();
    loadPast(meter, drawn, aborter.signal).then(
      (past) => setState((before) => ({ ...before, points: merge(past, before.points) })),
      // The curve begins with the first sample then.
      () => undefined,
    );
    return () => aborter.abort();
  }, [meter, drawn]);
  useEffect(() => {
    const source = new EventSource(apiPath(`meters/${encodeURIComponent(meter)}/live`));
    source.addEventListener('sample', ({ data }: MessageEvent<string>) => {
      const sample = JSON.parse(data) as LiveSample;
      setState((before) => ({ sample, points: append(before.points, sample, drawn), connected: true }));
    });
    source.addEventListener('error', () => setState((before) => ({ ...before, connected: false })));
    source.addEventListener('open', () => setState((before) => ({ ...before, connected: true })));
    return () => source.close();
  }, [meter, drawn]);
  return state;
}

type Points = LiveState['points'];

async function loadPast(meter: string, object: string, signal: AbortSignal): Promise<Points> {
  const now = Date.now();
  const query = new URLSearchParams({
    object,
    attribute: '2',
    kind: 'live',
    from: formatInstant(Instant(now - LIVE_SPAN)),
    to: formatInstant(Instant(now)),
    points: String(POINTS_ASKED_FOR),
  });
  const { points } = await read<SeriesAnswer>(`meters/${encodeURIComponent(meter)}/series?${query.toString()}`, signal);
  return points.map(([at, , , , last]) => [at, last] as const);
}

function merge(past: Points, present: Points): Points {
  const first = present[0]?.[0] ?? Number.POSITIVE_INFINITY;
  return [...past.filter(([at]) => at < first), ...present];
}

function append(points: Points, { at, values }: LiveSample, drawn: string | undefined): Points {
  const value = drawn === undefined ? undefined : values.find((one) => isSame(one, drawn, 2));
  const moment = instantOf(at);
  const last = points.at(-1)?.[0] ?? 0;
  if (value === undefined || moment === undefined || moment <= last) return points;
  return [...points.filter(([earlier]) => earlier > moment - LIVE_SPAN), [moment, Number(value.value)]];
}

/** The newest of each register: those of the sample in the place of those that were known before. */
export function withSample(known: readonly RegisterValue[], sample: LiveSample | undefined): readonly RegisterValue[] {
  if (sample === undefined) return known;
  const fresh = new Map(sample.values.map((value) => [`${value.object}/${value.attribute}`, value]));
  const merged = known.map((value) => {
    const key = `${value.object}/${value.attribute}`;
    const newer = fresh.get(key);
    fresh.delete(key);
    return newer ?? value;
  });
  return [...merged, ...fresh.values()];
}
