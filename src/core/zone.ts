import { SealmeterError } from './errors.ts';
import { addTime, Days, type Duration, Instant, Milliseconds, Minutes, timeBetween } from './time.ts';

/** What a clock on the wall of a site shows. */
export interface LocalTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** When a zone's clocks are put forward or back. */
export interface Transition {
  readonly at: Instant;
  /** Local time minus UTC, before and after. */
  readonly before: Duration;
  readonly after: Duration;
}

/** Local time minus UTC, to the minute at least, at a whole quarter of an hour. */
export type OffsetAt = (at: Instant) => Duration;

/** Legal time has changed at whole quarters of an hour for as long as there have been computers. */
const QUARTER = Minutes(15);

/** The legal time of a site, by its name in the IANA time zone database. All times are kept in UTC; this is for people
 * and for what a law or a contract says of local time. */
export class Zone {
  readonly name: string;
  readonly #offsetAt: OffsetAt;
  /** The offset of the quarter that was asked for last: most questions are about now. */
  #quarter = Number.NaN;
  #offset = Milliseconds(0);
  readonly #transitions = new Map<number, readonly Transition[]>();

  /** @throws SealmeterError (configuration) `ZONE_UNKNOWN` */
  constructor(name: string, offsetAt: OffsetAt = intlOffsets(name)) {
    this.name = name;
    this.#offsetAt = offsetAt;
  }

  /** Local time minus UTC. */
  offset(at: Instant): Duration {
    const quarter = Math.floor(at / QUARTER);
    if (quarter !== this.#quarter) {
      this.#offset = this.#offsetAt(Instant(quarter * QUARTER));
      this.#quarter = quarter;
    }
    return this.#offset;
  }

  localTime(at: Instant): LocalTime {
    const shifted = new Date(at + this.offset(at));
    return {
      year: shifted.getUTCFullYear(),
      month: shifted.getUTCMonth() + 1,
      day: shifted.getUTCDate(),
      weekday: shifted.getUTCDay() || 7,
      hour: shifted.getUTCHours(),
      minute: shifted.getUTCMinutes(),
      second: shifted.getUTCSeconds(),
    };
  }

  /**
   * The instant at which the wall clock shows what UTC shows at `shown`. Of an hour that comes twice it is the first one;
   * of one that is left out, as if the clocks had not been put forward yet.
   */
  instantOf(shown: Instant): Instant {
    const early = Instant(shown - this.offset(addTime(shown, Days(-1))));
    const late = Instant(shown - this.offset(addTime(shown, Days(1))));
    return addTime(early, this.offset(early)) === shown || addTime(late, this.offset(late)) !== shown ? early : late;
  }

  /** The changes of a calendar year, counted in UTC. */
  transitions(year: number): readonly Transition[] {
    const known = this.#transitions.get(year) ?? this.#findTransitions(year);
    this.#transitions.set(year, known);
    return known;
  }

  #findTransitions(year: number): readonly Transition[] {
    const found: Transition[] = [];
    const end = Date.UTC(year + 1, 0);
    for (let day = Instant(Date.UTC(year, 0)); day < end; day = addTime(day, Days(1))) {
      const next = addTime(day, Days(1));
      const before = this.offset(day);
      const after = this.offset(next);
      if (before !== after) found.push({ at: this.#changeBetween(day, next), before, after });
    }
    return found;
  }

  #changeBetween(from: Instant, to: Instant): Instant {
    const before = this.offset(from);
    let at = from;
    while (timeBetween(at, to) > 0 && this.offset(at) === before) at = addTime(at, QUARTER);
    return at;
  }
}

/** By the database that Node.js, or a browser, brings along. @throws SealmeterError (configuration) `ZONE_UNKNOWN` */
export function intlOffsets(name: string): OffsetAt {
  const format = formatOf(name);
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const [year = 0, month = 1, day, hour, minute] = (['year', 'month', 'day', 'hour', 'minute'] as const).map((part) =>
      parts.get(part),
    );
    return timeBetween(at, Instant(Date.UTC(year, month - 1, day, hour, minute)));
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  } catch (cause) {
    throw new SealmeterError('configuration', 'ZONE_UNKNOWN', `there is no time zone "${timeZone}"`, {
      mend: 'write it as the IANA database does, for example Europe/Berlin',
      cause,
    });
  }
}
