import type { Instant } from '#core/time.ts';
import type { Awaitable } from '#crypto/crypto-port.ts';
import type { AppendResult, DocumentEntry, ReadingStore, Rejected, StoredEvent } from '#das/reading-store.ts';
import type { ValueText } from './value-text.ts';

/** A document on its way to the thread of the store: values and marks as texts, which are cheaper to hand over. */
export interface PackedDocument<Values = ValueText> extends Omit<DocumentEntry, 'id'> {
  readonly bytes: Uint8Array;
  readonly marks: string;
  readonly values: Values;
  readonly rows: readonly PackedRow<Values>[];
  readonly events: readonly StoredEvent[];
}

/** The row of a profile. */
interface PackedRow<Values> {
  readonly at: Instant;
  readonly values: Values;
}

/** Documents that go together. Their columns are mostly the same, and stand in it once. */
export interface PackedBatch {
  readonly columns: readonly string[];
  readonly documents: readonly PackedDocument<ValuesInBatch>[];
}

interface ValuesInBatch {
  /** The place of their columns in the batch. */
  readonly columns: number;
  readonly vals: string;
}

export interface PackedRejection extends Omit<Rejected, 'marks'> {
  readonly marks: string;
}

/** What is handed over in another form than it was given in. */
interface Packed {
  append(batch: PackedBatch): Awaitable<readonly AppendResult[]>;
  quarantine(rejected: PackedRejection): Awaitable<void>;
}

type Asked = Omit<ReadingStore, keyof Packed | typeof Symbol.asyncDispose>;

/** A store as its thread has it. */
export type StoreThread = Packed & {
  readonly [Method in keyof Asked]: (
    ...args: Parameters<Asked[Method]>
  ) => Awaitable<Awaited<ReturnType<Asked[Method]>>>;
};

export interface StoreCall {
  readonly id: number;
  /** `close` is the last one. */
  readonly method: keyof StoreThread | 'close';
  readonly args: readonly unknown[];
}

/** An error of ours, so that it can be made again on the other side. */
interface Problem {
  readonly fault: string;
  readonly code: string;
  readonly message: string;
  readonly mend: string | undefined;
}

export type StoreAnswer = { readonly id: number } & ({ readonly result: unknown } | { readonly problem: Problem });
