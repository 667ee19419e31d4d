import { ByteWriter } from '#core/bytes.ts';
import type { Instant } from '#core/time.ts';

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

export function dateTimeOctets(instant: Instant): Uint8Array {
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
    .uint16(0)
    .uint8(0)
    .done();
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
