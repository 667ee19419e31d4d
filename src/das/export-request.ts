import type { Zone } from '#core/zone.ts';
import type { ExportLocale } from './api-types.ts';
import type { DocumentKind, MeterId, ReadingStore, TimeRange } from './reading-store.ts';

/** Which readings of a meter are to be given out, and how. */
export interface ExportRequest {
  readonly store: ReadingStore;
  readonly meter: MeterId;
  readonly kind: DocumentKind;
  readonly range: TimeRange;
  /** Of the site: legal times stand beside UTC. */
  readonly zone: Zone;
  readonly locale: ExportLocale;
}
