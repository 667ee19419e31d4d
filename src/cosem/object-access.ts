import type { Clock } from '#core/clock.ts';
import type { ObisCode } from '#core/obis.ts';
import { type AccessOutcome, AccessRefusal, type RefusalCode } from './access-result.ts';
import type { Rights } from './access-rights.ts';
import type { CosemData } from './data-types.ts';
import type { EventSink } from './events.ts';
import type { AccessContext, CosemObject } from './interface-class.ts';
import type { LogicalDevice, LogicalDevices } from './logical-device.ts';

/** What is to be written or run. */
export interface MemberAddress {
  readonly ldev: string;
  readonly classId: number;
  readonly logicalName: ObisCode;
  /** The number of the attribute, or of the method. */
  readonly member: number;
}

/** Who asks, by a request that has been found to be theirs. */
export interface Requester {
  readonly id: string;
  readonly rights: Rights;
}

export interface ObjectAccessParts {
  readonly devices: LogicalDevices;
  readonly events: EventSink;
  readonly clock: Clock;
}

/** How every door has objects written and run: the one place where rights are asked for. */
export class ObjectAccess {
  readonly #parts: ObjectAccessParts;

  constructor(parts: ObjectAccessParts) {
    this.#parts = parts;
  }

  async write(address: MemberAddress, data: CosemData, requester: Requester): Promise<AccessOutcome> {
    const found = this.#find(address, requester.rights);
    if (found === undefined) return refused('OBJECT_UNDEFINED');
    const { device, object } = found;
    const isThere = object.interfaceClass.attributes.some(({ id }) => id === address.member);
    if (!isThere || !requester.rights.visible(device, object, address.member)) return refused('ATTRIBUTE_UNDEFINED');
    if (!requester.rights.writable(device, object, address.member)) return refused('ACCESS_DENIED');
    return object.write(address.member, data, this.#context(device, requester));
  }

  async invoke(address: MemberAddress, parameter: CosemData, requester: Requester): Promise<AccessOutcome> {
    const found = this.#find(address, requester.rights);
    if (found === undefined) return refused('OBJECT_UNDEFINED');
    const { device, object } = found;
    if (!object.interfaceClass.methods.some(({ id }) => id === address.member)) return refused('METHOD_UNDEFINED');
    if (!requester.rights.invocable(device, object, address.member)) return refused('ACCESS_DENIED');
    return object.invoke(address.member, parameter, this.#context(device, requester));
  }

  /** What this client may not see does not exist for it. */
  #find(
    { ldev, classId, logicalName }: MemberAddress,
    rights: Rights,
  ): { readonly device: LogicalDevice; readonly object: CosemObject } | undefined {
    const device = this.#parts.devices.device(ldev);
    const object = device?.object(classId, logicalName);
    if (device === undefined || object === undefined || !rights.visible(device, object)) return undefined;
    return { device, object };
  }

  #context(device: LogicalDevice, { id }: Requester): AccessContext {
    const { events, clock } = this.#parts;
    return { device, actor: id, isLocal: false, at: clock.now(), events };
  }
}

const refused = (code: RefusalCode): AccessOutcome => ({ kind: 'refused', refusal: new AccessRefusal(code) });
