import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type Agent, request as begin } from 'node:https';
import { Readable } from 'node:stream';

/** @see Fetch § 2.2.3: statuses whose answers have no body, and are refused with one */
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/**
 * A `fetch` that shows a client certificate, which the one of Node.js cannot without further packages. The bytes of the
 * answer are handed on as they come, and a redirection is an answer like any other: meters make none.
 */
export const mutualTlsFetch =
  (agent: Agent) =>
  async (request: Request): Promise<Response> => {
    const { method, url, signal } = request;
    const body = new Uint8Array(await request.arrayBuffer());
    const outgoing = begin(url, { agent, method, headers: Object.fromEntries(request.headers), signal });
    outgoing.end(body.length === 0 ? undefined : body);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    return responseOf(incoming);
  };

function responseOf(incoming: IncomingMessage): Response {
  const { statusCode: status = 0, headersDistinct } = incoming;
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  if (WITHOUT_BODY.includes(status)) {
    incoming.resume();
    return new Response(null, { status, headers });
  }
  // One and the same stream, for which the types of Node.js and of browsers differ.
  return new Response(Readable.toWeb(incoming) as ReadableStream, { status, headers });
}
