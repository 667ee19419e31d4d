import { type Clock, sleep } from '#core/clock.ts';
import { type Duration, Milliseconds } from '#core/time.ts';
import { ModbusError, type ModbusTransport, type RegisterRange } from '#modbus/transport.ts';
import type { Memory } from './pac3200-memory.ts';

/** A device without a wire, for tests of what is above it. */
export class MemoryTransport implements ModbusTransport {
  readonly memory: Memory;
  readonly #clock: Clock;
  /** What was asked for, `1×74` and so on. */
  readonly asked: string[] = [];
  readonly disconnects: string[] = [];
  /** Exception codes by the address of the request. */
  readonly exceptions = new Map<number, number>();
  /** Thrown by the next reads instead of an answer. */
  failure: Error | undefined;
  latency: Duration = Milliseconds(0);
  mostAtOnce = 0;
  #atOnce = 0;
  #connection = 1;
  #isConnected = false;

  constructor(memory: Memory, clock: Clock) {
    this.memory = memory;
    this.#clock = clock;
  }

  connect(): Promise<number> {
    if (!this.#isConnected) this.#connection += 1;
    this.#isConnected = true;
    return Promise.resolve(this.#connection);
  }

  async read({ address, count }: RegisterRange, signal?: AbortSignal): Promise<Uint8Array> {
    this.asked.push(`${address}×${count}`);
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    try {
      if (this.latency > 0) await sleep(this.#clock, this.latency, signal);
      return this.#answer(address, count);
    } finally {
      this.#atOnce -= 1;
    }
  }

  #answer(address: number, count: number): Uint8Array {
    if (this.failure !== undefined) {
      this.#isConnected = false;
      throw this.failure;
    }
    const exceptionCode = this.exceptions.get(address);
    if (exceptionCode !== undefined) throw new ModbusError('exception', 'refused', { exceptionCode });
    const bytes = new Uint8Array(2 * count);
    const view = new DataView(bytes.buffer);
    for (let index = 0; index < count; index++) view.setUint16(2 * index, this.memory.get(address + index) ?? 0);
    return bytes;
  }

  disconnect(reason: string): void {
    this.disconnects.push(reason);
    this.#isConnected = false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
