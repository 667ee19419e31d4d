import type { Terminal } from '#cli/command.ts';
import { readMeterConfiguration } from '#cli/configuration.ts';
import { jsonLog } from '#cli/log.ts';
import { openSigner } from '#cli/signer.ts';
import { systemClock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import { systemZone } from '#core/zone-file.ts';
import { derFromRaw } from '#crypto/ecdsa-encoding.ts';
import type { Signer } from '#crypto/signer.ts';
import type { CaptureRange, CaptureReader } from '#journal/captures.ts';
import type { EventReader } from '#journal/event-books.ts';
import type { JournalReader } from '#journal/journal-reader.ts';
import { loadDevice } from '#meter/device-file.ts';
import { readProgram } from '#meter/program.ts';
import { formerMetersOf } from './former-meters.ts';
import { exportOcmf, type OcmfOptions } from './ocmf-records.ts';

/** The energy of a device's captures as OCMF records, signed with the key of a meter's configuration. */
export async function* exportOcmfOf(
  { captures, events }: JournalReader,
  range: CaptureRange,
  config: string,
  environment: Terminal['environment'],
): AsyncGenerator<string, void, undefined> {
  const file = readMeterConfiguration(config);
  const { configuration, pathOf } = file;
  const surroundings = { environment, clock: systemClock, log: jsonLog('warn') };
  const signer = await openSigner(configuration.signature, pathOf, surroundings);
  await using closing = new AsyncDisposableStack();
  closing.defer(() => signer[Symbol.asyncDispose]?.());
  yield* exportOcmf(captures, range, {
    gateway: {
      identification: 'sealmeter',
      serial: configuration.management.id,
      version: readProgram().version,
    },
    meterOf: metersOf(range.device, file, events),
    zone: systemZone(configuration.timeZone ?? 'Europe/Berlin'),
    keys: energiesIn(captures, range),
    sign: signerOfDer(signer),
  });
}

/** The present one is that of the configuration; what was before, the calibration book tells. */
function metersOf(
  device: string,
  { configuration, pathOf }: ReturnType<typeof readMeterConfiguration>,
  events: EventReader,
): OcmfOptions['meterOf'] {
  const entry = configuration.devices.find(({ id }) => id === device);
  if (entry === undefined) {
    throw new SealmeterError('configuration', 'LDEV_UNKNOWN', `the configuration has no device ${device}`, {
      mend: 'give the configuration of the meter whose journal it is',
    });
  }
  const meterBy = (model: string, serial: string) => {
    const { manufacturer, name } = loadDevice(model, configuration.descriptions?.map(pathOf)).plan.model;
    return { manufacturer, model: name, serial };
  };
  const present = meterBy(entry.model, entry.meterNumber ?? '');
  const former = formerMetersOf(device, events).map(({ meterNumber, model = entry.model, until }) => ({
    meter: meterBy(model, meterNumber),
    until,
  }));
  return ({ number }) => former.find(({ until }) => number < until)?.meter ?? present;
}

/** The keys of all energies in Wh: what the format has a place for. */
const energiesIn = (captures: CaptureReader, range: CaptureRange): readonly string[] => [
  ...new Set(
    captures
      .columns(range)
      .filter(({ unit }) => unit.symbol === 'Wh')
      .map(({ key }) => key),
  ),
];

/** @throws SealmeterError (configuration) `OCMF_ALGORITHM` for a key that the format does not take */
function signerOfDer(signer: Signer): OcmfOptions['sign'] {
  const { algorithm } = signer;
  if (algorithm.id !== 'ecdsa-p256-sha256') {
    throw new SealmeterError('configuration', 'OCMF_ALGORITHM', `OCMF records are not signed by ${algorithm.id}`, {
      mend: 'use a signature key on P-256',
    });
  }
  return async (payload) => {
    const der = derFromRaw(await signer.sign(payload), algorithm.curve);
    if (der === undefined) throw new TypeError('the signer gave no signature');
    return der;
  };
}
