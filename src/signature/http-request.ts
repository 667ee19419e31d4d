import { utf8 } from '#core/bytes.ts';
import { requestRefusal } from './request-refusals.ts';

// No `node:` import here: a browser signs requests too.

/** What a signature can be about in a request, exactly as it was on the wire. */
export interface HttpRequestFacts {
  /** Upper-case, as HTTP has it. */
  readonly method: string;
  /** The request target. In Express that is `originalUrl`: `url` changes below a mounted router. */
  readonly target: string;
  /**
   * Every occurrence of each header by its lower-case name (in Node.js `headersDistinct`), one character per octet.
   * `headers` of Node.js will not do: it keeps the first `Host` and joins other headers that came twice.
   */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The content as received, no content coding undone. */
  readonly body?: Uint8Array | undefined;
}

const NOT_IN_A_HEADER = /[^\t\x20-\x7e\x80-\xff]/;
const METHOD = /^[A-Z-]+$/;
const TARGET = /^[\x21-\x7e\x80-\xff]+$/;

/**
 * Refuses a method or a target that would let other lines, or another request, pass for what was signed: with a line
 * feed, or a method in lower case, which HTTP keeps apart from that in upper case and draft-cavage does not.
 */
export function requireRequestLine({ method, target }: HttpRequestFacts): void {
  if (!METHOD.test(method) || !TARGET.test(target)) throw requestRefusal('SIGNATURE_MALFORMED', 'the request line');
}

/**
 * The value of a header that may occur once, without outer white space; `undefined` where the request has none.
 * Two headers of a name are refused, because readers differ in which of them counts; so is a line feed, which would
 * let one value pose as several lines of what was signed.
 */
export function soleHeader(request: HttpRequestFacts, name: string): string | undefined {
  const values = request.headers.get(name);
  const value = values?.[0];
  if (values === undefined || value === undefined) return undefined;
  if (values.length > 1) throw requestRefusal('SIGNATURE_HEADER_REPEATED', `"${name}" came ${values.length} times`);
  if (NOT_IN_A_HEADER.test(value)) throw requestRefusal('SIGNATURE_MALFORMED', `"${name}" has a control character`);
  return withoutOuterBlanks(value);
}

/** `trim` would also take the octet A0, which ends many a UTF-8 letter. */
function withoutOuterBlanks(value: string): string {
  let start = 0;
  let end = value.length;
  while (isBlank(value[start])) start += 1;
  while (end > start && isBlank(value[end - 1])) end -= 1;
  return value.slice(start, end);
}

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';

/** The body; `undefined` where there is none or an empty one, which are the same to HTTP's signatures. */
export const bodyOf = ({ body }: HttpRequestFacts): Uint8Array | undefined =>
  body === undefined || body.length === 0 ? undefined : body;

/** The octets of text that came from the wire one character per octet (latin1, as Node.js reads headers). */
export function wireOctets(text: string): Uint8Array {
  // ASCII, and only ASCII, is as long in UTF-8: nearly every request, in a quarter of the time of the loop below.
  const ascii = utf8(text);
  if (ascii.length === text.length) return ascii;
  const octets = new Uint8Array(text.length);
  for (let index = 0; index < octets.length; index += 1) octets[index] = text.charCodeAt(index);
  return octets;
}
