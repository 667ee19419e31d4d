import { toHex, utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { obisGroups } from '#core/obis.ts';
import { formatDecimal } from '#core/quantity.ts';
import type { Measured, MissingReason } from '#core/sample.ts';
import type { Instant } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import { stateTable } from '#cosem/state.ts';
import type { Column } from './capture-columns.ts';
import type { Capture, CaptureRange, CaptureReader } from './captures.ts';

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
const UNIT = 'Wh';

export interface OcmfOptions {
  /** This service. */
  readonly gateway: { readonly identification: string; readonly serial: string; readonly version: string };
  readonly meter: { readonly manufacturer: string; readonly model: string; readonly serial: string };
  /** Times are legal times of the site. */
  readonly zone: Zone;
  /** Which values, by key; energy in Wh. */
  readonly keys: readonly string[];
  /** ECDSA on P-256 with SHA-256, in DER. */
  readonly sign: (payload: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/**
 * A range of captures as OCMF records, one per capture, without an end of line.
 * @throws SealmeterError (configuration) `OCMF_UNIT` for a key that is no energy in Wh; (evidence) `JOURNAL_DAMAGED`
 */
export async function* exportOcmf(
  captures: CaptureReader,
  range: CaptureRange,
  options: OcmfOptions,
): AsyncGenerator<string, void, undefined> {
  for (const capture of captures.read(range)) {
    const payload = payloadOf(capture, options);
    const signature = toHex(await options.sign(utf8(payload)));
    yield `OCMF|${payload}|${object({ SA: text(SIGNATURE_ALGORITHM), SD: text(signature) })}`;
  }
}

function payloadOf(capture: Capture, { gateway, meter, zone, keys }: OcmfOptions): string {
  return object({
    FV: text(FORMAT_VERSION),
    GI: text(gateway.identification),
    GS: text(gateway.serial),
    GV: text(gateway.version),
    PG: text(`F${capture.number}`),
    MV: text(meter.manufacturer),
    MM: text(meter.model),
    MS: text(meter.serial),
    RD: `[${keys.map((key) => readingOf(capture, key, zone)).join(',')}]`,
  });
}

const clockBit = stateTable.find(({ flag }) => flag === 'clock-not-synchronised')?.bit ?? 0;

function readingOf({ sampledAt, state, values }: Capture, key: string, zone: Zone): string {
  const column = values.columns.find((candidate) => candidate.key === key);
  if (column?.unit.symbol !== UNIT) throw notEnergy(key);
  const measured = values.get(key) ?? { kind: 'missing', reason: 'not-yet-read' };
  const isTimeSure = state[clockBit] === '0';
  return object({
    TM: text(`${localTime(sampledAt, zone)} ${isTimeSure ? 'S' : 'U'}`),
    ...valueOf(measured),
    RI: text(identificationOf(column)),
    RU: text(UNIT),
    // What must not be billed by: "E" the energy, "t" the time.
    EF: text(`${measured.kind === 'missing' ? 'E' : ''}${isTimeSure ? '' : 't'}`),
    ST: text(measured.kind === 'missing' ? MISSING_STATUS[measured.reason] : 'G'),
  });
}

/** A number in exactly the digits that were measured: whoever verifies must not write it anew. */
const valueOf = (measured: Measured): Readonly<Record<string, string>> =>
  measured.kind === 'missing' ? {} : { RV: formatDecimal(measured.quantity.value, measured.quantity.scaler) };

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
function identificationOf({ logicalName }: Column): string {
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

function notEnergy(key: string): SealmeterError {
  return new SealmeterError(
    'configuration',
    'OCMF_UNIT',
    `"${key}" is no energy in ${UNIT}, and OCMF has no place for it`,
    {
      mend: 'export energy registers as OCMF, and everything else as CSV or as sealed documents',
    },
  );
}
