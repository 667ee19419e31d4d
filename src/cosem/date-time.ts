import { ByteReader, ByteWriter } from '#core/bytes.ts';
import { Instant, Minutes } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';

/*
 * A COSEM date-time in twelve octets:
 *
 *   year(2) month day weekday hour minute second hundredths deviation(2) status
 *
 * Always written in UTC with deviation 0, because peers differ on the sign of the deviation; a weekday counts from
 * Monday = 1.
 * @see IEC 62056-6-2 (Blue Book), date and time formats
 */
const SUNDAY = 7;
const ANY_DEVIATION = -0x8000;

export const dateTimeOctets = (instant: Instant, status = 0): Uint8Array => octetsOf(instant, 0, status);

/** What a wall clock shows, given as the instant at which UTC shows it: the deviation is not specified. */
export const localDateTimeOctets = (shown: Instant): Uint8Array => octetsOf(shown, ANY_DEVIATION, 0);

function octetsOf(instant: Instant, deviation: number, status: number): Uint8Array {
  const time = new Date(instant);
  return new ByteWriter()
    .uint16(time.getUTCFullYear())
    .uint8(time.getUTCMonth() + 1)
    .uint8(time.getUTCDate())
    .uint8(time.getUTCDay() || SUNDAY)
    .uint8(time.getUTCHours())
    .uint8(time.getUTCMinutes())
    .uint8(time.getUTCSeconds())
    .uint8(Math.floor(time.getUTCMilliseconds() / 10))
    .uint16(deviation)
    .uint8(status)
    .done();
}

const ANY_HUNDREDTHS = 0xff;
/** The other parts have values for "any" that no date has. */
const ANY_YEAR = 0xffff;

/**
 * The instant that a whole date-time names, be it with a deviation (UTC = local time + deviation) or in the site's legal
 * time. `undefined` where a part is open or there is no such moment.
 */
export function instantOf(octets: Uint8Array, zone: Zone): Instant | undefined {
  const reader = new ByteReader(octets);
  const [year, month, day] = [reader.uint16(), reader.uint8(), reader.uint8()];
  if (year === ANY_YEAR) return undefined;
  reader.uint8();
  const [hour, minute, second, hundredths] = [reader.uint8(), reader.uint8(), reader.uint8(), reader.uint8()];
  const deviation = (reader.uint16() << 16) >> 16;
  const milliseconds = hundredths === ANY_HUNDREDTHS ? 0 : 10 * hundredths;
  const written = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  if (!isSame(new Date(written), { year, month, day, hour, minute, second })) return undefined;
  return deviation === ANY_DEVIATION ? zone.instantOf(Instant(written)) : Instant(written + Minutes(deviation));
}

interface Written {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** `Date.UTC` rolls 31 June into July and an open part (255) into another day. */
function isSame(date: Date, { year, month, day, hour, minute, second }: Written): boolean {
  return (
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  );
}

/** Every field "not specified": nobody knows the time. */
export const unspecifiedDateTime: Uint8Array = Uint8Array.of(
  0xff,
  0xff,
  0xff,
  0xff,
  0xff,
  0xff,
  0xff,
  0xff,
  0xff,
  0x80,
  0x00,
  0xff,
);
