import { once } from 'node:events';
import { request } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

import { certificatesToPem } from '#pki/public-files.ts';
import type { ExampleDoor } from './example-door.ts';
import { clients, root, type TlsParty } from './tls-parties.ts';

type Door = Pick<ExampleDoor, 'port'>;

type Who = Pick<TlsParty, 'cert' | 'key'> | 'nobody';

const optionsOf = ({ port }: Door, who: Who): ConnectionOptions => ({
  host: '127.0.0.1',
  port,
  ca: certificatesToPem([root]),
  ...(who === 'nobody' ? {} : { cert: who.cert, key: who.key }),
});

/**
 * A TLS connection whose handshake is done on the client's side. The server may have ended it by then.
 * @param early is given the socket before the handshake
 */
export async function connectTls(
  door: Door,
  who: Who = clients.das,
  more: ConnectionOptions = {},
  early: (socket: TLSSocket) => void = () => {},
) {
  const socket = connect({ ...optionsOf(door, who), ...more });
  early(socket);
  await once(socket, 'secureConnect');
  return socket;
}

/** All that comes until the other side ends the connection, however it does that. */
export function readToEnd(socket: TLSSocket): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (part: string) => {
    text += part;
  });
  socket.on('error', () => {});
  socket.on('close', () => resolve(text));
  return promise;
}

/** Writes bytes as they stand and returns all that comes back until the server ends the connection. */
export async function exchangeRaw(door: Door, bytes: string): Promise<string> {
  const socket = await connectTls(door);
  const answer = readToEnd(socket);
  socket.write(bytes, 'latin1');
  return answer;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** One request on a connection of its own. */
export function get(door: Door, path: string, who: Who = clients.das, more: object = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<HttpsAnswer>();
  const sent = request({ ...optionsOf(door, who), path, agent: false, ...more }, (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (part: string) => {
      body += part;
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
  });
  sent.on('error', reject);
  sent.end();
  return promise;
}
