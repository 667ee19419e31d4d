import { createHash } from 'node:crypto';
import { utf8 } from '#core/bytes.ts';
import { integerOf } from '#das/measured-values.ts';
import type { MeterId } from '#das/reading-store.ts';
import { type ProfileRows, readProfileRows } from '#representation/profile-rows.ts';
import type { Reading } from '#representation/reading.ts';
import type { AttributeNode } from '#representation/resource-nodes.ts';

/** A capture as a meter hands it out: all that its hash covers, and the document that was sealed for it. */
export interface CaptureRow {
  readonly number: bigint;
  readonly captureTime: bigint;
  readonly sampledAt: bigint;
  readonly sampleNumber: bigint;
  /** Sixteen digits. */
  readonly state: string;
  readonly columns: string;
  readonly measured: Uint8Array;
  readonly documentHash: Uint8Array | undefined;
  readonly previous: Uint8Array;
  readonly hash: Uint8Array;
  /** `undefined`: the signer was away. */
  readonly document: Uint8Array | undefined;
}

type Data = NonNullable<AttributeNode['data']>;

/** The object whose elements are the columns: the newest capture. @see docs/mapping.md § 6 */
const RECORD = '0000608000ff';

/** The captures in a part of the profile of captures; `undefined` where the document has none, or one lacks a field. */
export function captureRowsOf({ content }: Reading): readonly CaptureRow[] | undefined {
  const [profile] = content.kind === 'objects' ? content.objects : [];
  const table = profile && readProfileRows(profile);
  if (table === undefined) return undefined;
  const rows = table.rows.map((row) => readRow(fieldsIn(table, row)));
  return rows.every((row) => row !== undefined) ? rows : undefined;
}

type Field = (place: number) => Data | undefined;

/** Looks fields up by their place in the record, wherever their columns stand. */
function fieldsIn({ columns }: ProfileRows, row: readonly Data[]): Field {
  const places = new Map(
    columns.flatMap(({ logicalName, dataIndex }, column) =>
      logicalName === RECORD ? [[dataIndex, row[column]] as const] : [],
    ),
  );
  return (place) => places.get(place);
}

function readRow(field: Field): CaptureRow | undefined {
  const [number, captureTime, sampledAt, sampleNumber] = [1, 2, 3, 4].map((place) => integerOf(field(place)));
  const [state, columns] = [textIn(field(5)), textIn(field(6))];
  const [measured, documentHash, previous, hash] = [7, 8, 9, 10].map((place) => octetsIn(field(place)));
  const document = textIn(field(11));
  if (number === undefined || captureTime === undefined || sampledAt === undefined) return undefined;
  if (sampleNumber === undefined || state === undefined || columns === undefined) return undefined;
  if (measured === undefined || previous === undefined || hash === undefined) return undefined;
  return {
    number,
    captureTime,
    sampledAt,
    sampleNumber,
    state,
    columns,
    measured,
    documentHash,
    previous,
    hash,
    document: document === undefined ? undefined : utf8(document),
  };
}

const textIn = (data: Data | undefined): string | undefined =>
  data !== undefined && 'value' in data && typeof data.value === 'string' ? data.value : undefined;

const octetsIn = (data: Data | undefined): Uint8Array | undefined =>
  data?.type === 'octet-string' ? data.value : undefined;

/**
 * The hash of a capture, which the next one covers.
 *
 *     SHA-256( "sealmeter:journal:capture:1" 00, then for every field: length (4 octets), octets )
 *
 * @see docs/journal.md § 2
 */
export function hashOfCapture(meter: MeterId, row: CaptureRow): Uint8Array {
  const hash = createHash('sha256').update('sealmeter:journal:capture:1\0');
  const fields = [
    row.previous,
    utf8(`captures/${encodeURIComponent(meter)}`),
    ...[row.number, row.captureTime, row.sampledAt, row.sampleNumber].map(eightOctets),
    utf8(row.state),
    sha256(utf8(row.columns)),
    row.measured,
    row.documentHash ?? new Uint8Array(),
  ];
  for (const field of fields) hash.update(fourOctets(field.length)).update(field);
  return new Uint8Array(hash.digest());
}

export const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest());

function eightOctets(value: bigint): Uint8Array {
  const octets = new DataView(new ArrayBuffer(8));
  octets.setBigInt64(0, value);
  return new Uint8Array(octets.buffer);
}

function fourOctets(value: number): Uint8Array {
  const octets = new DataView(new ArrayBuffer(4));
  octets.setUint32(0, value);
  return new Uint8Array(octets.buffer);
}
