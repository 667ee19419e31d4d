import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { concatBytes, fromHex, toHex } from '#core/bytes.ts';

export const hex = (text: string): Uint8Array =>
  fromHex(text.replaceAll(' ', '')) ?? assert.fail(`"${text}" is not hex`);

export interface Envelope {
  readonly transaction?: number;
  readonly unit?: number;
}

/** `pdu` with a header, as a client sends it. */
export function frameOf(pdu: Uint8Array, { transaction = 1, unit = 1 }: Envelope = {}): Uint8Array {
  const length = pdu.length + 1;
  const header = [transaction >> 8, transaction & 0xff, 0, 0, length >> 8, length & 0xff, unit];
  return concatBytes(Uint8Array.from(header), pdu);
}

/** The request to read registers. */
export const readRequest = (start: number, count: number, functionCode = 3): Uint8Array =>
  Uint8Array.of(functionCode, start >> 8, start & 0xff, count >> 8, count & 0xff);

/** A Modbus client that sends whatever bytes it is told to, and sees every byte that comes back. */
export class RawClient implements AsyncDisposable {
  readonly #socket: Socket;
  #received: Uint8Array = new Uint8Array(0);
  #wake = Promise.withResolvers<void>();
  #hasEnded = false;
  /** How the connection ended. */
  readonly ended: Promise<'finished' | 'reset'>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Uint8Array) => this.#notice(() => (this.#received = concatBytes(this.#received, chunk))));
    socket.on('end', () => this.#notice(() => (this.#hasEnded = true)));
    const { promise, resolve } = Promise.withResolvers<'finished' | 'reset'>();
    this.ended = promise;
    socket.on('error', () => resolve('reset'));
    socket.on('close', () => this.#notice(() => (this.#hasEnded = true)));
    socket.on('close', () => resolve('finished'));
  }

  static async connect({ host, port }: { readonly host: string; readonly port: number }): Promise<RawClient> {
    const socket = connect({ host, port, noDelay: true });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Half closes: nothing more will come from here. */
  finish(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Takes nothing more off the connection. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** How many bytes are there and not yet taken. */
  get buffered(): number {
    return this.#received.length;
  }

  /** The next `length` bytes; fewer where the connection ends before. */
  async bytes(length: number): Promise<Uint8Array> {
    while (this.#received.length < length && !this.#hasEnded) await this.#wake.promise;
    const taken = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return taken;
  }

  /** The next whole frame. */
  async frame(): Promise<{ readonly transaction: number; readonly unit: number; readonly pdu: Uint8Array }> {
    const header = await this.bytes(7);
    assert.equal(header.length, 7, 'the connection ended before a reply');
    const view = new DataView(header.buffer, header.byteOffset);
    const pdu = await this.bytes(view.getUint16(4) - 1);
    return { transaction: view.getUint16(0), unit: view.getUint8(6), pdu };
  }

  /** The reply's PDU, in hex. */
  async ask(pdu: Uint8Array, envelope?: Envelope): Promise<string> {
    this.send(frameOf(pdu, envelope));
    return toHex((await this.frame()).pdu);
  }

  /** A view of the registers' bytes. */
  async read(start: number, count: number): Promise<DataView> {
    this.send(frameOf(readRequest(start, count)));
    const { pdu } = await this.frame();
    assert.equal(
      toHex(pdu.subarray(0, 2)),
      toHex(Uint8Array.of(3, 2 * count)),
      `reading ${count} registers at ${start}`,
    );
    return new DataView(pdu.buffer, pdu.byteOffset + 2, 2 * count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.ended;
  }

  #notice(change: () => void): void {
    change();
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
