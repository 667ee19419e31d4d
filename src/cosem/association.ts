import { type CosemData, integerData, nullData, octetString, structure } from './data-types.ts';
import {
  type AttributeDefinition,
  type ClassDefinition,
  type CosemObject,
  logicalNameAttribute,
  type ObjectIdentity,
  type Reader,
} from './interface-class.ts';
import { listOf, logicalNameShape, oneOf, small, structureOf } from './shape.ts';

/*
 * One bit each, as version 3 of the class has them. What asks for a signature when read answers with one too.
 */
const READ = 0x01;
const WRITE = 0x02;
const SIGNED_REQUEST = 0x10;
const SIGNED_RESPONSE = 0x80;
/** Of a method. */
const ACCESS = 0x01;

/** `structure { integer attribute_id, enum access_mode, null-data or array of integer access_selectors }` */
const attributeAccessShape = structureOf({
  id: small('integer'),
  mode: small('enum'),
  selectors: oneOf(['null-data', 'array']),
});

/** `structure { integer method_id, enum access_mode }` */
const methodAccessShape = structureOf({ id: small('integer'), mode: small('enum') });

const selectorsShape = listOf(small('integer'), { most: 255 });

/** `structure { long-unsigned class_id, unsigned version, octet-string logical_name, access_right }` */
const objectShape = structureOf({
  classId: small('long-unsigned'),
  version: small('unsigned'),
  logicalName: logicalNameShape,
  access: structureOf({
    attributes: listOf(attributeAccessShape, { most: 255 }),
    methods: listOf(methodAccessShape, { most: 255 }),
  }),
});

const nothing: CosemData = octetString(new Uint8Array());
const zero = (type: 'integer' | 'unsigned' | 'long-unsigned'): CosemData => integerData(type, 0n);

/**
 * `structure { bit-string(24) conformance, long-unsigned max_receive_pdu_size, long-unsigned max_send_pdu_size,
 * unsigned dlms_version, integer quality_of_service, octet-string cyphering_info }`
 */
const noXdlms: CosemData = structure(
  { type: 'bit-string', value: '0'.repeat(24) },
  zero('long-unsigned'),
  zero('long-unsigned'),
  zero('unsigned'),
  zero('integer'),
  nothing,
);

const ASSOCIATED = 2n;

/**
 * The objects of a device and what this client may do with each: what it may not see is not in the list.
 *
 * The rest describes an association of DLMS. Over HTTP there is none, and these attributes are empty or 0.
 * @see IEC 62056-6-2 (Blue Book), Association LN (class_id 15, version 3; its access modes are from memory)
 */
export const association: ClassDefinition<ObjectIdentity> = {
  classId: 15,
  version: 3,
  name: 'Association LN',
  attributes: [
    logicalNameAttribute,
    {
      id: 2,
      name: 'object_list',
      types: ['array'],
      companions: [],
      // As long as the list of objects that it would stand in.
      isBulky: true,
      read: (_row, _snapshot, reader) => ({ type: 'array', value: [...objectListOf(reader)] }),
      elements: (_row, _snapshot, reader) => objectListOf(reader),
    },
    constant(3, 'associated_partners_id', structure(zero('integer'), zero('long-unsigned'))),
    constant(4, 'application_context_name', nothing),
    constant(5, 'xDLMS_context_info', noXdlms),
    constant(6, 'authentication_mechanism_name', nothing),
    constant(7, 'secret', nothing),
    constant(8, 'association_status', integerData('enum', ASSOCIATED)),
    constant(9, 'security_setup_reference', nothing),
    constant(10, 'user_list', { type: 'array', value: [] }),
    constant(11, 'current_user', structure(zero('unsigned'), { type: 'visible-string', value: '' })),
  ],
  // All of them manage associations of DLMS, and none of that is done over HTTP.
  methods: [
    { id: 1, name: 'reply_to_HLS_authentication' },
    { id: 2, name: 'change_HLS_secret' },
    { id: 3, name: 'add_object' },
    { id: 4, name: 'remove_object' },
    { id: 5, name: 'add_user' },
    { id: 6, name: 'remove_user' },
  ],
};

function constant(id: number, name: string, value: CosemData): AttributeDefinition<ObjectIdentity> {
  return { id, name, types: [value.type], companions: [], read: () => value };
}

/** Nobody in particular sees nothing. */
function* objectListOf(reader: Reader | undefined): Generator<CosemData, void, undefined> {
  if (reader === undefined) return;
  const { device, rights } = reader;
  for (const object of device.objects) {
    if (!rights.visible(device, object)) continue;
    const { classId, version, logicalName } = object;
    const access = { attributes: attributesOf(object, reader), methods: methodsOf(object, reader) };
    yield objectShape.write({ classId, version, logicalName, access });
  }
}

function attributesOf(object: CosemObject, { device, rights }: Reader) {
  return object.interfaceClass.attributes
    .filter(({ id }) => rights.visible(device, object, id))
    .map(({ id, selectors }) => {
      const reading = rights.unsigned(device, object, id) ? READ : READ | SIGNED_REQUEST | SIGNED_RESPONSE;
      const writing = object.canWrite(id) && rights.writable(device, object, id) ? WRITE | SIGNED_REQUEST : 0;
      return {
        id,
        mode: reading | writing,
        selectors: selectors === undefined ? nullData : selectorsShape.write(selectors),
      };
    });
}

function methodsOf(object: CosemObject, { device, rights }: Reader) {
  return object.interfaceClass.methods.map(({ id }) => {
    const isOpen = object.canInvoke(id) && rights.invocable(device, object, id);
    return { id, mode: isOpen ? ACCESS | SIGNED_REQUEST : 0 };
  });
}
