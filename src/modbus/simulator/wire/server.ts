import { createServer, type Server, type Socket } from 'node:net';
import { listenOn } from '#core/server.ts';
import { type ConnectionParts, serveConnection } from './connection.ts';

export interface Endpoint {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface ServerParts extends ConnectionParts {
  /** Further clients are cut off at once. */
  readonly maxConnections: number;
}

/** A Modbus TCP server that can stop listening and begin again at the same port, as a meter that loses its power. */
export class ModbusServer {
  readonly #parts: ServerParts;
  readonly #sockets = new Set<Socket>();
  #endpoint: Endpoint;
  #server: Server | undefined;

  constructor(endpoint: Endpoint, parts: ServerParts) {
    this.#endpoint = endpoint;
    this.#parts = parts;
  }

  /** Where it listens, with the port that it was given. */
  get endpoint(): Endpoint {
    return this.#endpoint;
  }

  get isListening(): boolean {
    return this.#server !== undefined;
  }

  /** @throws SealmeterError (configuration) `PORT_TAKEN` and the like */
  async listen(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    const { host, port } = this.#endpoint;
    const address = await listenOn(server, host, port);
    server.on('error', (error) => this.#parts.log.error('simulator.listener-failed', { reason: error.message }));
    this.#server = server;
    this.#endpoint = { host, port: address.port };
  }

  /** New clients are refused; those that are there stay. */
  refuse(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Every connection is reset and new ones are refused. */
  async drop(): Promise<void> {
    const sockets = [...this.#sockets];
    this.refuse();
    await Promise.all(sockets.map(reset));
  }

  #accept(socket: Socket): void {
    if (this.#sockets.size >= this.#parts.maxConnections) {
      this.#parts.log.info('simulator.client-refused', { client: socket.remoteAddress, open: this.#sockets.size });
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    void serveConnection(socket, this.#parts);
  }
}

function reset(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    // One that is being ended cannot be reset any more (libuv: SO_LINGER does not go with shutdown), and would stay open.
    if (socket.writableEnded) socket.destroy();
    else socket.resetAndDestroy();
  });
}
