import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { endAtOnce, listenOn, urlAt } from '#core/server.ts';
import { type Duration, Seconds } from '#core/time.ts';
import { answerOcspHttp } from '#pki/ocsp-http.ts';
import type { Endpoint } from './endpoint.ts';

export interface RevocationServerOptions {
  /** An OCSP request is answered so. */
  readonly answer: (request: Uint8Array) => Promise<Uint8Array>;
  /** The folder that has the CRLs. */
  readonly crls: string;
  readonly listen: Endpoint;
  readonly log: Log;
}

export interface RevocationServer extends AsyncDisposable {
  /** Where it listens: OCSP is at `/ocsp`, the CRLs lie below `/crl/`. */
  readonly url: string;
}

/** Longer than any honest client needs. */
const PATIENCE: Duration = Seconds(10);

/**
 * Tells whoever asks which certificates are revoked.
 * @throws SealmeterError (configuration) `PORT_TAKEN` and the like
 */
export async function startRevocationServer(options: RevocationServerOptions): Promise<RevocationServer> {
  const { listen, log } = options;
  const server = createServer({ requestTimeout: PATIENCE, headersTimeout: PATIENCE }, (request, response) => {
    serve(request, response, options).catch((error: unknown) => {
      log.error('revocation.failed', { reason: reasonOf(error) });
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  const address = await listenOn(server, listen.host, listen.port);
  return {
    url: urlAt('http', address),
    [Symbol.asyncDispose]: () => endAtOnce(server),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { answer: answerOcsp, crls }: RevocationServerOptions,
): Promise<void> {
  const { method = '', url = '', headers } = request;
  const [, area, rest = ''] = /^\/(ocsp|crl)(?:\/(.*))?$/.exec(url) ?? [];
  if (area === 'crl' && method === 'GET') await sendCrl(response, crls, rest);
  else if (area === 'ocsp') {
    const question = { method, rest, contentType: headers['content-type'], body: request };
    const answer = await answerOcspHttp(question, answerOcsp);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  } else response.writeHead(404).end();
}

/** The names are those that `crlFileName` makes: nothing else, below or above the folder, can be asked for. */
async function sendCrl(response: ServerResponse, folder: string, name: string): Promise<void> {
  const crl = /^[a-z0-9-]+\.crl$/.test(name) ? await readFile(join(folder, name)).catch(() => undefined) : undefined;
  if (crl === undefined) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': 'application/pkix-crl' }).end(crl);
}
