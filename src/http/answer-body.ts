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
