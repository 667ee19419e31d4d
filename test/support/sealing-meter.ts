import type { X509Certificate } from 'node:crypto';
import type { Measured, Sample } from '#core/sample.ts';
import { Instant } from '#core/time.ts';
import { rightsOf } from '#cosem/access-rights.ts';
import { expectedValues, type ObjectRow } from '#cosem/measured-object.ts';
import { SampledDevice } from '#cosem/sampled-device.ts';
import { loadDevice } from '#meter/device-file.ts';
import { snapshotReading } from '#representation/reading.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { makeSigningKey, type SigningKey } from './signing-keys.ts';

const { objects: rows } = loadDevice('pac3200');

/** What a household draws at a moment, in watts: a day has its shape, and every minute its own small changes. */
export function powerAt(at: number): number {
  const hour = (at / 3_600_000) % 24;
  const morning = 900 * Math.exp(-((hour - 7) ** 2) / 3);
  const evening = 1_700 * Math.exp(-((hour - 18) ** 2) / 6);
  return 260 + morning + evening + 90 * Math.sin(at / 9_000) + 40 * Math.sin(at / 1_700);
}

/** A counter that has counted since 2020, in watt-hours; it never steps back. */
export const energyAt = (at: number): number =>
  Math.floor(((at - Date.UTC(2020, 0)) / 3_600_000) * 610 + 50 * Math.sin(at / 4e6));

/** Of a phase, or of all three. */
const powerOf = ({ key }: ObjectRow, at: number): number => powerAt(at) / (/l[123]$/.test(key) ? 3 : 1);

/** Momentary values of the meter's fields, by unit: near enough to a real one that a person finds nothing odd. */
const TYPICAL: Readonly<Record<string, (row: ObjectRow, at: number) => number>> = {
  V: ({ key }, at) => (/l1-l2|l2-l3|l3-l1|l-l/.test(key) ? 398 : 230) + Math.sin(at / 5_000 + key.length) * 1.5,
  A: (_row, at) => powerAt(at) / 690,
  W: (row, at) => (row.key.includes('export') ? 0 : powerOf(row, at)),
  VA: (row, at) => powerOf(row, at) * 1.04,
  var: (row, at) => powerOf(row, at) * 0.2,
  Hz: (_row, at) => 50 + Math.sin(at / 20_000) * 0.02,
  '%': () => 2.1,
  Wh: ({ key }, at) => (key.includes('export') ? 1_204_000 : energyAt(at)),
  varh: (_row, at) => energyAt(at) / 5,
  VAh: (_row, at) => energyAt(at) * 1.05,
};

function measured(row: ObjectRow, at: Instant): Measured {
  const { unit, scaler, key } = row;
  const number = key.includes('power-factor') ? 0.96 : (TYPICAL[unit.symbol]?.(row, at) ?? 1);
  const value = BigInt(Math.round(number / 10 ** scaler));
  return { kind: 'value', quantity: { value, scaler, unit }, readAt: at };
}

function sampleAt(at: Instant): Sample {
  const values = rows.flatMap((row) => expectedValues(row).map(({ key }) => [key, measured(row, at)] as const));
  return { at, values: new Map(values), flags: new Set() };
}

/** A meter as the DAS meets one: it seals what it measures, with a key of its own. */
export class SealingMeter {
  readonly id: string;
  readonly key: SigningKey;
  readonly #device: SampledDevice;
  #number = 1_000n;

  constructor(id: string) {
    this.id = id;
    this.key = makeSigningKey('ecdsa-p256-sha256', `/CN=${id}/O=sealmeter development`);
    this.#device = new SampledDevice({
      id,
      meterNumber: id.slice(4, -3),
      locationId: 'DE0001234567890000000000000012345',
      rows,
      start: { at: Instant(0), sequenceNumber: 0n },
    });
  }

  /** Measures and seals: the exact bytes. */
  async seal(at: Instant, flags: Sample['flags'] = new Set()): Promise<Uint8Array> {
    this.#number += 1n;
    this.#device.accept({ ...sampleAt(at), flags }, this.#number);
    const reading = snapshotReading(this.#device, this.#device.snapshot(), rightsOf('consumer'));
    return Buffer.from(await sealDocument(writeMeasurementData(reading), this.key.signer));
  }

  get certificate(): X509Certificate {
    return this.key.certificate;
  }
}
