import { ByteReader, concatBytes, utf8 } from '#core/bytes.ts';
import type { ModbusDevice } from '#modbus/simulator/device.ts';
import { ModbusRefusal } from './exceptions.ts';

/**
 * The PDU that a meter answers a PDU with: data, or an exception. Request checks come in the specification's order:
 * function (01), quantities (03), addresses (02).
 * @see MODBUS Application Protocol V1.1b3 § 6, § 7
 */
export function answer(request: Uint8Array, device: ModbusDevice): Uint8Array {
  const [functionCode = 0] = request;
  try {
    const handler = known(handlers[functionCode]);
    return concatBytes(Uint8Array.of(functionCode), handler(request.subarray(1), device));
  } catch (refusal) {
    if (!(refusal instanceof ModbusRefusal)) throw refusal;
    return Uint8Array.of(functionCode | 0x80, refusal.code);
  }
}

/** Makes the reply's bytes after the function code from the request's bytes after it. */
type Handler = (body: Uint8Array, device: ModbusDevice) => Uint8Array;

const handlers: Readonly<Record<number, Handler>> = {
  0x02: readDiscreteInputs,
  0x03: (body, device) => readRegisters(3, body, device),
  0x04: (body, device) => readRegisters(4, body, device),
  0x06: writeSingleRegister,
  0x10: writeMultipleRegisters,
  0x2b: readDeviceIdentification,
};

const ADDRESSES = 65_536;
const MOST_BITS = 2_000;
const MOST_READ = 125;
const MOST_WRITTEN = 123;

/** § 6.2 */
function readDiscreteInputs(body: Uint8Array, device: ModbusDevice): Uint8Array {
  const sources = known(device.bits);
  const { start, count } = readRange(body, 4, MOST_BITS);
  const bits = Array.from({ length: count }, (_, index) => sources.get(start + index)?.());
  if (!bits.every((bit) => bit !== undefined)) throw new ModbusRefusal('illegal data address');
  const bytes = packBits(bits);
  return concatBytes(Uint8Array.of(bytes.length), bytes);
}

/** § 6.3, § 6.4 */
function readRegisters(functionCode: 3 | 4, body: Uint8Array, device: ModbusDevice): Uint8Array {
  const registers = known(device.registers.get(functionCode));
  const { start, count } = readRange(body, 4, MOST_READ);
  return concatBytes(Uint8Array.of(2 * count), registers.read(start, count));
}

/** § 6.6 */
function writeSingleRegister(body: Uint8Array, device: ModbusDevice): Uint8Array {
  if (device.command === undefined) throw new ModbusRefusal('illegal function');
  requireLength(body, 4);
  const reader = new ByteReader(body);
  device.command(reader.uint16(), reader.uint16());
  return body;
}

/** § 6.12 */
function writeMultipleRegisters(body: Uint8Array, device: ModbusDevice): Uint8Array {
  if (device.writeRegisters === undefined) throw new ModbusRefusal('illegal function');
  const words = body.subarray(5);
  const { start, count } = readRange(body, 5 + words.length, MOST_WRITTEN);
  if (body[4] !== words.length || words.length !== 2 * count) throw new ModbusRefusal('illegal data value');
  device.writeRegisters(start, words);
  return body.subarray(0, 4);
}

const READ_DEVICE_IDENTIFICATION = 0x0e;
/** Basic identification, by stream and by single object. */
const CONFORMITY_LEVEL = 0x81;
const SINGLE_OBJECT = 4;

/** § 6.21. The basic objects are all there are, so a stream of a higher category is answered with them. */
function readDeviceIdentification(body: Uint8Array, device: ModbusDevice): Uint8Array {
  const objects = known(device.identification);
  const [encapsulated = 0, category = 0, asked = 0] = body;
  if (encapsulated !== READ_DEVICE_IDENTIFICATION) throw new ModbusRefusal('illegal function');
  requireLength(body, 3);
  const ids = objectsAsked(category, asked, objects.length);
  const header = Uint8Array.of(READ_DEVICE_IDENTIFICATION, category, CONFORMITY_LEVEL, 0, 0, ids.length);
  return concatBytes(header, ...ids.map((id) => identificationObject(id, objects[id] ?? '')));
}

function objectsAsked(category: number, asked: number, known: number): readonly number[] {
  if (category < 1 || category > SINGLE_OBJECT) throw new ModbusRefusal('illegal data value');
  if (category === SINGLE_OBJECT) {
    if (asked >= known) throw new ModbusRefusal('illegal data address');
    return [asked];
  }
  // § 6.21: a stream that starts at an unknown object starts at the beginning.
  const first = asked < known ? asked : 0;
  return Array.from({ length: known - first }, (_, index) => first + index);
}

function identificationObject(id: number, text: string): Uint8Array {
  const bytes = utf8(text);
  return concatBytes(Uint8Array.of(id, bytes.length), bytes);
}

/** A meter that lacks the thing does not know the function. */
function known<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new ModbusRefusal('illegal function');
  return thing;
}

function readRange(body: Uint8Array, length: number, most: number): { start: number; count: number } {
  requireLength(body, Math.max(length, 4));
  const reader = new ByteReader(body);
  const start = reader.uint16();
  const count = reader.uint16();
  if (count < 1 || count > most) throw new ModbusRefusal('illegal data value');
  if (start + count > ADDRESSES) throw new ModbusRefusal('illegal data address');
  return { start, count };
}

/** The specification names no exception for a PDU of a wrong length; what its fields would say is not there (03). */
function requireLength(body: Uint8Array, length: number): void {
  if (body.length !== length) throw new ModbusRefusal('illegal data value');
}

/** The first bit is the lowest of the first byte. */
function packBits(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, index) => {
    if (bit) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return bytes;
}
