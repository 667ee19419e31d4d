import { formatInstant, Instant } from '#core/time.ts';
import type { Reading } from './reading.ts';

// No `node:` import here: a browser reads documents too.
//
// What stands around the objects of a sealed document is the same in all of them but for eight texts. Where these need no
// escapes and are written as we write them, one look at it says what they are; whatever else there is, the reader of
// elements says.

/** The namespace of sealed documents. */
export const SMD = 'urn:sealmeter:signed-measurement-data:1';

/** Of characters that mean themselves in canonical XML. */
const TEXT = "([\\t\\n !-%'-;=?-~]*)";

/** As documents have it, so that a time has one text. */
const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
const WHOLE_TIME = new RegExp(`^${TIME}$`);

/** With no more digits than are within the bounds of the fields. */
const HEAD = new RegExp(
  `^<signed-measurement-data xmlns="${SMD}"><measurement-data>` +
    `<measurement-time>(${TIME})</measurement-time>` +
    '<sequence-nr>(\\d{1,19})</sequence-nr>' +
    `<meter-ident>${TEXT}</meter-ident><meter-number>${TEXT}</meter-number>` +
    `<location-ident>${TEXT}</location-ident><counter-values count="(\\d{1,15})">$`,
);
const TAIL = new RegExp(
  '^</counter-values><error-code>(\\d{1,9})</error-code><state>([01]{16})</state>' +
    '</measurement-data></signed-measurement-data>$',
);

interface Frame {
  readonly reading: Omit<Reading, 'content'>;
  /** How many objects there are to be. */
  readonly count: number;
}

/** Reads what stands before the objects and what stands after them. `undefined` where there is anything else. */
export function readPlainFrame(before: string, after: string): Frame | undefined {
  const head = HEAD.exec(before);
  const tail = TAIL.exec(after);
  if (head === null || tail === null) return undefined;
  const [, time = '', number = '', meterId = '', meterNumber = '', locationId = '', count] = head;
  const [, error = '', state = ''] = tail;
  const at = timeOf(time);
  if (at === undefined) return undefined;
  const sequenceNumber = BigInt(number);
  const errorCode = BigInt(error);
  const reading = { at, sequenceNumber, meterId, meterNumber, locationId, response: undefined, errorCode, state };
  return { reading, count: Number(count) };
}

/** The time of a document; `undefined` for another form of it, and for days and times of day that there are not. */
export function timeOf(text: string): Instant | undefined {
  const milliseconds = WHOLE_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(milliseconds)) return undefined;
  return formatInstant(Instant(milliseconds)) === text ? Instant(milliseconds) : undefined;
}
