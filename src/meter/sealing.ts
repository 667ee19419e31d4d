import { utf8 } from '#core/bytes.ts';
import type { Signer } from '#crypto/signer.ts';
import { SealedDocuments } from '#http/sealed-documents.ts';
import type { Seal } from '#journal/checkpoints.ts';
import { sealDocument } from '#signature/xml-seal.ts';

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

  /** A document for the journal. Whoever waits for an answer comes first at the signer. */
  async sealForJournal(unsigned: string): Promise<Uint8Array> {
    const { algorithm, keyId } = this.#signer;
    const sign: Signer['sign'] = (data) => this.#signAhead(data);
    return utf8(await sealDocument(unsigned, { algorithm, keyId, sign }));
  }

  /** The text of a checkpoint of the journal. */
  async sealText(text: Uint8Array): Promise<Seal> {
    const { keyId } = this.#signer;
    return { keyId, signature: await this.#signAhead(text) };
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

  #signAhead(data: Uint8Array) {
    return this.#signer.sign(data, { priority: 'ahead' });
  }
}
