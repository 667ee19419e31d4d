import { Time } from '@peculiar/asn1-x509';

import { Instant, Seconds } from '#core/time.ts';

const SECOND = Seconds(1);

/** X.509 and OCSP count whole seconds, without fractions. @see RFC 5280 § 4.1.2.5.2 */
export const wholeSecond = (instant: Instant): Date => new Date(instant - (instant % SECOND));

/** UTCTime up to 2049, GeneralizedTime from then on. @see RFC 5280 § 4.1.2.5 */
export const timeOf = (instant: Instant): Time => new Time(wholeSecond(instant));

export const instantOf = (time: Time | Date): Instant =>
  Instant((time instanceof Date ? time : time.getTime()).getTime());
