import { reasonOf } from '#core/errors.ts';
import type { ObjectRow } from '#cosem/measured-object.ts';
import { SampledDevice } from '#cosem/sampled-device.ts';
import { parseCertificateId } from '#crypto/certificate-id.ts';
import type { CryptoPort } from '#crypto/crypto-port.ts';
import type { Column } from '#journal/capture-columns.ts';
import { snapshotOf } from '#journal/capture-history.ts';
import type { Capture } from '#journal/captures.ts';
import type { Proofs } from '#journal/verify.ts';
import { type Reading, snapshotReading } from '#representation/reading.ts';
import { readSealedDocument } from '#representation/sealed-document.ts';
import { type KeyOf, verifySealed } from '#signature/xml-strict-verifier.ts';
import { ALL_RIGHTS } from './all-rights.ts';

/** What proves the journal of a meter, by the keys that the reader trusts. */
export const journalProofs = (keyOf: KeyOf, crypto: CryptoPort): Proofs => ({
  async document(document, capture) {
    try {
      const { bytes } = await verifySealed(document, keyOf, crypto);
      return differenceBetween(readSealedDocument(bytes), capture);
    } catch (error) {
      return reasonOf(error);
    }
  },
  async checkpoint(text, { keyId, signature }) {
    const id = parseCertificateId(keyId);
    const key = id === undefined ? undefined : await keyOf(id);
    if (key === undefined) return `there is no certificate ${keyId} to verify it with`;
    return (await crypto.verify(key, text, signature)) ? undefined : 'its signature is wrong';
  },
});

/** A document is of a capture when it says the same of who, when, which and what. */
function differenceBetween(reading: Reading, capture: Capture): string | undefined {
  if (reading.meterId !== capture.device) return 'the document is of another device';
  if (reading.at !== capture.sampledAt) return 'the document is of another time';
  if (reading.sequenceNumber !== capture.sampleNumber) return 'the document is of another sample';
  const rebuilt = new SampledDevice({
    id: capture.device,
    meterNumber: '',
    locationId: '',
    rows: rowsOf(capture.values.columns),
    start: { at: capture.sampledAt, sequenceNumber: 0n },
  });
  const snapshot = { ...snapshotOf(capture), at: capture.sampledAt };
  const isSame = valuesIn(reading) === valuesIn(snapshotReading(rebuilt, snapshot, ALL_RIGHTS));
  return isSame ? undefined : 'the document has other values';
}

/** The rows that the columns came from. What a class has beside its value is a column of its own, `key/last`, but no row. */
const rowsOf = (columns: readonly Column[]): readonly ObjectRow[] =>
  columns.filter(({ key }) => !key.includes('/')).map((column) => ({ ...column, name: column.key, version: 0 }));

/** The attributes that a capture keeps, by class: value and last value, scaler and unit. Times of change it does not. */
const KEPT: Readonly<Record<number, readonly number[]>> = { 1: [2], 3: [2, 3], 4: [2, 3], 5: [2, 3, 4] };

/** As a text that is the same for the same values. */
function valuesIn({ content }: Reading): string {
  if (content.kind !== 'objects') return '';
  const values = content.objects.map(({ classId, logicalName, attributes }) => {
    const kept = attributes?.attributes.filter(({ id }) => KEPT[classId]?.includes(id) === true) ?? [];
    return [classId, logicalName, ...kept.map(({ id, data }) => [id, data])];
  });
  return JSON.stringify(values, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
