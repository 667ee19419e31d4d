/** The three event logs. Rights to read them differ, so each has its own numbers and its own chain. */
export type EventBook = 'system' | 'consumer' | 'calibration';

/** One of the things that are numbered on their own. */
export interface Chain {
  readonly kind: 'captures' | EventBook;
  /** Of captures the logical device, of the consumer book the consumer, else empty. */
  readonly subject: string;
}

/** `captures/1sie0012345678.sm`, `system`, `consumer/client-17`: in hashes, in sealed statements and for people. */
export function chainName({ kind, subject }: Chain): string {
  return subject === '' ? kind : `${kind}/${encodeURIComponent(subject)}`;
}

/** Reads what {@link chainName} wrote. */
export function parseChainName(name: string): Chain | undefined {
  const [, kind, subject = ''] = /^(captures|system|consumer|calibration)(?:\/(.+))?$/.exec(name) ?? [];
  return kind === undefined ? undefined : { kind: kind as Chain['kind'], subject: decodeURIComponent(subject) };
}

export const capturesOf = (device: string): Chain => ({ kind: 'captures', subject: device });
