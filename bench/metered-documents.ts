import { utf8 } from '#core/bytes.ts';
import { Instant } from '#core/time.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { energyRegister, measurementData } from '../test/support/measurement-data.ts';
import type { Site } from './site.ts';

export const QUARTER_MS = 15 * 60_000;
export const YEAR_START = Date.UTC(2026, 0, 1);

export interface MeteredDocument {
  readonly number: number;
  readonly at: Instant;
  readonly bytes: Uint8Array;
}

interface Wanted {
  readonly first: number;
  readonly count: number;
  readonly registers: number;
}

/** What a meter seals one quarter of an hour after the other: so many registers, of which each has another value. */
export async function meteredDocuments(
  site: Site,
  { first, count, registers }: Wanted,
): Promise<readonly MeteredDocument[]> {
  const documents: MeteredDocument[] = [];
  for (let number = first; number < first + count; number++) {
    const at = Instant(YEAR_START + number * QUARTER_MS);
    const unsigned = meteredDocument({ meterId: '1sie0012345678.sm', number, at, registers });
    documents.push({ number, at, bytes: utf8(await sealDocument(unsigned, site.meter.signer)) });
  }
  return documents;
}

interface Unsigned {
  readonly meterId: string;
  readonly number: number;
  readonly at: Instant;
  readonly registers: number;
}

/** One of them, before it is sealed. */
export const meteredDocument = ({ meterId, number, at, registers }: Unsigned): string =>
  measurementData({
    meterId,
    number: BigInt(number),
    at,
    objects: Array.from({ length: registers }, (_, index) =>
      energyRegister(BigInt(1_000 * number + index), `1-0:${index + 1}.8.0.255`),
    ),
  });
