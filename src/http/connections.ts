import type { Socket } from 'node:net';

import type { Limits } from './limits.ts';
import type { RefusalReason } from './refusals.ts';

interface Connection {
  /** As it was accepted, below TLS. */
  readonly socket: Socket;
  readonly address: string;
  /** Known once it has shown its certificate; until then it is a stranger. */
  client: string | undefined;
  /** How many of its requests are being answered. */
  answering: number;
}

type ConnectionLimits = Pick<Limits, 'connections' | 'strangersPerAddress' | 'connectionsPerClient'>;
type Refuse = (reason: RefusalReason, socket: Socket) => void;

/**
 * All open connections of a door, and who has to go when there are too many.
 *
 * Where it is full the newcomer is let in and the oldest stranger goes, or the oldest connection that is idle: whoever
 * opens connections and leaves them lying harms nobody, and a client that is being answered is never cut off.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #refuse: Refuse;
  /** In the order of their arrival. */
  readonly #open = new Map<string, Connection>();
  #closing = false;

  constructor(limits: ConnectionLimits, refuse: Refuse) {
    this.#limits = limits;
    this.#refuse = refuse;
  }

  /** A stranger comes in, or is refused. */
  accept(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const isNeighbour = (other: Connection): boolean => isStranger(other) && other.address === address;
    if (this.#count(isNeighbour) >= this.#limits.strangersPerAddress) this.#crowdOut(isNeighbour);
    if (this.#open.size >= this.#limits.connections && !this.#crowdOut(isStranger) && !this.#crowdOut(isIdle)) {
      this.#refuse('door-full', socket);
      socket.destroy();
      return;
    }
    const name = nameOf(socket);
    this.#open.set(name, { socket, address, client: undefined, answering: 0 });
    socket.once('close', () => this.#open.delete(name));
  }

  /** A stranger turns out to be a client. False if that client has as many connections as it may, all of them busy. */
  promote(socket: Socket, client: string): boolean {
    const connection = this.#open.get(nameOf(socket));
    if (connection === undefined) return false;
    const isSibling = (other: Connection): boolean => other.client === client;
    const full = this.#count(isSibling) >= this.#limits.connectionsPerClient;
    if (full && !this.#crowdOut((other) => isSibling(other) && isIdle(other))) return false;
    connection.client = client;
    return true;
  }

  isAnswering(socket: Socket): boolean {
    return (this.#open.get(nameOf(socket))?.answering ?? 0) > 0;
  }

  beginAnswer(socket: Socket): void {
    const connection = this.#open.get(nameOf(socket));
    if (connection !== undefined) connection.answering++;
  }

  endAnswer(socket: Socket): void {
    const connection = this.#open.get(nameOf(socket));
    if (connection === undefined) return;
    connection.answering--;
    if (this.#closing && isIdle(connection)) socket.destroySoon();
  }

  /** Ends what is not being answered now, and the rest after its answer. */
  close(): void {
    this.#closing = true;
    for (const connection of this.#open.values()) if (isIdle(connection)) connection.socket.destroySoon();
  }

  /** Ends all at once. */
  destroy(): void {
    for (const { socket } of this.#open.values()) socket.destroy();
  }

  get size(): number {
    return this.#open.size;
  }

  #count(which: (connection: Connection) => boolean): number {
    let count = 0;
    for (const connection of this.#open.values()) if (which(connection)) count++;
    return count;
  }

  /** The oldest of its kind goes. False if there is none. */
  #crowdOut(which: (connection: Connection) => boolean): boolean {
    for (const [name, connection] of this.#open) {
      if (!which(connection)) continue;
      this.#open.delete(name);
      this.#refuse('crowded-out', connection.socket);
      connection.socket.destroy();
      return true;
    }
    return false;
  }
}

const isStranger = (connection: Connection): boolean => connection.client === undefined;
const isIdle = (connection: Connection): boolean => connection.answering === 0;

/** The same for a TCP socket and for the TLS socket above it. */
const nameOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`;
