import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { LogFields } from '#core/log.ts';
import type { Limits } from './limits.ts';
import type { RefusalReason, Refusals } from './refusals.ts';

interface Connection {
  /**
   * A stranger's as it was accepted, a client's with TLS. Whoever has just shaken hands must be ended by the TLS socket:
   * to destroy the one below it from within its own event crashes Node.js 24.
   */
  socket: Socket;
  /** Where it comes from. The socket itself forgets it when it is closed. */
  readonly address: string | undefined;
  readonly port: number | undefined;
  /** Known once it has shown its certificate; until then it is a stranger. */
  client: string | undefined;
  /** The answers that are being given, one to each request that was sent without waiting for the answer before. */
  readonly answers: ServerResponse[];
  /** What went wrong in its handshake. */
  fault: string | undefined;
}

type ConnectionLimits = Pick<Limits, 'connections' | 'strangersPerAddress' | 'connectionsPerClient'>;

/**
 * All open connections of a door, and who has to go when there are too many.
 *
 * Where it is full the newcomer is let in and a stranger goes, or else a connection that is idle: whoever opens
 * connections and leaves them lying harms nobody, and a client that is being answered is never cut off.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #refusals: Refusals;
  /** By where they come from, in the order of their arrival. */
  readonly #open = new Map<string, Connection>();
  /** A socket that is closed no longer knows where it came from. */
  readonly #bySocket = new WeakMap<Socket, Connection>();
  #closing = false;

  constructor(limits: ConnectionLimits, refusals: Refusals) {
    this.#limits = limits;
    this.#refusals = refusals;
  }

  get size(): number {
    return this.#open.size;
  }

  /** A stranger comes in, or is refused. */
  accept(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket;
    const connection: Connection = { socket, address, port, client: undefined, answers: [], fault: undefined };
    this.#open.set(nameOf(socket), connection);
    socket.once('close', () => this.#closed(connection));
    this.#makeRoom(connection);
  }

  /** A stranger turns out to be a client. False if that client has as many connections as it may, all of them busy. */
  promote(socket: Socket, client: string): boolean {
    const connection = this.#of(socket);
    if (connection === undefined) return false;
    const isSibling = (other: Connection): boolean => other.client === client;
    const full = this.#count(isSibling) >= this.#limits.connectionsPerClient;
    if (full && !this.#crowdOut((other) => isSibling(other) && isIdle(other))) return false;
    connection.client = client;
    connection.socket = socket;
    return true;
  }

  /** Ends the connection of somebody who may not come in. `socket` is the one with TLS. */
  refuse(socket: Socket, reason: RefusalReason, details: LogFields = {}): void {
    const connection = this.#of(socket);
    if (connection !== undefined) this.#forget(connection);
    this.#refusals.add(reason, { address: connection?.address, port: connection?.port, ...details });
    socket.destroy();
  }

  /** Ends a connection whose handshake failed, or that broke later. */
  fail(socket: Socket, fault: string): void {
    const connection = this.#of(socket);
    if (connection !== undefined) connection.fault = fault;
    socket.destroy();
  }

  /** Whether it is that of a client, and no answer is being given on it. */
  isWaiting(socket: Socket): boolean {
    const connection = this.#of(socket);
    return connection !== undefined && !isStranger(connection) && isIdle(connection);
  }

  beginAnswer(socket: Socket, answer: ServerResponse): void {
    this.#of(socket)?.answers.push(answer);
  }

  endAnswer(socket: Socket, answer: ServerResponse): void {
    const connection = this.#of(socket);
    if (connection === undefined) return;
    const place = connection.answers.indexOf(answer);
    if (place >= 0) connection.answers.splice(place, 1);
    if (this.#closing && isIdle(connection)) socket.destroySoon();
  }

  /** From now on each connection ends as soon as nothing is being answered on it. */
  close(): void {
    this.#closing = true;
    this.endAll('the door closes');
  }

  /** Ends what is not being answered now, and the rest after its answer. `why` is what the log says of handshakes. */
  endAll(why: string): void {
    for (const connection of this.#open.values()) {
      if (isStranger(connection)) this.fail(connection.socket, why);
      else if (isIdle(connection)) connection.socket.destroySoon();
      else connection.answers.forEach(announceEnd);
    }
  }

  /** Ends all at once. */
  destroy(): void {
    for (const { socket } of this.#open.values()) socket.destroy();
  }

  #makeRoom(newcomer: Connection): void {
    const isOtherStranger = (other: Connection): boolean => isStranger(other) && other !== newcomer;
    const isNeighbour = (other: Connection): boolean => isOtherStranger(other) && other.address === newcomer.address;
    if (this.#count(isNeighbour) >= this.#limits.strangersPerAddress) this.#crowdOut(isNeighbour);
    if (this.#open.size <= this.#limits.connections) return;
    if (this.#crowdOut(isOtherStranger) || this.#crowdOut((other) => isIdle(other) && other !== newcomer)) return;
    this.#end(newcomer, 'door-full');
  }

  /** One of its kind goes: the oldest, but rather one that has never said a word. False if there is none. */
  #crowdOut(which: (connection: Connection) => boolean): boolean {
    const leaving = this.#oldest((other) => which(other) && isSilent(other)) ?? this.#oldest(which);
    if (leaving !== undefined) this.#end(leaving, 'crowded-out');
    return leaving !== undefined;
  }

  #oldest(which: (connection: Connection) => boolean): Connection | undefined {
    for (const connection of this.#open.values()) if (which(connection)) return connection;
    return undefined;
  }

  #count(which: (connection: Connection) => boolean): number {
    let count = 0;
    for (const connection of this.#open.values()) if (which(connection)) count += 1;
    return count;
  }

  #end(connection: Connection, reason: RefusalReason): void {
    const { address, port, socket } = connection;
    this.#forget(connection);
    this.#refusals.add(reason, { address, port });
    socket.destroy();
  }

  #closed(connection: Connection): void {
    if (!this.#forget(connection) || !isStranger(connection) || this.#closing) return;
    const { address, port, fault = 'the other side went away' } = connection;
    this.#refusals.add('handshake-failed', { address, port, detail: fault });
  }

  /** The socket with TLS is another object than the one that was accepted; where both come from is the same. */
  #of(socket: Socket): Connection | undefined {
    const known = this.#bySocket.get(socket);
    if (known !== undefined) return known;
    const connection = this.#open.get(nameOf(socket));
    if (connection !== undefined) this.#bySocket.set(socket, connection);
    return connection;
  }

  /** False if it was forgotten already. */
  #forget(connection: Connection): boolean {
    const name = nameOf({ remoteAddress: connection.address, remotePort: connection.port });
    // Somebody else may come from there by now.
    return this.#open.get(name) === connection && this.#open.delete(name);
  }
}

const isStranger = (connection: Connection): boolean => connection.client === undefined;
const isSilent = (connection: Connection): boolean => connection.socket.bytesRead === 0;
const isIdle = (connection: Connection): boolean => connection.answers.length === 0;

/** Says that the connection ends with this answer; Node.js then sees to it. */
export function announceEnd(answer: ServerResponse): void {
  if (!answer.headersSent) answer.setHeader('Connection', 'close');
}

const nameOf = ({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string =>
  `${remoteAddress} ${remotePort}`;
