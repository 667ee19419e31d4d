import { AccessRefusal } from './access-result.ts';
import { type CosemData, integerData } from './data-types.ts';
import { type ClassDefinition, logicalNameAttribute } from './interface-class.ts';
import { type ParameterRow, parameter, valueOfParameter } from './parameter.ts';
import { listOf, noParameter, octets, small, structureOf, truth } from './shape.ts';

/** Where the blocks of an image go, and what can be done with it. */
export interface ImageStore {
  /** Octets in every block but the last. */
  readonly blockSize: number;
  /** The largest image that is taken. */
  readonly capacity: number;
  /** Forgets whatever was there, and makes room. */
  begin(image: Image): void;
  write(block: number, bytes: Uint8Array): void;
  /** Whether the whole image is what it should be, its maker's signature included. */
  verify(): Promise<boolean>;
  /** Makes it the running program, perhaps not before the next start. @throws SealmeterError (device) */
  activate(): Promise<void>;
}

export interface Image {
  /** What its maker calls it. */
  readonly identifier: Uint8Array;
  readonly size: number;
}

/** In the order of their numbers, from 0. */
const STATUSES = [
  'not-initiated',
  'initiated',
  'verification-initiated',
  'verification-successful',
  'verification-failed',
  'activation-initiated',
  'activation-successful',
  'activation-failed',
] as const;

type Status = (typeof STATUSES)[number];

/** One transfer at a time, kept in memory: after a restart it begins anew. */
export class ImageTransfer {
  readonly store: ImageStore;
  status: Status = 'not-initiated';
  #image: Image | undefined;
  readonly #received = new Set<number>();

  constructor(store: ImageStore) {
    this.store = store;
  }

  get image(): Image | undefined {
    return this.#image;
  }

  get blocks(): number {
    return this.#image === undefined ? 0 : Math.ceil(this.#image.size / this.store.blockSize);
  }

  /** One digit per block, 1 for one that is there. */
  get received(): string {
    return Array.from({ length: this.blocks }, (_, block) => (this.#received.has(block) ? '1' : '0')).join('');
  }

  /** The number of blocks where none is missing. */
  get firstMissing(): number {
    const missing = Array.from({ length: this.blocks }, (_, block) => block).find(
      (block) => !this.#received.has(block),
    );
    return missing ?? this.blocks;
  }

  begin(image: Image): void {
    this.store.begin(image);
    this.#image = image;
    this.#received.clear();
    this.status = 'initiated';
  }

  /** How long the block has to be; `undefined` where there is no such block. */
  lengthOf(block: number): number | undefined {
    if (this.#image === undefined || block >= this.blocks) return undefined;
    return Math.min(this.store.blockSize, this.#image.size - block * this.store.blockSize);
  }

  receive(block: number, bytes: Uint8Array): void {
    this.store.write(block, bytes);
    this.#received.add(block);
  }

  async verify(): Promise<void> {
    this.status = 'verification-initiated';
    const isGood = await this.store.verify();
    this.status = isGood ? 'verification-successful' : 'verification-failed';
  }

  async activate(): Promise<void> {
    this.status = 'activation-initiated';
    try {
      await this.store.activate();
      this.status = 'activation-successful';
    } catch (error) {
      this.status = 'activation-failed';
      throw error;
    }
  }
}

export interface ImageTransferRow extends ParameterRow {
  readonly transfer: ImageTransfer;
}

const ENABLED = 5;

/** `structure { octet-string image_identifier, double-long-unsigned image_size }` */
const initiateShape = structureOf({
  identifier: octets({ least: 1, most: 64 }),
  size: small('double-long-unsigned', { min: 1n }),
});

/** `structure { double-long-unsigned image_block_number, octet-string image_block_value }` */
const blockShape = structureOf({ number: small('double-long-unsigned'), bytes: octets({ most: 65_535 }) });

/** `structure { double-long-unsigned size, octet-string identification, octet-string signature }` */
const imagesShape = listOf(
  structureOf({
    size: small('double-long-unsigned'),
    identifier: octets({ most: 64 }),
    signature: octets({ most: 255 }),
  }),
  { most: 1 },
);

/** Nobody sends an image before somebody has allowed it. */
export const imageTransferDefaults = { [ENABLED]: truth.write(false) };

/**
 * Takes a new program in blocks, verifies and activates it. The signature of the image is a part of the image, and judged by
 * whoever stores it.
 * @see IEC 62056-6-2 (Blue Book), Image transfer (class_id 18, version 0)
 */
export const imageTransfer: ClassDefinition<ImageTransferRow> = {
  classId: 18,
  version: 0,
  name: 'Image transfer',
  attributes: [
    logicalNameAttribute,
    {
      id: 2,
      name: 'image_block_size',
      types: ['double-long-unsigned'],
      companions: [],
      read: ({ transfer }) => count(transfer.store.blockSize),
    },
    {
      id: 3,
      name: 'image_transferred_blocks_status',
      types: ['bit-string'],
      companions: [],
      read: ({ transfer }) => ({ type: 'bit-string', value: transfer.received }),
    },
    {
      id: 4,
      name: 'image_first_not_transferred_block_number',
      types: ['double-long-unsigned'],
      companions: [],
      read: ({ transfer }) => count(transfer.firstMissing),
    },
    parameter({ id: ENABLED, name: 'image_transfer_enabled', shape: truth }),
    {
      id: 6,
      name: 'image_transfer_status',
      types: ['enum'],
      companions: [],
      read: ({ transfer }) => integerData('enum', BigInt(STATUSES.indexOf(transfer.status))),
    },
    {
      id: 7,
      name: 'image_to_activate_info',
      types: ['array'],
      companions: [],
      read: ({ transfer }) => imagesShape.write(verifiedImages(transfer)),
    },
  ],
  methods: [
    {
      id: 1,
      name: 'image_transfer_initiate',
      running: {
        event: 'image-transfer-initiated',
        prepare(row, data) {
          const { transfer } = enabled(row);
          const image = initiateShape.read(data, 'parameter');
          if (image.size > transfer.store.capacity) {
            throw new AccessRefusal('VALUE_NOT_ALLOWED', `${image.size} octets; allowed is ${transfer.store.capacity}`);
          }
          return () => transfer.begin(image);
        },
      },
    },
    {
      id: 2,
      name: 'image_block_transfer',
      // Without an event: the transfer as a whole is recorded by its beginning, its verification and its activation.
      running: {
        prepare(row, data) {
          const { transfer } = enabled(row);
          const { number, bytes } = blockShape.read(data, 'parameter');
          requireStatus(transfer, 'initiated', 'verification-failed');
          const length = transfer.lengthOf(number);
          if (length !== bytes.length) {
            throw new AccessRefusal(
              'VALUE_NOT_ALLOWED',
              `block ${number} has ${length ?? 'no'} octets, not ${bytes.length}`,
            );
          }
          return () => transfer.receive(number, bytes);
        },
      },
    },
    {
      id: 3,
      name: 'image_verify',
      running: {
        event: 'image-verified',
        prepare(row, data) {
          noParameter.read(data, 'parameter');
          const { transfer } = enabled(row);
          requireStatus(transfer, 'initiated', 'verification-failed');
          if (transfer.firstMissing < transfer.blocks) {
            throw new AccessRefusal('STATE_UNSUITABLE', `block ${transfer.firstMissing} is missing`);
          }
          return async () => {
            await transfer.verify();
            if (transfer.status === 'verification-failed') {
              throw new AccessRefusal('VALUE_NOT_ALLOWED', 'the image is not what it should be');
            }
          };
        },
      },
    },
    {
      id: 4,
      name: 'image_activate',
      running: {
        event: 'image-activated',
        prepare(row, data) {
          noParameter.read(data, 'parameter');
          const { transfer } = enabled(row);
          requireStatus(transfer, 'verification-successful');
          return () => transfer.activate();
        },
      },
    },
  ],
};

const count = (value: number): CosemData => integerData('double-long-unsigned', BigInt(value));

const VERIFIED: readonly Status[] = ['verification-successful', 'activation-failed'];

function verifiedImages({ image, status }: ImageTransfer) {
  return image === undefined || !VERIFIED.includes(status) ? [] : [{ ...image, signature: new Uint8Array() }];
}

function enabled(row: ImageTransferRow): ImageTransferRow {
  if (valueOfParameter(row.parameters, ENABLED, truth)) return row;
  throw new AccessRefusal('STATE_UNSUITABLE', 'image transfer is not enabled: write attribute 5 first');
}

function requireStatus({ status }: ImageTransfer, ...suitable: readonly Status[]): void {
  if (suitable.includes(status)) return;
  throw new AccessRefusal('STATE_UNSUITABLE', `the transfer is ${status}, not ${suitable.join(' or ')}`);
}
