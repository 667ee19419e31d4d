import { toHex, utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { type ObisCode, obisGroups } from '#core/obis.ts';
import { formatDecimal } from '#core/quantity.ts';
import type { Measured, MissingReason } from '#core/sample.ts';
import type { Instant } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';

/*
 * OCMF, the Open Charge Metering Format, 1.3: three sections in one line; the signature is over the bytes of the second.
 *
 *   OCMF|{"FV":"1.3","GI":…,"GS":…,"GV":…,"PG":"F17","MV":…,"MM":…,"MS":…,"RD":[…]}|{"SA":"ECDSA-secp256r1-SHA256","SD":"3045…"}
 *
 *   a reading: {"TM":"2026-11-20T10:15:00,000+0100 S","RV":1234.567,"RI":"01-00:01.08.00*FF","RU":"kWh","EF":"","ST":"G"}
 *
 * Records of captures are fiscal (pagination F, counted up without gaps), not those of a charging transaction: no TX, no
 * user. Version 1.3 because verifiers in the field refuse 1.4.
 */
const FORMAT_VERSION = '1.3';
const SIGNATURE_ALGORITHM = 'ECDSA-secp256r1-SHA256';

/** The only unit of ours that the format knows. */
export const OCMF_UNIT = 'Wh';

export interface OcmfParties {
  /** This service. */
  readonly gateway: { readonly identification: string; readonly serial: string; readonly version: string };
  readonly meter: { readonly manufacturer: string; readonly model: string; readonly serial: string };
  /** Times are legal times of the site. */
  readonly zone: Zone;
  /** ECDSA on P-256 with SHA-256, in DER. */
  readonly sign: (payload: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** The energies of one moment, in Wh. */
export interface OcmfMoment {
  /** Counted up without gaps. */
  readonly number: bigint | number;
  readonly at: Instant;
  /** Whether the clock was synchronised. */
  readonly isTimeSure: boolean;
  readonly energies: readonly { readonly logicalName: ObisCode; readonly measured: Measured }[];
}

/** Writes one record, without an end of line. */
export async function writeOcmf(moment: OcmfMoment, parties: OcmfParties): Promise<string> {
  const payload = payloadOf(moment, parties);
  const signature = toHex(await parties.sign(utf8(payload)));
  return `OCMF|${payload}|${object({ SA: text(SIGNATURE_ALGORITHM), SD: text(signature) })}`;
}

function payloadOf(moment: OcmfMoment, { gateway, meter, zone }: OcmfParties): string {
  return object({
    FV: text(FORMAT_VERSION),
    GI: text(gateway.identification),
    GS: text(gateway.serial),
    GV: text(gateway.version),
    PG: text(`F${moment.number}`),
    MV: text(meter.manufacturer),
    MM: text(meter.model),
    MS: text(meter.serial),
    RD: `[${moment.energies.map((energy) => readingOf(moment, energy, zone)).join(',')}]`,
  });
}

function readingOf({ at, isTimeSure }: OcmfMoment, energy: OcmfMoment['energies'][number], zone: Zone): string {
  const { logicalName, measured } = energy;
  return object({
    TM: text(`${localTime(at, zone)} ${isTimeSure ? 'S' : 'U'}`),
    ...valueOf(measured),
    RI: text(identificationOf(logicalName)),
    RU: text(OCMF_UNIT),
    // What must not be billed by: "E" the energy, "t" the time.
    EF: text(`${measured.kind === 'missing' ? 'E' : ''}${isTimeSure ? '' : 't'}`),
    ST: text(measured.kind === 'missing' ? MISSING_STATUS[measured.reason] : 'G'),
  });
}

/**
 * A number in exactly the digits that were measured: whoever verifies must not write it anew.
 * @throws SealmeterError (configuration) `OCMF_UNIT`
 */
function valueOf(measured: Measured): Readonly<Record<string, string>> {
  if (measured.kind === 'missing') return {};
  const { value, scaler, unit } = measured.quantity;
  if (unit.symbol !== OCMF_UNIT) throw notEnergy(unit.symbol);
  return { RV: formatDecimal(value, scaler) };
}

/** N: not there, T: timeout, F: could not be read, O: out of range, E: another error. */
const MISSING_STATUS: Readonly<Record<MissingReason, string>> = {
  unreachable: 'T',
  refused: 'F',
  'not-measured': 'N',
  'out-of-range': 'O',
  'input-missing': 'E',
  'not-yet-read': 'N',
};

/** `01-00:01.08.00*FF`: the groups in hex. */
function identificationOf(logicalName: ObisCode): string {
  const [a, b, c, d, e, f] = obisGroups(logicalName).map((group) => group.toString(16).padStart(2, '0').toUpperCase());
  return `${a}-${b}:${c}.${d}.${e}*${f}`;
}

/** `2026-11-20T10:15:00,000+0100` */
function localTime(at: Instant, zone: Zone): string {
  const offset = zone.offset(at);
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (number: number): string => String(number).padStart(2, '0');
  const shown = new Date(at + offset).toISOString().slice(0, -1).replace('.', ',');
  return `${shown}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
}

/** A bar divides the sections, so none may stand in a text. */
const text = (value: string): string => JSON.stringify(value).replaceAll('|', '\\u007c');

const object = (members: Readonly<Record<string, string>>): string =>
  `{${Object.entries(members)
    .map(([name, value]) => `"${name}":${value}`)
    .join(',')}}`;

/** What is asked for by a name is no energy. */
export function notEnergy(name: string): SealmeterError {
  return new SealmeterError(
    'configuration',
    'OCMF_UNIT',
    `"${name}" is no energy in ${OCMF_UNIT}, and OCMF has no place for it`,
    { mend: 'export energy registers as OCMF, and everything else as CSV or as sealed documents' },
  );
}
