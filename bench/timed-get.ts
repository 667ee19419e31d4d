import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type Agent, request } from 'node:https';

export interface TimedAnswer {
  readonly bytes: number;
  /** Milliseconds from the request to the first byte of the body. */
  readonly firstByte: number;
  /** Milliseconds from the request to the last byte of the body. */
  readonly whole: number;
}

/** Reads an answer to its end, in chunks or not, and keeps nothing of it. */
export async function timedGet(
  url: URL,
  agent: Agent,
  headers: Readonly<Record<string, string>> = {},
): Promise<TimedAnswer> {
  const start = performance.now();
  const [answer] = (await once(request(url, { agent, headers }).end(), 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`${url.href} answers ${answer.statusCode}`);
  let bytes = 0;
  let firstByte = Number.NaN;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    if (bytes === 0) firstByte = performance.now() - start;
    bytes += chunk.length;
  }
  return { bytes, firstByte, whole: performance.now() - start };
}
