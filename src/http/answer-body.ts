import { hash } from 'node:crypto';

/**
 * What an answer carries. As a text: Node.js writes it together with the header, in one record of TLS, where it would write
 * octets in another.
 */
export interface AnswerBody {
  readonly text: string;
  /** Octets, in UTF-8. */
  readonly length: number;
  /** A strong validator: other bytes have another. @see RFC 9110 § 8.8.3 */
  readonly etag: string;
}

export function answerBody(text: string): AnswerBody {
  return { text, length: Buffer.byteLength(text), etag: `"${hash('sha256', text, 'hex').slice(0, 32)}"` };
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

/** Characters that are held before there is an answer. */
const LARGEST_WHOLE = 64 * 1024;

/** Characters that are sent together after that: few, so that they are gone before the next collection of garbage. */
const CHUNK = 16 * 1024;

/** What is short becomes whole; what is long is sent as it is made. */
export function answerOf({ pieces }: Pieces): AnswerBody | AnswerStream {
  const rest = chunksOf(pieces);
  const first = rest.next().value ?? '';
  return first.length < LARGEST_WHOLE ? answerBody(first) : { first, rest };
}

/** Each at least as long as that, but for the last. */
function* chunksOf(pieces: Iterable<string>): Generator<string, void, undefined> {
  let chunk = '';
  let length = LARGEST_WHOLE;
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < length) continue;
    yield chunk;
    [chunk, length] = ['', CHUNK];
  }
  yield chunk;
}
