import { type May, type Rights, withoutSignature } from '#cosem/access-rights.ts';
import type { CosemObject } from '#cosem/interface-class.ts';
import type { LogicalDevices } from '#cosem/logical-device.ts';
import { HttpError } from '#http/http-error.ts';
import type { Step } from '#http/pipeline.ts';
import { type Action, RESOURCES } from '#http/resources.ts';
import { type ResourceAddress, unknownResource } from '#representation/resource-uri.ts';
import { requestRefusal } from '#signature/request-refusals.ts';

export interface Permission {
  readonly devices: LogicalDevices;
  /** Whether anything can be changed here at all. */
  readonly takesChanges: boolean;
}

/**
 * Decides whether the client may do what it asks for. What it may not see at all does not exist for it; what it may do by
 * a signed request only, it is told to sign for. What of a list it may not have is left out of the list.
 */
export function authorise(permission: Permission): Step {
  return function authorise(exchange) {
    const { devices } = permission;
    const { address } = exchange.get('wanted');
    const { rights } = exchange.get('client');
    const action = exchange.get('action');
    const isSigned = exchange.get('signature') !== undefined;
    if (!mayRead(address, devices, rights.visible)) throw unknownResource();
    requirePermitted(action, address, rights, permission);
    if (!isSigned && !READING.has(action)) {
      throw requestRefusal('SIGNATURE_MISSING', 'nothing is changed by a request without one');
    }
    if (!isSigned && !mayRead(address, devices, rights.unsigned)) {
      throw requestRefusal('SIGNATURE_MISSING', 'this client reads this resource by a signed request only');
    }
    exchange.note('rights', isSigned ? rights : withoutSignature(rights));
  };
}

const READING: ReadonlySet<Action> = new Set(['read', 'listen']);

function mayRead(address: ResourceAddress, devices: LogicalDevices, may: May): boolean {
  if (!('ldev' in address)) return true;
  const device = devices.device(address.ldev);
  if (device === undefined) return false;
  if (!('obis' in address)) return may(device);
  const object = device.object(address.classId, address.obis);
  if (object === undefined || !hasMember(object, address)) return false;
  return may(device, object, 'attribute' in address ? address.attribute : undefined);
}

function hasMember({ interfaceClass }: CosemObject, address: ResourceAddress): boolean {
  switch (address.kind) {
    case 'attribute':
      return interfaceClass.attributes.some(({ id }) => id === address.attribute);
    case 'method':
      return interfaceClass.methods.some(({ id }) => id === address.method);
    default:
      return true;
  }
}

/** @throws HttpError `METHOD_NOT_ALLOWED`, with the methods that this client may use on this very resource */
function requirePermitted(action: Action, address: ResourceAddress, rights: Rights, permission: Permission): void {
  const isPermitted = (asked: Action): boolean => READING.has(asked) || mayChange(asked, address, rights, permission);
  if (isPermitted(action)) return;
  const permitted = Object.entries(RESOURCES[address.kind].actions).filter(([, candidate]) => isPermitted(candidate));
  const Allow = permitted.map(([method]) => method).join(', ');
  throw new HttpError('METHOD_NOT_ALLOWED', `this client may only ${Allow} this resource`, { Allow });
}

function mayChange(
  action: Action,
  address: ResourceAddress,
  rights: Rights,
  { devices, takesChanges }: Permission,
): boolean {
  if (!takesChanges) return false;
  if (!('obis' in address)) return action === 'keep' || action === 'discard';
  const device = devices.device(address.ldev);
  const object = device?.object(address.classId, address.obis);
  if (device === undefined || object === undefined) return false;
  switch (address.kind) {
    case 'attribute':
      return object.canWrite(address.attribute) && rights.writable(device, object, address.attribute);
    case 'method':
      return object.canInvoke(address.method) && rights.invocable(device, object, address.method);
    default:
      return false;
  }
}
