import { type Clock, sleep } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import { type Duration, Milliseconds, Seconds } from '#core/time.ts';
import { BackOff } from './client/back-off.ts';
import { Connection } from './client/connection.ts';
import { ADDRESS_SPACE, MOST_REGISTERS, ModbusError, type ModbusTransport, type RegisterRange } from './transport.ts';

export interface GuardedClientOptions {
  readonly host: string;
  readonly port: number;
  readonly unit: number;
  /** How long a reply may take. */
  readonly timeout: Duration;
  /** How long a connect may take. Default: as long as a reply. */
  readonly connectTimeout?: Duration;
  /** Rest between a reply and the next request. Default: none. */
  readonly minimumInterval?: Duration;
  /** Wait after the first failure; it doubles with each further one. Default: 500 ms to 30 s. */
  readonly backOff?: { readonly first: Duration; readonly longest: Duration };
  readonly clock: Clock;
  readonly log: Log;
  /** Default: `Math.random`. */
  readonly random?: () => number;
}

const DEFAULT_BACK_OFF = { first: Milliseconds(500), longest: Seconds(30) };

/** A Modbus TCP client for one device that survives everything the device or the network may do. */
export function createGuardedClient(options: GuardedClientOptions): ModbusTransport {
  return new GuardedClient(options);
}

class GuardedClient implements ModbusTransport {
  readonly #options: GuardedClientOptions;
  readonly #backOff: BackOff;
  #connection: Connection | undefined;
  #connections = 0;
  #restUntil = Milliseconds(0);
  #busy = false;
  #disposed = false;

  constructor(options: GuardedClientOptions) {
    this.#options = options;
    this.#backOff = new BackOff({ ...DEFAULT_BACK_OFF, ...options.backOff, random: options.random ?? Math.random });
  }

  async connect(signal?: AbortSignal): Promise<number> {
    if (this.#connection?.isOpen === true) return this.#connections;
    signal?.throwIfAborted();
    this.#refuseWhileOffline();
    this.#connection = await this.#alone(() => this.#open(signal));
    if (this.#disposed) throw this.#connection.end(stopped());
    this.#connections += 1;
    const { host, port, unit, log } = this.#options;
    log.info('modbus.connected', { host, port, unit, connection: this.#connections });
    return this.#connections;
  }

  async read(range: RegisterRange, signal?: AbortSignal): Promise<Uint8Array> {
    checkRange(range);
    signal?.throwIfAborted();
    const connection = this.#connection;
    if (connection?.isOpen !== true) throw new ModbusError('offline', 'there is no connection');
    return this.#alone(async () => {
      await this.#rest(signal);
      try {
        const bytes = await connection.read(range, signal);
        this.#backOff.succeeded();
        return bytes;
      } finally {
        this.#restUntil = Milliseconds(this.#now() + (this.#options.minimumInterval ?? 0));
      }
    });
  }

  disconnect(reason: string): void {
    this.#connection?.end(new ModbusError('closed', reason));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#connection?.end(stopped());
    return Promise.resolve();
  }

  #refuseWhileOffline(): void {
    if (this.#disposed) throw stopped();
    const wait = this.#backOff.remaining(this.#now());
    if (wait > 0) throw new ModbusError('offline', `no connection; next attempt in ${Math.ceil(wait)} ms`);
  }

  async #open(signal: AbortSignal | undefined): Promise<Connection> {
    const { connectTimeout = this.#options.timeout } = this.#options;
    try {
      return await Connection.open(
        { ...this.#options, connectTimeout, onEnd: (reason) => this.#failed('modbus.connection-lost', reason) },
        signal,
      );
    } catch (error) {
      if (error instanceof ModbusError) this.#failed('modbus.connect-failed', error);
      throw error;
    }
  }

  #failed(event: string, reason: ModbusError): void {
    if (reason.kind === 'stopped') return;
    const { host, port, log } = this.#options;
    this.#backOff.failed(this.#now());
    const retryIn = Math.ceil(this.#backOff.remaining(this.#now()));
    log.warn(event, { host, port, code: reason.code, reason: reason.message, retryIn });
  }

  /** Two requests in flight would be a mistake of ours: many meters cannot take them. */
  async #alone<Result>(action: () => Promise<Result>): Promise<Result> {
    if (this.#busy) throw new TypeError('a Modbus client does one thing at a time');
    this.#busy = true;
    try {
      return await action();
    } finally {
      this.#busy = false;
    }
  }

  async #rest(signal: AbortSignal | undefined): Promise<void> {
    const left = this.#restUntil - this.#now();
    if (left > 0) await sleep(this.#options.clock, Milliseconds(left), signal);
  }

  #now(): Duration {
    return this.#options.clock.monotonic();
  }
}

function stopped(): ModbusError {
  return new ModbusError('stopped', 'the client is closed');
}

/** The library would send anything, and a negative address would block it for ever. */
function checkRange({ address, count }: RegisterRange): void {
  const possible =
    Number.isInteger(address) &&
    Number.isInteger(count) &&
    address >= 0 &&
    count >= 1 &&
    count <= MOST_REGISTERS &&
    address + count <= ADDRESS_SPACE;
  if (!possible) throw new ModbusError('request', `${count} registers from ${address} cannot be asked for`);
}
