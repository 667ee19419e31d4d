import type { Health, MeterSummary } from '#das/api-types.ts';

/** The worst first, so that what needs a person stands on the first page. */
export const HEALTHS: readonly Health[] = ['alarm', 'silent', 'warning', 'good'];

const text = (value: string | null): string => value ?? '';
const absent = Number.POSITIVE_INFINITY;

/** How each column of the list is compared. */
const COMPARE = {
  health: (a, b) => HEALTHS.indexOf(a.health) - HEALTHS.indexOf(b.health),
  name: (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }),
  reading: (a, b) => text(a.lastReadingAt).localeCompare(text(b.lastReadingAt)),
  verdict: (a, b) => a.lastVerdict.localeCompare(b.lastVerdict),
  gaps: (a, b) => b.gaps - a.gaps,
  certificate: (a, b) => (a.certificateDays ?? absent) - (b.certificateDays ?? absent),
  clock: (a, b) => Math.abs(b.clockOffsetMs ?? 0) - Math.abs(a.clockOffsetMs ?? 0),
  alarms: (a, b) => b.openAlarms - a.openAlarms,
} as const satisfies Readonly<Record<string, (a: MeterSummary, b: MeterSummary) => number>>;

export type Column = keyof typeof COMPARE;
export const COLUMNS = Object.keys(COMPARE) as readonly Column[];

export interface Order {
  readonly column: Column;
  readonly reversed: boolean;
}

/** Which meters are shown, in which order. Equals are told apart by name, so that the order is always the same. */
export function arrange(
  meters: readonly MeterSummary[],
  { search, health, order }: { search: string; health: Health | 'all'; order: Order },
): readonly MeterSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const direction = order.reversed ? -1 : 1;
  return meters
    .filter((meter) => (health === 'all' || meter.health === health) && matches(meter, words))
    .toSorted((a, b) => direction * COMPARE[order.column](a, b) || COMPARE.name(a, b));
}

function matches({ name, id, url }: MeterSummary, words: readonly string[]): boolean {
  const searched = `${name} ${id} ${url}`.toLowerCase();
  return words.every((word) => searched.includes(word));
}
