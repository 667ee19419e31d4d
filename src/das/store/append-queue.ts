import type { AppendResult } from '#das/reading-store.ts';
import type { PackedDocument } from './store-calls.ts';

interface Waiting {
  readonly batch: readonly PackedDocument[];
  readonly resolve: (results: readonly AppendResult[]) => void;
  readonly reject: (error: unknown) => void;
}

type Send = (batch: readonly PackedDocument[]) => Promise<readonly AppendResult[]>;

/** So many documents go to the disk at once at most. */
const DOCUMENTS_AT_ONCE = 1_000;

/**
 * Joins what is appended while the disk is busy to one batch: a commit costs the same for one document and for hundreds.
 * Each caller hears of its own documents.
 */
export class AppendQueue {
  readonly #send: Send;
  #waiting: Waiting[] = [];
  #documents = 0;
  /** Batches that the disk is busy with. */
  #inFlight = 0;

  constructor(send: Send) {
    this.#send = send;
  }

  append(batch: readonly PackedDocument[]): Promise<readonly AppendResult[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, resolve, reject });
      this.#documents += batch.length;
      if (this.#inFlight === 0 || this.#documents >= DOCUMENTS_AT_ONCE) this.flush();
    });
  }

  /** Sends what waits. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const sent = this.#waiting;
    this.#waiting = [];
    this.#documents = 0;
    void this.#deliver(sent);
  }

  async #deliver(sent: readonly Waiting[]): Promise<void> {
    this.#inFlight += 1;
    await this.#sendJoined(sent);
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.flush();
  }

  async #sendJoined(sent: readonly Waiting[]): Promise<void> {
    try {
      share(sent, await this.#send(sent.flatMap(({ batch }) => batch)));
    } catch (error) {
      // What cannot be kept of one meter must not keep those of all others from the disk.
      if (sent.length > 1) for (const one of sent) await this.#sendJoined([one]);
      else for (const { reject } of sent) reject(error);
    }
  }
}

function share(sent: readonly Waiting[], results: readonly AppendResult[]): void {
  let first = 0;
  for (const { batch, resolve } of sent) {
    resolve(results.slice(first, first + batch.length));
    first += batch.length;
  }
}
