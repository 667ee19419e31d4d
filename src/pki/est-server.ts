import { constants } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';

import { endAtOnce, listenOn } from '#core/server.ts';
import type { Instant } from '#core/time.ts';
import { altNameOf, sameAltNames } from './alt-names.ts';
import { openAuthority } from './authority-files.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { isRenewalDue } from './certificate-life.ts';
import { makeName } from './distinguished-name.ts';
import type { EstService } from './est-service.ts';
import type { AltName } from './extensions.ts';
import { readKeyFile } from './key-files.ts';
import { issueKeyPair, type KeyPairFiles, replaceKeyPair } from './key-pair-files.ts';
import { PRIVATE_FOLDER, readSettings } from './pki-directory.ts';
import { presentedChain } from './presented-chain.ts';
import type { Profiles } from './profiles.ts';
import { certificatesToPem, readCertificateFile } from './public-files.ts';
import { issuersToSend } from './roll-over.ts';

export interface EstServerOptions {
  readonly service: EstService;
  /** The server's own pair. */
  readonly files: KeyPairFiles;
  /** Of whom a client certificate may be; it is named to clients, and judged later. */
  readonly clientAnchors: readonly Certificate[];
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** An EST server that listens. Disposing it stops it. */
export interface EstServer extends AsyncDisposable {
  /** `https://127.0.0.1:8443` */
  readonly url: string;
}

/** A peer can send a chain of any length. */
const MAX_CLIENT_CERTIFICATES = 8;

/** @throws SealmeterError (configuration) `PORT_TAKEN` and the like */
export async function startEstServer(options: EstServerOptions): Promise<EstServer> {
  const { service, files, clientAnchors, host, port } = options;
  const server = createServer(
    {
      cert: certificatesToPem(await readCertificateFile(files.certificate)),
      key: await readKeyFile(files.key),
      ca: clientAnchors.map((anchor) => certificatesToPem([anchor])),
      minVersion: 'TLSv1.2',
      secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
      requestCert: true,
      rejectUnauthorized: false, // who comes with a password has no certificate yet; the service judges
      requestTimeout: 30_000,
    },
    (request, response) => void respond(service, request, response),
  );
  const address = await listenOn(server, host, port);
  return {
    // By the name that its certificate has.
    url: `https://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    [Symbol.asyncDispose]: () => endAtOnce(server),
  };
}

/** The server's own pair in a PKI folder: made where it is missing, replaced where it is due or for other hosts. */
export async function provideEstServerPair(
  folder: string,
  hosts: readonly string[],
  profiles: Profiles,
  now: Instant,
): Promise<KeyPairFiles> {
  const files = { certificate: join(folder, 'est-server.pem'), key: join(folder, PRIVATE_FOLDER, 'est-server.key') };
  const altNames = hosts.map(altNameOf);
  const current = existsSync(files.certificate) ? (await readCertificateFile(files.certificate))[0] : undefined;
  if (current !== undefined && !isRenewalDue(current, now) && isForHosts(current, altNames)) return files;
  const { organization } = await readSettings(folder);
  const subject = makeName([
    ['CN', 'EST server'],
    ['O', organization],
  ]);
  const authority = await openAuthority(folder, 'tls-sub');
  const write = current === undefined ? issueKeyPair : replaceKeyPair;
  const order = { profile: profiles['tls-server'], subject, altNames, now };
  await write(authority, order, files, await issuersToSend(folder, 'tls'));
  return files;
}

const isForHosts = ({ extensions }: Certificate, hosts: readonly AltName[]): boolean =>
  sameAltNames(extensions.subjectAltName ?? [], hosts);

async function respond(service: EstService, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = await service.answer({
    method: request.method ?? '',
    path: (request.url ?? '').split('?')[0] ?? '',
    contentType: request.headers['content-type'],
    authorization: request.headers.authorization,
    clientCertificates: certificatesOf(request.socket as TLSSocket),
    body: request,
  });
  response.writeHead(status, { ...headers, 'content-length': body.length, connection: 'close' }).end(body);
}

/** What the client showed, leaf first. One that we cannot read is none: it would prove nothing. */
const certificatesOf = (socket: TLSSocket): readonly Certificate[] =>
  (presentedChain(socket) ?? []).slice(0, MAX_CLIENT_CERTIFICATES).flatMap(readOrNone);

function readOrNone(der: Uint8Array): readonly Certificate[] {
  try {
    return [readCertificate(der)];
  } catch {
    return [];
  }
}
