import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { type Duration, Seconds } from '#core/time.ts';
import { listenError } from '#http/listen-error.ts';
import { FolderResponder } from '#pki/folder-responder.ts';
import { answerOcspHttp } from '#pki/ocsp-http.ts';
import { crlFolder } from '#pki/pki-directory.ts';
import type { Profiles } from '#pki/profiles.ts';
import type { Endpoint } from './endpoint.ts';

export interface RevocationServerOptions {
  readonly folder: string;
  readonly profiles: Profiles;
  /** How long an OCSP answer holds. */
  readonly validity: Duration;
  readonly listen: Endpoint;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RevocationServer extends AsyncDisposable {
  /** Where it listens: OCSP is at `/ocsp`, the CRLs lie below `/crl/`. */
  readonly url: string;
}

/** Longer than any honest client needs. */
const PATIENCE: Duration = Seconds(10);

/**
 * Tells whoever asks which certificates of a PKI folder are revoked.
 * @throws SealmeterError (configuration) `PORT_TAKEN` and the like
 */
export async function startRevocationServer(options: RevocationServerOptions): Promise<RevocationServer> {
  const { listen, log } = options;
  const responder = new FolderResponder(options);
  const server = createServer({ requestTimeout: PATIENCE, headersTimeout: PATIENCE }, (request, response) => {
    serve(request, response, responder, crlFolder(options.folder)).catch((error: unknown) => {
      log.error('revocation.failed', { reason: reasonOf(error) });
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  try {
    await once(server.listen(listen.port, listen.host), 'listening');
  } catch (error) {
    throw listenError(error, listen.host, listen.port);
  }
  const { address, family, port } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  responder: FolderResponder,
  crls: string,
): Promise<void> {
  const { method = '', url = '', headers } = request;
  const [, area, rest = ''] = /^\/(ocsp|crl)(?:\/(.*))?$/.exec(url) ?? [];
  if (area === 'crl' && method === 'GET') await sendCrl(response, crls, rest);
  else if (area === 'ocsp') {
    const question = { method, rest, contentType: headers['content-type'], body: request };
    const answer = await answerOcspHttp(question, (der) => responder.answer(der));
    response.writeHead(answer.status, answer.headers).end(answer.body);
  } else response.writeHead(404).end();
}

/** The names are those that `crlFileName` makes: nothing else, below or above the folder, can be asked for. */
async function sendCrl(response: ServerResponse, folder: string, name: string): Promise<void> {
  const crl = /^[a-z0-9-]+\.crl$/.test(name) ? await readFile(join(folder, name)).catch(() => undefined) : undefined;
  if (crl === undefined) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': 'application/pkix-crl' }).end(crl);
}
