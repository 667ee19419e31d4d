import type { Cancel } from '#core/clock.ts';
import type { Duration, Instant } from '#core/time.ts';
import type { CertificateCard } from './api-types.ts';
import type { PinnedMeter } from './das-registry.ts';
import type { DocumentId, MeterId, StoredValue } from './reading-store.ts';

/** A live reading that was judged and, if it was proven, is kept. */
export interface LiveReading {
  readonly meter: MeterId;
  readonly document: DocumentId;
  readonly number: bigint;
  readonly at: Instant;
  readonly proven: boolean;
  /** The sixteen digits of the document's state. */
  readonly state: string;
  readonly values: readonly StoredValue[];
}

/** How a meter fares, as far as whoever reads it knows. */
export interface MeterStatus {
  readonly lastVerdict: 'proven' | 'failed' | 'none';
  /** How far the meter's clock is ahead of ours. */
  readonly clockOffset?: Duration;
  /** It has not answered for longer than it may. */
  readonly silent: boolean;
}

/** What is found at an address, for a person to compare before anything is pinned. */
export interface ProbedSite {
  /** What the server there has shown. */
  readonly tls: CertificateCard;
  /** Its meters, and the ids of the certificates that seal their documents: these themselves come another way. */
  readonly devices: readonly { readonly id: MeterId; readonly keyName: string }[];
}

/** What the server asks of whoever collects. */
export interface Collection {
  /** `undefined` for a meter that is not read. */
  status(meter: MeterId): MeterStatus | undefined;

  /** Calls back with each live reading of a meter, the latest at once. */
  subscribe(meter: MeterId, listener: (reading: LiveReading) => void): Cancel;

  /**
   * Looks at what is at an address, until `signal` says that it takes too long, and believes nothing of it.
   * @throws SealmeterError (peer, evidence) where nobody answers as a meter does
   */
  probe(url: URL, signal: AbortSignal): Promise<ProbedSite>;

  /** Reads a meter from now on, in the way that it is pinned now. */
  watch(meter: PinnedMeter): void;
  /** Lets go of it. */
  forget(meter: MeterId): Promise<void>;
}
