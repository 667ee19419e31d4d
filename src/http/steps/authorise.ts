import { type May, withoutSignature } from '#cosem/access-rights.ts';
import type { LogicalDevices } from '#cosem/logical-device.ts';
import type { Step } from '#http/pipeline.ts';
import { type ResourceAddress, unknownResource } from '#representation/resource-uri.ts';
import { requestRefusal } from '#signature/request-refusals.ts';

/**
 * Decides whether the client may have what it asks for. What it may not see at all does not exist for it; what it may
 * see by a signed request only, it is told to sign for. What of a list it may not have is left out of the list.
 */
export function authorise(devices: LogicalDevices): Step {
  return function authorise(exchange) {
    const { address } = exchange.get('wanted');
    const { rights } = exchange.get('client');
    const isSigned = exchange.get('signature') !== undefined;
    if (!mayRead(address, devices, rights.visible)) throw unknownResource();
    if (!isSigned && !mayRead(address, devices, rights.unsigned)) {
      throw requestRefusal('SIGNATURE_MISSING', 'this client reads this resource by a signed request only');
    }
    exchange.note('rights', isSigned ? rights : withoutSignature(rights));
  };
}

function mayRead(address: ResourceAddress, devices: LogicalDevices, may: May): boolean {
  if (!('ldev' in address)) return true;
  const device = devices.device(address.ldev);
  if (device === undefined) return false;
  if (!('obis' in address)) return may(device);
  const object = device.object(address.classId, address.obis);
  return object !== undefined && may(device, object, 'attribute' in address ? address.attribute : undefined);
}
