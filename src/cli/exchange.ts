import { systemClock } from '#core/clock.ts';
import { exchangeDevice } from '#meter/exchange.ts';
import type { MeteredDevice } from '#meter/metering.ts';
import { Sealing } from '#meter/sealing.ts';
import { command, required, usageError } from './command.ts';
import { readMeterConfiguration } from './configuration.ts';
import { jsonLog } from './log.ts';
import { meterParts } from './meter-parts.ts';

export const exchange = command({
  usage: 'exchange --config FILE --device LDEV --old NUMBER --by NAME',
  summary:
    'Records that a measuring device was exchanged: its last capture, and the sealed initial readings of the new one.',
  notes: [
    'Stop the service, exchange the device, write its number (and model) into the configuration, run this, start again.',
    'Prints where it stands in the journal.',
  ],
  options: {
    config: { type: 'string', value: 'FILE', help: 'meter.yaml, with the new device.' },
    device: {
      type: 'string',
      value: 'LDEV',
      help: 'The logical device: it stays, the meter behind it is another one.',
    },
    old: { type: 'string', value: 'NUMBER', help: 'The number of the meter that is gone.' },
    by: { type: 'string', value: 'NAME', help: 'Who exchanged it.' },
    json: { type: 'boolean', help: 'Print one JSON object.' },
  },
  async run({ values }, { environment, write }) {
    const file = readMeterConfiguration(required(values, 'config'));
    const oldMeterNumber = required(values, 'old');
    const by = required(values, 'by');
    const parts = await meterParts(file, jsonLog('warn'), environment);
    await using sealing = new Sealing(parts.signer);
    const metered = deviceNamed(required(values, 'device'), parts.devices);
    if (metered.meterNumber === oldMeterNumber) {
      throw usageError(`the configuration still says ${oldMeterNumber}`, 'write the number of the new meter into it');
    }
    const { stateFolder } = parts;
    const request = { metered, oldMeterNumber, by };
    const recorded = await exchangeDevice(request, { stateFolder, sealing, clock: systemClock });
    const { finalCapture, initialCapture, event } = recorded;
    const words = `final capture ${finalCapture}, initial capture ${initialCapture}, event ${event} of the calibration book`;
    write(values.json === true ? `${JSON.stringify(recorded)}\n` : `${words}\n`);
    return 0;
  },
});

function deviceNamed(id: string, devices: readonly MeteredDevice[]): MeteredDevice {
  const device = devices.find((candidate) => candidate.id === id);
  if (device !== undefined) return device;
  throw usageError(`there is no device ${id}`, `give one of ${devices.map((candidate) => candidate.id).join(', ')}`);
}
