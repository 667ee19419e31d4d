import type { Capture, CaptureRange, CaptureReader } from '#journal/captures.ts';
import { notEnergy, OCMF_UNIT, type OcmfMoment, type OcmfParties, writeOcmf } from '#representation/ocmf.ts';
import { isTimeSure } from '#representation/state-words.ts';

export interface OcmfOptions extends Omit<OcmfParties, 'meter'> {
  /** Which measuring device it was that was captured: another one may have taken its place since. */
  readonly meterOf: (capture: Capture) => OcmfParties['meter'];
  /** Which values, by key; energy in Wh. */
  readonly keys: readonly string[];
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
    yield writeOcmf(momentOf(capture, options.keys), { ...options, meter: options.meterOf(capture) });
  }
}

const momentOf = (capture: Capture, keys: readonly string[]): OcmfMoment => ({
  number: capture.number,
  at: capture.sampledAt,
  isTimeSure: isTimeSure(capture.state),
  energies: keys.map((key) => energyOf(capture, key)),
});

function energyOf({ values }: Capture, key: string): OcmfMoment['energies'][number] {
  const column = values.columns.find((candidate) => candidate.key === key);
  if (column?.unit.symbol !== OCMF_UNIT) throw notEnergy(key);
  return {
    logicalName: column.logicalName,
    measured: values.get(key) ?? { kind: 'missing', reason: 'not-yet-read' },
  };
}
