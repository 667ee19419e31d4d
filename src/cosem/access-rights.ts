import type { CosemObject } from './interface-class.ts';
import type { LogicalDevice } from './logical-device.ts';

export const roles = [
  'consumer',
  'grid-operator',
  'supplier',
  'administrator',
  'service-technician',
  'authority',
] as const;

export type Role = (typeof roles)[number];

/** What one client may see. What it may not see is not there. */
export interface Rights {
  /** With a signed request. */
  visible(device: LogicalDevice, object?: CosemObject, attribute?: number): boolean;
  /** With an unsigned request too. */
  unsigned(device: LogicalDevice, object?: CosemObject, attribute?: number): boolean;
}

/** The rights that remain without a signature: what asks for one is not there. */
export function withoutSignature(rights: Rights): Rights {
  return { visible: rights.unsigned, unsigned: rights.unsigned };
}
