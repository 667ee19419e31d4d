import type { Signer } from '#crypto/signer.ts';
import { SealedDocuments } from '#http/sealed-documents.ts';

/** Disposed of when the meter stops or takes another, if it can be. */
export type MeterSigner = Signer & Partial<AsyncDisposable>;

export const disposeOf = async (signer: MeterSigner | undefined): Promise<void> => signer?.[Symbol.asyncDispose]?.();

/** The key that seals, and what it has sealed. */
export class Sealing implements AsyncDisposable {
  readonly documents: SealedDocuments;
  #signer: MeterSigner;

  constructor(signer: MeterSigner) {
    this.#signer = signer;
    this.documents = new SealedDocuments(signer);
  }

  get keyId(): string {
    return this.#signer.keyId;
  }

  /** The former key ends its work, and is put away. */
  async replace(signer: MeterSigner): Promise<void> {
    const former = this.#signer;
    this.#signer = signer;
    await this.documents.sealBy(signer);
    await disposeOf(former);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await disposeOf(this.#signer);
  }
}
