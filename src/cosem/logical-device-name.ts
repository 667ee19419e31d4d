import { utf8 } from '#core/bytes.ts';
import { parseObis } from '#core/obis.ts';
import { data } from './data.ts';
import { octetString } from './data-types.ts';
import { type CosemObject, createObject } from './interface-class.ts';

/** `1-00002a0000ff`: what every logical device has. @see IEC 62056-6-2 (Blue Book), COSEM logical device name object */
export const logicalDeviceName = { classId: data.classId, logicalName: parseObis('0-0:42.0.0.255') };

/** Its value is the name without the ending (`1sie0012345678` of `1sie0012345678.sm`), so that a meter number keeps within
 * the sixteen octets that the Blue Book gives a logical device name. */
export function createLogicalDeviceName(id: string): CosemObject {
  const value = octetString(utf8(id.slice(0, id.lastIndexOf('.'))));
  return createObject(data, {
    logicalName: logicalDeviceName.logicalName,
    name: 'COSEM logical device name',
    value: () => value,
  });
}
