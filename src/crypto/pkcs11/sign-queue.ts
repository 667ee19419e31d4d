import type { SigningPriority } from '#crypto/signer.ts';

export interface SigningRequest {
  readonly data: Uint8Array;
  readonly resolve: (signature: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** Who waits for the token: everybody in the order of coming, but requests before what is sealed ahead. */
export class SignQueue {
  readonly #waiting: Readonly<Record<SigningPriority, Set<SigningRequest>>> = { request: new Set(), ahead: new Set() };

  waiting(priority: SigningPriority): number {
    return this.#waiting[priority].size;
  }

  /** Returns what takes the request out again, if it still waits then. */
  add(request: SigningRequest, priority: SigningPriority): () => boolean {
    this.#waiting[priority].add(request);
    return () => this.#waiting[priority].delete(request);
  }

  take(): SigningRequest | undefined {
    const { request, ahead } = this.#waiting;
    const turn = request.size > 0 ? request : ahead;
    const [first] = turn;
    if (first !== undefined) turn.delete(first);
    return first;
  }

  rejectAll(error: unknown): void {
    for (let request = this.take(); request !== undefined; request = this.take()) request.reject(error);
  }
}
