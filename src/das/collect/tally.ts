import type { DocumentKind } from '#das/reading-store.ts';

const KINDS: readonly DocumentKind[] = ['live', 'capture', 'profile', 'events'];

/** What became of a request to a meter. */
export type RequestOutcome = 'answered' | 'busy' | 'refused' | 'failed';

/** Counts what a collector does since it was started, for whoever measures it. */
export class Tally {
  readonly documents = new Map<DocumentKind, { proven: number; refused: number; stored: number }>(
    KINDS.map((kind) => [kind, { proven: 0, refused: 0, stored: 0 }]),
  );
  readonly requests: Record<RequestOutcome, number> = { answered: 0, busy: 0, refused: 0, failed: 0 };
  receivedBytes = 0;

  received(bytes: number): void {
    this.requests.answered += 1;
    this.receivedBytes += bytes;
  }

  failed(outcome: Exclude<RequestOutcome, 'answered'>): void {
    this.requests[outcome] += 1;
  }

  judged(kind: DocumentKind, proven: boolean): void {
    const counts = this.documents.get(kind);
    if (counts !== undefined) counts[proven ? 'proven' : 'refused'] += 1;
  }

  stored(kind: DocumentKind): void {
    const counts = this.documents.get(kind);
    if (counts !== undefined) counts.stored += 1;
  }
}
