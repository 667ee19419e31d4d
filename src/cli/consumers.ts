import { SealmeterError } from '#core/errors.ts';
import type { MeterConfiguration } from './meter-schema.ts';

type ClientEntry = MeterConfiguration['clients'][number];

/** By the device: the consumer whose metering point it is at. */
export const consumersOf = ({ clients }: MeterConfiguration): ReadonlyMap<string, string> =>
  new Map(
    clients
      .filter(({ role }) => role === 'consumer')
      .flatMap(({ id, devices = [] }) => devices.map((device) => [device, id] as const)),
  );

/**
 * A client sees devices that there are, and a consumer the own metering point only, at which there is no other.
 * @throws SealmeterError (configuration) `CLIENT_DEVICES_MISSING`, `CLIENT_DEVICE_UNKNOWN`, `CLIENT_DEVICE_TAKEN`
 */
export function checkDevicesOf(client: ClientEntry, configuration: MeterConfiguration): void {
  const { id, role, devices } = client;
  if (role === 'consumer' && devices === undefined) {
    throw refusal('CLIENT_DEVICES_MISSING', `the consumer ${id} names no devices`, 'name those of its metering point');
  }
  for (const device of devices ?? []) {
    if (!namesOf(configuration).includes(device)) {
      throw refusal('CLIENT_DEVICE_UNKNOWN', `${id} names ${device}, which there is not`, 'correct the name');
    }
    const consumer = consumersOf(configuration).get(device);
    if (role === 'consumer' && consumer !== id) {
      const problem = `${device} is at the metering point of ${id} and of ${consumer}`;
      throw refusal('CLIENT_DEVICE_TAKEN', problem, 'leave it to one of the two');
    }
  }
}

const namesOf = ({ devices, management }: MeterConfiguration): readonly string[] => [
  management.id,
  ...devices.map(({ id }) => id),
];

const refusal = (code: string, problem: string, mend: string): SealmeterError =>
  new SealmeterError('configuration', code, problem, { mend });
