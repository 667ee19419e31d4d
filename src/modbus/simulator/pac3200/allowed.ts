/** What a number that somebody writes may be. */
export type Allowed = { readonly from: number; readonly to: number } | { readonly oneOf: readonly number[] };

/** NaN is never allowed. */
export const isAllowed = (value: number, allowed: Allowed): boolean =>
  'oneOf' in allowed ? allowed.oneOf.includes(value) : value >= allowed.from && value <= allowed.to;
