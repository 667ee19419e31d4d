import { obisFromHex } from '#core/obis.ts';
import { unitOfCode } from '#core/quantity.ts';
import { OCMF_UNIT, type OcmfMoment, type OcmfParties, writeOcmf } from '#representation/ocmf.ts';
import { isTimeSure } from '#representation/state-words.ts';
import { readingsOf } from './export/pages.ts';
import type { ExportRequest } from './export-request.ts';
import type { StoredReading, StoredValue } from './reading-store.ts';

/** The zone is that of the parties: OCMF has legal times only. */
export type OcmfRequest = Omit<ExportRequest, 'zone' | 'locale'>;

/**
 * The energies of readings as OCMF, a record and a line for each reading. It is the DAS that signs them, as the gateway: a
 * record says what the DAS has proven, and the sealed document remains what proves it.
 */
export async function* exportOcmf(request: OcmfRequest, parties: OcmfParties): AsyncGenerator<string, void, undefined> {
  for await (const reading of readingsOf(request)) {
    const moment = momentOf(reading);
    if (moment.energies.length > 0) yield `${await writeOcmf(moment, parties)}\n`;
  }
}

const momentOf = ({ number, at, state, values }: StoredReading): OcmfMoment => ({
  number,
  at,
  isTimeSure: isTimeSure(state),
  energies: values.flatMap((value) => energyOf(value, at)),
});

/** An energy register's value; nothing for what is none. */
function energyOf(
  { object, attribute, value, scaler, unit }: StoredValue,
  at: StoredReading['at'],
): OcmfMoment['energies'] {
  const [classId, hex = ''] = object.split('-');
  const logicalName = obisFromHex(hex);
  const known = unitOfCode(unit);
  const isEnergy = REGISTERS.includes(classId ?? '') && attribute === 2 && known?.symbol === OCMF_UNIT;
  if (!isEnergy || logicalName === undefined) return [];
  return [{ logicalName, measured: { kind: 'value', quantity: { value, scaler, unit: known }, readAt: at } }];
}

/** Register and extended register. @see IEC 62056-6-2 (Blue Book) */
const REGISTERS: readonly string[] = ['3', '4'];
