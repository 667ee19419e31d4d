import { once } from 'node:events';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

/**
 * A client that costs next to nothing: it writes requests that were put together before and looks in the answers for
 * status and length alone, so that what is measured is the server.
 */
export class RawHttpsClient implements Disposable {
  readonly #socket: TLSSocket;
  #received: Buffer = Buffer.alloc(0);
  #resolve: ((status: number) => void) | undefined;

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  static async connect(options: ConnectionOptions): Promise<RawHttpsClient> {
    const socket = connect(options);
    await once(socket, 'secureConnect');
    return new RawHttpsClient(socket.setNoDelay(true));
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  /** Resolves with the status when the whole answer is there. */
  ask(request: Uint8Array): Promise<number> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#socket.write(request);
    });
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headerEnd = this.#received.indexOf('\r\n\r\n');
    if (headerEnd === -1) return;
    const header = this.#received.toString('latin1', 0, headerEnd);
    const length = Number(/^content-length: (\d+)$/im.exec(header)?.[1] ?? 0);
    if (this.#received.length < headerEnd + 4 + length) return;
    this.#received = this.#received.subarray(headerEnd + 4 + length);
    this.#resolve?.(Number(header.slice(9, 12)));
  }
}
