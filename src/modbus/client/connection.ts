import { EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ModbusTCPClient } from 'jsmodbus';
import type { Clock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import type { Duration } from '#core/time.ts';
import { ModbusError, type ModbusErrorKind, type RegisterRange, type RegisterWrite } from '#modbus/transport.ts';
import { exceptionError } from './exception-text.ts';
import { FrameGate, type Reply } from './frame-gate.ts';

export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  readonly connectTimeout: Duration;
  /** How long a reply may take. */
  readonly timeout: Duration;
  readonly clock: Clock;
  /** Told once, whatever ended the connection. */
  readonly onEnd: (reason: ModbusError) => void;
}

/** Idle seconds after which the operating system asks whether the other side is still there; in milliseconds. */
const KEEP_ALIVE = 10_000;

/** The library's timer never decides (ours does, by the clock); this is the longest that setTimeout knows. */
const NEVER = 2 ** 31 - 1;

/** An exception code that the library knows: it throws for others inside its data handler. */
const HARMLESS_EXCEPTION = 0x04;
const EXCEPTION_CODE_POSITION = 8;

/**
 * One TCP connection with one library client behind a gate, for one request at a time. Once it has ended it stays so.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #gate = new FrameGate();
  readonly #library: GatedLibrary;
  readonly #options: ConnectionOptions;
  #ended: ModbusError | undefined;
  #exceptionCode: number | undefined;

  /** @throws ModbusError `connect` */
  static async open(options: ConnectionOptions, signal: AbortSignal | undefined): Promise<Connection> {
    const socket = connect({
      host: options.host,
      port: options.port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE,
    });
    await connected(socket, options, signal);
    return new Connection(socket, options);
  }

  private constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#library = new GatedLibrary(options.unit, (frame) => {
      this.#gate.expect(frame);
      socket.write(frame);
    });
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#endAs('closed', `the connection broke: ${error.message}`, error));
    socket.on('end', () => this.#endAs('closed', 'the device closed the connection'));
    socket.on('close', () => this.#endAs('closed', 'the connection is closed'));
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  /** The registers' bytes. Only a Modbus exception leaves the connection open when this fails. */
  read(range: RegisterRange, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const what = `${range.count} registers from ${range.address}`;
    return this.#exchange(what, signal, () => this.#library.read(range));
  }

  /** Resolves when the device has confirmed it, to the byte. */
  write(registers: RegisterWrite, signal: AbortSignal | undefined): Promise<void> {
    const what = `writing ${registers.words.length / 2} registers from ${registers.address}`;
    return this.#exchange(what, signal, () => this.#library.write(registers));
  }

  async #exchange<Result>(what: string, signal: AbortSignal | undefined, ask: () => Promise<Result>): Promise<Result> {
    const { clock, timeout } = this.#options;
    const stop = clock.after(timeout, () => this.#endAs('timeout', `${what}: no reply within ${timeout} ms`));
    const abort = (): void => this.#endAs('stopped', `${what}: given up`, signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#exceptionCode = undefined;
    try {
      return await ask();
    } catch (thrown) {
      signal?.throwIfAborted();
      if (this.#exceptionCode !== undefined) throw exceptionError(this.#exceptionCode, what);
      throw this.end(asModbusError(thrown));
    } finally {
      stop();
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Ends the connection, once, and gives the reason why it ended, which may be an earlier one. */
  end(reason: ModbusError): ModbusError {
    if (this.#ended !== undefined) return this.#ended;
    this.#ended = reason;
    this.#socket.destroy();
    this.#library.goOffline();
    this.#options.onEnd(reason);
    return reason;
  }

  #endAs(kind: ModbusErrorKind, message: string, cause?: unknown): void {
    this.end(new ModbusError(kind, message, { cause }));
  }

  #receive(chunk: Uint8Array): void {
    if (!this.isOpen) return;
    try {
      const reply = this.#gate.push(chunk);
      if (reply !== undefined) this.#deliver(reply);
    } catch (thrown) {
      this.end(asModbusError(thrown));
    }
  }

  #deliver(reply: Reply): void {
    if (reply.kind === 'exception') {
      this.#exceptionCode = reply.code;
      reply.frame[EXCEPTION_CODE_POSITION] = HARMLESS_EXCEPTION;
    }
    this.#library.receive(reply.frame);
  }
}

function asModbusError(thrown: unknown): ModbusError {
  if (thrown instanceof ModbusError) return thrown;
  return new ModbusError('protocol', `the Modbus library failed: ${reasonOf(thrown)}`, { cause: thrown });
}

/**
 * The library, with the gate where it takes a socket to be: of that it uses `write` and the events `connect`, `data`
 * and `close`, nothing else.
 */
class GatedLibrary {
  readonly #client: ModbusTCPClient;
  readonly #side = new EventEmitter();

  constructor(unit: number, send: (frame: Uint8Array) => void) {
    const socket = Object.assign(this.#side, { write: send }) as unknown as Socket;
    this.#client = new ModbusTCPClient(socket, unit, NEVER);
    this.#side.emit('connect');
  }

  async read({ functionCode, address, count }: RegisterRange): Promise<Uint8Array> {
    const { response } =
      functionCode === 3
        ? await this.#client.readHoldingRegisters(address, count)
        : await this.#client.readInputRegisters(address, count);
    return new Uint8Array(response.body.valuesAsBuffer);
  }

  async write({ functionCode, address, words }: RegisterWrite): Promise<void> {
    const bytes = Buffer.from(words);
    if (functionCode === 6) await this.#client.writeSingleRegister(address, bytes.readUInt16BE());
    else await this.#client.writeMultipleRegisters(address, bytes);
  }

  receive(frame: Uint8Array): void {
    this.#side.emit('data', Buffer.from(frame.buffer, frame.byteOffset, frame.length));
  }

  /** The request on its way, if any, fails at once. */
  goOffline(): void {
    this.#side.emit('close');
  }
}

/** Resolves when the socket is connected; otherwise destroys it and says why. */
function connected(
  socket: Socket,
  { host, port, connectTimeout, clock }: ConnectionOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error: unknown): void => {
      stop();
      signal?.removeEventListener('abort', abort);
      if (error === undefined) {
        resolve();
        return;
      }
      socket.destroy();
      reject(error);
    };
    const failed = (why: string, cause?: unknown): ModbusError =>
      new ModbusError('connect', `no connection to ${host}:${port}: ${why}`, { cause });
    const abort = (): void => settle(signal?.reason);
    const stop = clock.after(connectTimeout, () => settle(failed(`not within ${connectTimeout} ms`)));
    signal?.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => settle(undefined));
    // Stays for good: a socket must never be without one.
    socket.on('error', (error) => settle(failed(error.message, error)));
    if (signal?.aborted === true) abort();
  });
}
