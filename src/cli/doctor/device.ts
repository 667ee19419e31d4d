import { systemClock } from '#core/clock.ts';
import { formatQuantity } from '#core/quantity.ts';
import type { Sample } from '#core/sample.ts';
import { firstSample } from '#meter/first-sample.ts';
import type { MeteredDevice } from '#meter/metering.ts';
import { type Finding, unknown, well, wrong } from './finding.ts';

/** Reads the meter once, as the service would: whether it answers, is what it should be, and measures. */
export async function examineDevice(device: MeteredDevice): Promise<readonly Finding[]> {
  const subject = `device ${device.id}`;
  const { sample, identity } = await firstSample(device, systemClock);
  const where = `${device.host}:${device.port}`;
  if (sample === undefined || sample.flags.has('device-unreachable')) {
    const mend = 'check modbus.host, modbus.port and the network, and whether another client holds the meter';
    return [wrong(subject, `no answer from ${where}`, mend)];
  }
  if (sample.flags.has('device-not-identified')) {
    const { name } = device.description.plan.model;
    return [wrong(subject, `what answers at ${where} is no ${name}`, 'check modbus.host and devices[].model')];
  }
  return [
    well(subject, [`${where} answers`, ...describe(identity)].join(', ')),
    examineValues(subject, device, sample),
  ];
}

const describe = (identity: ReadonlyMap<string, string>): readonly string[] =>
  ['order-number', 'serial-number'].flatMap((key) => {
    const value = identity.get(key)?.trim();
    return value === undefined || value === '' ? [] : [`${key.replace('-', ' ')} ${value}`];
  });

/** Voltages and the frequency of a mains that lives, in their rows' own units. */
const PLAUSIBLE = [
  { unit: 'Hz', low: 45, high: 65 },
  { unit: 'V', low: 50, high: 800 },
] as const;

function examineValues(device: string, { description }: MeteredDevice, sample: Sample): Finding {
  const subject = `${device}, values`;
  const measured = [...sample.values].flatMap(([key, found]) => (found.kind === 'value' ? [{ key, ...found }] : []));
  if (measured.length === 0) return wrong(subject, 'not one value', 'compare the device description with the manual');
  const odd = measured.filter(({ quantity: { unit, value, scaler } }) => {
    const range = PLAUSIBLE.find((row) => row.unit === unit.symbol);
    const number = Number(value) * 10 ** scaler;
    return range !== undefined && value !== 0n && (number < range.low || number > range.high);
  });
  const found = `${measured.length} of ${description.objects.length} objects have a value`;
  if (odd.length === 0) return well(subject, found);
  const examples = odd.slice(0, 3).map(({ key, quantity }) => `${key} = ${formatQuantity(quantity)}`);
  return unknown(subject, `${found}; odd: ${examples.join(', ')}`, 'compare with the display of the meter');
}
