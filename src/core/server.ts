import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { reasonOf, SealmeterError } from './errors.ts';

interface ListenFault {
  readonly code: string;
  readonly mend: string;
}

const FAULTS: Readonly<Record<string, ListenFault>> = {
  EADDRINUSE: { code: 'PORT_TAKEN', mend: 'stop what listens there, or take another port; 0 finds a free one' },
  EACCES: { code: 'PORT_FORBIDDEN', mend: 'take a port from 1024 up, or allow the service to bind lower ones' },
  EADDRNOTAVAIL: { code: 'ADDRESS_NOT_HERE', mend: 'listen on an address of this machine, or on 0.0.0.0 for all' },
  ENOTFOUND: { code: 'ADDRESS_NOT_HERE', mend: 'listen on an address of this machine, or on 0.0.0.0 for all' },
};

/** @throws SealmeterError (configuration) `PORT_TAKEN`, `PORT_FORBIDDEN`, `ADDRESS_NOT_HERE` */
export async function listenOn(server: Server, host: string, port: number): Promise<AddressInfo> {
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    throw listenError(error, host, port);
  }
  return server.address() as AddressInfo;
}

/** Anything unexpected stays what it was. */
function listenError(error: unknown, host: string, port: number): unknown {
  const fault = FAULTS[(error as NodeJS.ErrnoException).code ?? ''];
  if (fault === undefined) return error;
  return new SealmeterError('configuration', fault.code, `cannot listen on ${host}:${port}: ${reasonOf(error)}`, {
    mend: fault.mend,
    cause: error,
  });
}

/** Ends with all connections, whatever they are at. */
export async function endAtOnce(server: HttpServer): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** The URL of a server that listens there. */
export const urlAt = (scheme: 'http' | 'https', { address, family, port }: AddressInfo): string =>
  `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
