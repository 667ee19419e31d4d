import type { Signer } from '#crypto/signer.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { type AnswerBody, answerBody } from './answer-body.ts';

/** How much is kept at most. */
export interface SealedDocumentsLimits {
  readonly documents: number;
  /** Characters of the unsigned documents together; what is kept of each takes a little more than twice as much. */
  readonly characters: number;
}

/** About 2 MB: all values of a sample, and the hot ones of the next. */
const DEFAULT_SEALED_LIMITS: SealedDocumentsLimits = { documents: 300, characters: 1024 * 1024 };

/**
 * Seals each document once. A document names its device, its sample and all that was selected, so the same text is the
 * same document, whoever asks for it; while it is being sealed, everybody waits for the one signature.
 * Of what is kept the oldest goes first: most likely it is of a sample past, for which nobody asks.
 */
export class SealedDocuments {
  #signer: Signer;
  #unhurried: Signer;
  readonly #limits: SealedDocumentsLimits;
  /** By the unsigned text, the oldest first. */
  readonly #sealed = new Map<string, Promise<AnswerBody>>();
  #characters = 0;

  constructor(signer: Signer, limits: SealedDocumentsLimits = DEFAULT_SEALED_LIMITS) {
    this.#signer = signer;
    this.#unhurried = unhurried(signer);
    this.#limits = limits;
  }

  /** The sealed document, for somebody who waits for it. */
  seal(unsigned: string): Promise<AnswerBody> {
    return this.#sealed.get(unsigned) ?? this.#make(unsigned, this.#signer);
  }

  /** Has it sealed before somebody asks. Whoever waits for another document comes first at the signer. */
  async prepare(unsigned: string): Promise<void> {
    await (this.#sealed.get(unsigned) ?? this.#make(unsigned, this.#unhurried));
  }

  /** From now on with another key, for everybody. Settles when nothing is being sealed by the former any more. */
  async sealBy(signer: Signer): Promise<void> {
    const former = [...this.#sealed.values()];
    this.#signer = signer;
    this.#unhurried = unhurried(signer);
    for (const unsigned of this.#sealed.keys()) this.#forget(unsigned);
    await Promise.allSettled(former);
  }

  #make(unsigned: string, signer: Signer): Promise<AnswerBody> {
    const sealed = sealDocument(unsigned, signer).then(answerBody);
    // A part of a long profile would crowd out everything else, and hardly anybody asks for the same again.
    if (unsigned.length > this.#limits.characters / 4) return sealed;
    this.#keep(unsigned, sealed);
    // What failed is tried again by the next who asks; this one gets the error from the promise itself.
    sealed.catch(() => {
      if (this.#sealed.get(unsigned) === sealed) this.#forget(unsigned);
    });
    return sealed;
  }

  #keep(unsigned: string, sealed: Promise<AnswerBody>): void {
    this.#sealed.set(unsigned, sealed);
    this.#characters += unsigned.length;
    for (const oldest of this.#sealed.keys()) {
      if (this.#sealed.size <= this.#limits.documents && this.#characters <= this.#limits.characters) return;
      this.#forget(oldest);
    }
  }

  #forget(unsigned: string): void {
    if (this.#sealed.delete(unsigned)) this.#characters -= unsigned.length;
  }
}

const unhurried = (signer: Signer): Signer => ({
  algorithm: signer.algorithm,
  keyId: signer.keyId,
  sign: (data, options) => signer.sign(data, { ...options, priority: 'ahead' }),
});
