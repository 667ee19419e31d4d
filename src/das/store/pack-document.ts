import type { Instant } from '#core/time.ts';
import type { JudgedDocument, Rejected, StoredValue } from '#das/reading-store.ts';
import type { PackedBatch, PackedDocument, PackedRejection } from './store-calls.ts';
import { type ValueText, valuesToText } from './value-text.ts';

/** @throws TypeError for a document that is not proven */
export function packDocument({ verdict, values, events = [], ...entry }: JudgedDocument): PackedDocument {
  const { proven, digest } = verdict;
  if (!proven || digest === undefined) throw new TypeError('only what is proven is kept as a reading');
  const own = values.filter(({ at }) => at === undefined);
  return {
    ...entry,
    digest,
    marks: JSON.stringify(verdict.marks),
    values: valuesToText(own),
    rows: own.length === values.length ? [] : rowsOf(values),
    events,
  };
}

/**
 * The same documents with their bytes side by side in memory of their own, which can be moved to another thread as it is:
 * one after the other, each would take along all of the memory that its bytes are a part of.
 */
export function gathered(batch: readonly PackedDocument[]): {
  readonly batch: PackedBatch;
  readonly memory: ArrayBuffer;
} {
  const memory = new ArrayBuffer(batch.reduce((length, { bytes }) => length + bytes.length, 0));
  let position = 0;
  const columns = new Map<string, number>();
  const inBatch = (values: ValueText) => ({ columns: placeOf(values.columns, columns), vals: values.vals });
  const documents = batch.map((document) => {
    const bytes = new Uint8Array(memory, position, document.bytes.length);
    bytes.set(document.bytes);
    position += bytes.length;
    const rows = document.rows.map(({ at, values }) => ({ at, values: inBatch(values) }));
    return { ...document, bytes, values: inBatch(document.values), rows };
  });
  return { batch: { columns: [...columns.keys()], documents }, memory };
}

function placeOf(text: string, places: Map<string, number>): number {
  const place = places.get(text) ?? places.size;
  if (place === places.size) places.set(text, place);
  return place;
}

export const packRejection = ({ marks, ...rejected }: Rejected): PackedRejection => ({
  ...rejected,
  marks: JSON.stringify(marks),
});

function rowsOf(values: readonly StoredValue[]): PackedDocument['rows'] {
  const rows = new Map<Instant, StoredValue[]>();
  for (const value of values) {
    if (value.at === undefined) continue;
    const row = rows.get(value.at);
    if (row === undefined) rows.set(value.at, [value]);
    else row.push(value);
  }
  return [...rows].map(([at, row]) => ({ at, values: valuesToText(row) }));
}
