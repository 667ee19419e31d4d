import { utf8 } from '#core/bytes.ts';
import { type ClassDefinition, logicalNameAttribute, type ObjectIdentity } from './interface-class.ts';
import type { LogicalDevice } from './logical-device.ts';
import { listOf, octets, small, structureOf } from './shape.ts';

/** `structure { long-unsigned SAP, octet-string logical_device_name }` */
const assignmentsShape = listOf(structureOf({ sap: small('long-unsigned'), name: octets({ most: 255 }) }), {
  most: 0xffff,
});

/** The management device; the others follow it. */
const MANAGEMENT_SAP = 1;

export interface SapAssignmentRow extends ObjectIdentity {
  /** The management device first. Asked for when somebody reads, since the devices are not there before their objects. */
  readonly devices: () => readonly LogicalDevice[];
}

/**
 * The address of each logical device on the DLMS door: 1 for the management device, then as they are listed. A reader sees
 * the devices that it may see.
 * @see IEC 62056-6-2 (Blue Book), SAP assignment (class_id 17, version 0)
 */
export const sapAssignment: ClassDefinition<SapAssignmentRow> = {
  classId: 17,
  version: 0,
  name: 'SAP assignment',
  attributes: [
    logicalNameAttribute,
    {
      id: 2,
      name: 'SAP_assignment_list',
      types: assignmentsShape.types,
      companions: [],
      read: ({ devices }, _snapshot, reader) =>
        assignmentsShape.write(
          devices()
            .map((device, index) => ({ device, sap: MANAGEMENT_SAP + index, name: utf8(device.id) }))
            .filter(({ device }) => reader?.rights.visible(device) === true),
        ),
    },
  ],
  // Connects a device to an address: here the list decides for good.
  methods: [{ id: 1, name: 'connect_logical_device' }],
};
