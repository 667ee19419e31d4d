import type { Measured, Sample } from '#core/sample.ts';
import { Instant, Minutes, Seconds } from '#core/time.ts';
import { SampledDevice } from '#cosem/sampled-device.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import { type Column, columnsOf } from '#journal/capture-columns.ts';
import type { NewCapture } from '#journal/captures.ts';
import type { Journal } from '#journal/journal.ts';
import { ALL_RIGHTS } from '#meter/all-rights.ts';
import { loadDevice } from '#meter/device-file.ts';
import { DEVELOPMENT_DEFAULTS } from '#pki/development-pki.ts';
import { snapshotReading } from '#representation/reading.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import type { Site } from './site.ts';

export const CAPTURES_PER_DAY = 96;
export const CAPTURES_PER_YEAR = 35_040;
export const CAPTURE_PERIOD = Minutes(15);
/** The service samples once a second, and captures each 900th of its samples. */
const SAMPLES_PER_CAPTURE = CAPTURE_PERIOD / Seconds(1);

const { meter: DEVICE } = DEVELOPMENT_DEFAULTS.names;
const { objects: rows } = loadDevice('pac3200');
const columns = columnsOf(rows);
const device = new SampledDevice({
  id: DEVICE,
  meterNumber: '12345678',
  locationId: '',
  rows,
  start: { at: Instant(0), sequenceNumber: 0n },
});

/** The capture of a PAC3200 with this number, counted from 1, with the sealed document of all that it measures. */
export async function captureOf(number: number, captureTime: Instant, { meter }: Site): Promise<NewCapture> {
  const snapshot = snapshotOf(number, captureTime);
  const sealed = await sealDocument(writeMeasurementData(snapshotReading(device, snapshot, ALL_RIGHTS)), meter.signer);
  return { device: DEVICE, captureTime, snapshot, columns, document: Buffer.from(sealed) };
}

/** Captures that end with the last quarter of an hour before `now`. They reach the disk together, in a few writes. */
export async function fillJournal(journal: Journal, site: Site, captures: number, now: Instant): Promise<void> {
  const end = Instant(Math.floor(now / CAPTURE_PERIOD) * CAPTURE_PERIOD);
  for (let done = 0; done < captures; ) {
    const batch = await Promise.all(
      Array.from({ length: Math.min(1_000, captures - done) }, (_, index) => {
        const number = done + index + 1;
        return captureOf(number, Instant(end - (captures - number) * CAPTURE_PERIOD), site);
      }),
    );
    journal.together(() => {
      for (const capture of batch) journal.capture(capture);
    });
    done += batch.length;
  }
}

function snapshotOf(number: number, at: Instant): Snapshot {
  const values = new Map(columns.map((column, place) => [column.key, valueOf(column, { place, number, at })]));
  const sample: Sample = { at, values, flags: new Set() };
  const sequenceNumber = BigInt(number * SAMPLES_PER_CAPTURE);
  return { at, sequenceNumber, sample, state: new Set(), changes: new Map() };
}

/** A counter grows by some hundred units in a quarter of an hour; whatever else is measured goes up and down by as much. */
function valueOf(
  { type, scaler, unit }: Column,
  { place, number, at }: { readonly place: number; readonly number: number; readonly at: Instant },
): Measured {
  const change = BigInt(scattered(number, place) % 500);
  const value = type === 'long64-unsigned' ? 1_234_567_890n + BigInt(number) * 500n + change : 10_000n + change;
  return { kind: 'value', quantity: { value, scaler, unit }, readAt: at };
}

/** A number without a pattern that a compression could find, and the same in every run. */
function scattered(number: number, place: number): number {
  const mixed = Math.imul(number ^ Math.imul(place, 0x9e3779b1), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
