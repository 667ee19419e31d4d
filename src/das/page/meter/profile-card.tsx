import { useMemo, useRef, useState } from 'preact/hooks';
import { formatInstant, Instant } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import type { RegisterValue, SeriesAnswer } from '#das/api-types.ts';
import { read } from '#das/page/api.ts';
import { hoursOf, neighbour, PERIODS, type Period, type PeriodName, periodAround } from '#das/page/chart/calendar.ts';
import { periodText } from '#das/page/chart/period-text.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { isCounter, nameOfObject } from '#das/page/language/obis-names.ts';
import { Await, Card, Choice } from '#das/page/parts/frame.tsx';
import { useLoaded } from '#das/page/parts/hooks.ts';
import { ProfileView } from './profile-view.tsx';

/** What a person looks at over time, the first that the meter has coming first. */
const QUANTITIES = [
  '3-0100100700ff',
  '3-0100010800ff',
  '3-0100020800ff',
  '3-0100200700ff',
  '3-0100340700ff',
  '3-0100480700ff',
  '3-01001f0700ff',
  '3-0100330700ff',
  '3-0100470700ff',
  '3-01000d0700ff',
  '3-01000e0700ff',
];

interface CourseParts {
  readonly meter: string;
  readonly registers: readonly RegisterValue[];
  readonly zone: Zone;
}

/** How a quantity went over a day, week, month or year of the site's calendar. */
export function ProfileCard({ meter, registers, zone }: CourseParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const there = registers.map(({ object }) => object).join(' ');
  const choices = useMemo(() => QUANTITIES.filter((object) => there.includes(object)), [there]);
  const [chosen, setChosen] = useState<string>();
  const [period, setPeriod] = useState(() => periodAround('day', Instant(Date.now()), zone));
  const object = chosen ?? choices[0];
  const choosePeriod = (name: PeriodName): void =>
    setPeriod(periodAround(name, Instant(Math.min(Math.max(Date.now(), period.from), period.to - 1)), zone));
  return (
    <Card
      title={say('profile.title')}
      aside={
        <Choice
          legend={say('profile.period')}
          choices={PERIODS}
          chosen={period.name}
          nameOf={(name) => say(`profile.${name}`)}
          onChoose={choosePeriod}
        />
      }
    >
      <div class="tools">
        <select
          aria-label={say('profile.what')}
          value={object}
          onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        >
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {nameOfObject(choice, language)}
            </option>
          ))}
        </select>
        <PeriodSteps period={period} zone={zone} onPeriod={setPeriod} />
      </div>
      {object !== undefined && <Course meter={meter} object={object} period={period} zone={zone} />}
    </Card>
  );
}

interface StepParts {
  readonly period: Period;
  readonly zone: Zone;
  readonly onPeriod: (period: Period) => void;
}

function PeriodSteps({ period, zone, onPeriod }: StepParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const isNow = period.to > Date.now();
  return (
    <div class="steps">
      <button type="button" aria-label={say('profile.earlier')} onClick={() => onPeriod(neighbour(period, -1, zone))}>
        ‹
      </button>
      <output>{periodText(period, zone, language)}</output>
      <button
        type="button"
        aria-label={say('profile.later')}
        disabled={isNow}
        onClick={() => onPeriod(neighbour(period, 1, zone))}
      >
        ›
      </button>
      <button
        type="button"
        disabled={isNow}
        onClick={() => onPeriod(periodAround(period.name, Instant(Date.now()), zone))}
      >
        {say('profile.today')}
      </button>
    </div>
  );
}

interface PartsOfCourse {
  readonly meter: string;
  readonly object: string;
  readonly period: Period;
  readonly zone: Zone;
}

/** A day and a week in quarters of an hour, a month in hours. */
const POINTS: Readonly<Record<PeriodName, number>> = { day: 120, week: 800, month: 800, year: 2_400 };
/** Of a year of these, the server finds those that begin days. */
const HOURS_OF_YEAR = 8_800;

/** For each pixel of the card. Its axis takes some of them: to a pixel of the plot there are never more than two. */
const POINTS_PER_PIXEL = 1.2;
/** As a phone is, in pixels. */
const NARROW = 300;

function Course({ meter, object, period, zone }: PartsOfCourse) {
  const say = useTexts();
  const place = useRef<HTMLDivElement>(null);
  const pointsSeen = (): number => Math.floor((place.current?.clientWidth ?? NARROW) * POINTS_PER_PIXEL);
  // What was loaded keeps what it was loaded for: the chart that stays until the next one is there stays a true one.
  const [loaded, reload] = useLoaded(
    async (signal) => ({
      object,
      period,
      ...(await loadSeries({ meter, object, period, most: pointsSeen() }, signal)),
    }),
    [meter, object, period.from, period.to],
  );
  const hours = hoursOf(period);
  return (
    <div ref={place}>
      {period.name === 'day' && hours !== 24 && <p class="callout note">{say('profile.hours', { hours })}</p>}
      <Await loaded={loaded} retry={reload}>
        {(course) => <ProfileView {...course} meter={meter} zone={zone} />}
      </Await>
    </div>
  );
}

interface LoadedSeries {
  readonly series: SeriesAnswer;
  readonly kind: 'capture' | 'live';
}

interface Asked extends Pick<PartsOfCourse, 'meter' | 'object' | 'period'> {
  /** So many points can be seen. */
  readonly most: number;
}

/**
 * What was captured; where nothing was, what was read live. Of a counter captures alone count: they are taken at the very
 * moments that intervals begin at.
 */
async function loadSeries(asked: Asked, signal: AbortSignal): Promise<LoadedSeries> {
  const captured = await read<SeriesAnswer>(seriesPath(asked, 'capture'), signal);
  if (captured.points.length > 0 || isCounter(asked.object)) return { series: captured, kind: 'capture' };
  return { series: await read<SeriesAnswer>(seriesPath(asked, 'live'), signal), kind: 'live' };
}

/** To the end and one reading more: that is where the last interval of a counter ends. */
function seriesPath({ meter, object, period, most }: Asked, kind: LoadedSeries['kind']): string {
  const query = new URLSearchParams({
    object,
    attribute: '2',
    kind,
    from: formatInstant(period.from),
    to: formatInstant(Instant(period.to + 1)),
    ...(period.name === 'year' && isCounter(object)
      ? { points: String(HOURS_OF_YEAR), days: 'true' }
      : { points: String(Math.min(POINTS[period.name], most)) }),
  });
  return `meters/${encodeURIComponent(meter)}/series?${query.toString()}`;
}
