import type { LogicalDevice, LogicalDevices } from '#cosem/logical-device.ts';
import type { Exchange } from '#http/exchange.ts';
import type { Step } from '#http/pipeline.ts';
import { RESOURCES } from '#http/resources.ts';
import type { Witness } from '#http/witness.ts';
import type { ResourceAddress } from '#representation/resource-uri.ts';

/** Has it written down whose values go out, and to whom, before they do. */
export function tellReading(witness: Witness, devices: LogicalDevices): Step {
  return function tellReading(exchange) {
    const { address } = exchange.get('wanted');
    const client = exchange.get('client').id;
    const sealed = exchange.get('signature') !== undefined;
    const resource = resourceOf(address);
    for (const device of devicesIn(exchange, address, devices)) {
      const sample = device.snapshot().sequenceNumber;
      witness.read({ client, ldev: device.id, resource, sealed, sample });
    }
  };
}

/** What is above the devices has the values of all of them, unsigned; sealed it ends at their names. */
function devicesIn(exchange: Exchange, address: ResourceAddress, devices: LogicalDevices): readonly LogicalDevice[] {
  if ('ldev' in address) {
    const device = devices.device(address.ldev);
    return device === undefined ? [] : [device];
  }
  if (exchange.get('signature') !== undefined) return [];
  const { visible } = exchange.get('rights');
  return devices.devices.filter((device) => visible(device));
}

/** A client reads the parts of an object one after the other: the object is what is written down, once. */
function resourceOf(address: ResourceAddress): string {
  const { path } = RESOURCES['obis' in address ? 'object' : address.kind];
  const names = {
    '{ldev}': 'ldev' in address ? address.ldev : '',
    '{object}': 'obis' in address ? `${address.classId}-${address.obis}` : '',
    '{ldev-container}': 'container' in address ? address.container : '',
    '{container}': 'container' in address ? address.container : '',
  };
  return Object.entries(names).reduce((text, [name, value]) => text.replace(name, value), path);
}
