import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { concatBytes } from '#core/bytes.ts';

/** A read request as it came over the wire, and the reply that a device without fault would give. */
export interface Asked {
  /** Counts from 1 over all connections. */
  readonly poll: number;
  readonly request: Uint8Array;
  readonly reply: Uint8Array;
  readonly socket: Socket;
}

export type Script = (asked: Asked) => void | Promise<void>;

/** Answers as it should. */
export const answer: Script = ({ socket, reply }) => {
  socket.write(reply);
};

/** A Modbus TCP server on loopback that does with each request what a test tells it to. */
export class ScriptedPeer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #script: Script;
  #polls = 0;
  /** How many connections there have been. */
  connections = 0;

  static async start(script: Script): Promise<ScriptedPeer> {
    const peer = new ScriptedPeer(script);
    peer.#server.listen(0, '127.0.0.1');
    await once(peer.#server, 'listening');
    return peer;
  }

  private constructor(script: Script) {
    this.#script = script;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    // A client that drops the connection is what most tests are about.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    let pending: Uint8Array = new Uint8Array();
    socket.on('data', (chunk) => {
      pending = concatBytes(pending, chunk);
      for (; pending.length >= 12; pending = pending.slice(12)) {
        this.#polls += 1;
        const request = pending.slice(0, 12);
        void this.#script({ poll: this.#polls, request, reply: replyTo(request), socket });
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Every register holds its own address. */
function replyTo(request: Uint8Array): Uint8Array {
  const asked = new DataView(request.buffer, request.byteOffset);
  const count = asked.getUint16(10);
  const reply = new Uint8Array(9 + 2 * count);
  reply.set(request.subarray(0, 8));
  const view = new DataView(reply.buffer);
  view.setUint16(4, 3 + 2 * count);
  reply[8] = 2 * count;
  for (let index = 0; index < count; index++) view.setUint16(9 + 2 * index, asked.getUint16(8) + index);
  return reply;
}
