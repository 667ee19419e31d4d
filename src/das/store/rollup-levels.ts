import { Hours, Minutes } from '#core/time.ts';
import type { DocumentKind } from '#das/reading-store.ts';

/** The steps that values are rolled up by. A day is left to its hours: where it begins depends on the zone of the site. */
const MINUTE = Minutes(1);
const QUARTER = Minutes(15);
export const HOUR = Hours(1);

/**
 * By kind, the finest first. Captures and profiles have a quarter of an hour between them, mostly. Minutes go with their
 * documents; what lies above them stays.
 */
export const ROLLUP_STEPS: Readonly<Record<DocumentKind, readonly number[]>> = {
  live: [MINUTE, QUARTER, HOUR],
  capture: [HOUR],
  profile: [HOUR],
  events: [],
};

/** Steps below this one go with their documents. */
export const SHORTEST_KEPT_STEP = QUARTER;
