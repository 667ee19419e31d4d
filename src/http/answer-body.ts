import { hash } from 'node:crypto';

/** What an answer carries, as it goes to the socket. */
export interface AnswerBody {
  readonly bytes: Uint8Array;
  /** A strong validator: other bytes have another. @see RFC 9110 § 8.8.3 */
  readonly etag: string;
}

export function answerBody(text: string): AnswerBody {
  const bytes = Buffer.from(text);
  return { bytes, etag: `"${hash('sha256', bytes, 'hex').slice(0, 32)}"` };
}

/** A text that is made piece by piece. */
export interface Pieces {
  readonly pieces: Iterable<string>;
}

/** An answer that is made while it is sent: neither its length nor a validator is known when its header goes out. */
export interface AnswerStream {
  readonly first: string;
  /** What follows. Whoever does not read it to its end has to say so, by `return`: a journal may be open behind it. */
  readonly rest: Generator<string, void, undefined>;
}

/** Characters that are sent together, and as many as are held before there is an answer. */
const CHUNK = 64 * 1024;

/** What is short becomes whole; what is long is sent as it is made. */
export function answerOf({ pieces }: Pieces): AnswerBody | AnswerStream {
  const rest = chunksOf(pieces);
  const first = rest.next().value ?? '';
  return first.length < CHUNK ? answerBody(first) : { first, rest };
}

/** Each at least of that length, but for the last. */
function* chunksOf(pieces: Iterable<string>): Generator<string, void, undefined> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}
