import { type Book, books } from '#cosem/events.ts';

/** One of the things that are numbered on their own. */
export interface Chain {
  readonly kind: 'captures' | Book;
  /** Of captures the logical device, of the consumer book the consumer, else empty. */
  readonly subject: string;
}

/** `captures/1sie0012345678.sm`, `system`, `consumer/client-17`: in hashes, in sealed statements and for people. */
export function chainName({ kind, subject }: Chain): string {
  return subject === '' ? kind : `${kind}/${encodeURIComponent(subject)}`;
}

/** Every kind. The books are apart because the rights to read them differ. */
export const chainKinds: readonly Chain['kind'][] = ['captures', ...books];

/** Reads what {@link chainName} wrote. */
export function parseChainName(name: string): Chain | undefined {
  const [kindName, subject = ''] = name.split('/');
  const kind = chainKinds.find((known) => known === kindName);
  return kind === undefined ? undefined : { kind, subject: decodeURIComponent(subject) };
}

export const capturesOf = (device: string): Chain => ({ kind: 'captures', subject: device });
