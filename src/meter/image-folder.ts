import {
  closeSync,
  copyFileSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { toHex } from '#core/bytes.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { Image, ImageStore } from '#cosem/image-transfer.ts';
import type { PublicKey } from '#crypto/crypto-port.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';

/** As hex, a block fits into the body of a request. */
const BLOCK_SIZE = 16 * 1024;

/** It is held in memory while it is verified. */
const CAPACITY = 16 * 1024 * 1024;

export interface ImageFolderParts {
  /** The image that is being transferred lies in it. */
  readonly stateFolder: string;
  /** Of those whose images are taken. */
  readonly makers: readonly PublicKey[];
  /** Where an image goes that is activated: whoever updates the machine looks there. */
  readonly handTo: string;
}

/**
 * Takes images of the program. An image is what somebody wants installed, followed by its maker's signature over it: ECDSA,
 * r‖s in the length of the maker's curve. To activate it is to hand it over: the service cannot replace the program that it
 * is, and what starts with the machine is the operator's.
 */
export class ImageFolder implements ImageStore {
  readonly blockSize = BLOCK_SIZE;
  readonly capacity = CAPACITY;
  readonly #parts: ImageFolderParts;
  readonly #incoming: string;

  constructor(parts: ImageFolderParts) {
    this.#parts = parts;
    this.#incoming = join(parts.stateFolder, 'incoming-image');
  }

  begin({ size }: Image): void {
    mkdirSync(dirname(this.#incoming), { recursive: true });
    withFile(this.#incoming, 'w', (file) => ftruncateSync(file, size));
  }

  write(block: number, bytes: Uint8Array): void {
    withFile(this.#incoming, 'r+', (file) => writeSync(file, bytes, 0, bytes.length, block * BLOCK_SIZE));
  }

  verify(): Promise<boolean> {
    const image = readFileSync(this.#incoming);
    return Promise.resolve(this.#parts.makers.some((maker) => isSignedBy(maker, image)));
  }

  /** The same image again replaces itself, and whoever looks never sees half of one. */
  activate(): Promise<void> {
    const { handTo } = this.#parts;
    try {
      const digest = toHex(nodeCrypto.digest('sha-256', readFileSync(this.#incoming)));
      const beside = join(handTo, `.${digest}.new`);
      copyFileSync(this.#incoming, beside);
      withFile(beside, 'r+', () => {});
      renameSync(beside, join(handTo, `${digest}.image`));
      rmSync(this.#incoming);
      return Promise.resolve();
    } catch (cause) {
      const problem = `the image cannot be handed over: ${reasonOf(cause)}`;
      const mend = `let the user of the service write to ${handTo}, and activate it again`;
      return Promise.reject(new SealmeterError('device', 'IMAGE_NOT_HANDED_OVER', problem, { mend, cause }));
    }
  }
}

function isSignedBy(maker: PublicKey, image: Uint8Array): boolean {
  const end = image.length - 2 * maker.algorithm.curve.fieldSize;
  return end > 0 && nodeCrypto.verify(maker, image.subarray(0, end), image.subarray(end));
}

/** What was written is on the disk when this returns. */
function withFile(path: string, flags: 'w' | 'r+', work: (file: number) => void): void {
  const file = openSync(path, flags, 0o600);
  try {
    work(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
