/**
 * How a number lies in registers. Integers are `bigint`, floats are `number`; nothing is scaled or rounded here.
 * Words are given big-endian, as on the wire; the order of the words is the caller's (see {@link readRegisters}).
 * @see MODBUS Application Protocol V1.1b3 § 4.2: big-endian within a register. How a device joins registers to a
 * longer value is its own choice.
 */
export interface RegisterFormat {
  /** Length in registers of 16 bits. */
  readonly registers: number;
  readonly kind: 'integer' | 'float';
  readonly read: (view: DataView) => bigint | number;
  readonly write: (view: DataView, value: number | bigint) => void;
}

export const registerFormats = {
  uint16: {
    registers: 1,
    kind: 'integer',
    read: (view) => BigInt(view.getUint16(0)),
    write: (view, value) => view.setUint16(0, Number(value)),
  },
  int16: {
    registers: 1,
    kind: 'integer',
    read: (view) => BigInt(view.getInt16(0)),
    write: (view, value) => view.setInt16(0, Number(value)),
  },
  uint32: {
    registers: 2,
    kind: 'integer',
    read: (view) => BigInt(view.getUint32(0)),
    write: (view, value) => view.setUint32(0, Number(value)),
  },
  int32: {
    registers: 2,
    kind: 'integer',
    read: (view) => BigInt(view.getInt32(0)),
    write: (view, value) => view.setInt32(0, Number(value)),
  },
  uint64: {
    registers: 4,
    kind: 'integer',
    read: (view) => view.getBigUint64(0),
    write: (view, value) => view.setBigUint64(0, BigInt(value)),
  },
  int64: {
    registers: 4,
    kind: 'integer',
    read: (view) => view.getBigInt64(0),
    write: (view, value) => view.setBigInt64(0, BigInt(value)),
  },
  float32: {
    registers: 2,
    kind: 'float',
    read: (view) => view.getFloat32(0),
    write: (view, value) => view.setFloat32(0, Number(value)),
  },
  float64: {
    registers: 4,
    kind: 'float',
    read: (view) => view.getFloat64(0),
    write: (view, value) => view.setFloat64(0, Number(value)),
  },
} as const satisfies Record<string, RegisterFormat>;

export type FormatName = keyof typeof registerFormats;

export const formatNames: readonly string[] = Object.keys(registerFormats);

export const isFormatName = (name: string): name is FormatName => Object.hasOwn(registerFormats, name);

/** `big`: the first register holds the most significant word. `little`: the last one does. */
export type WordOrder = 'big' | 'little';

/**
 * Reads one value out of its registers, given as the bytes of the wire.
 * @throws TypeError unless there are exactly as many bytes as the format needs.
 */
export function readRegisters(name: FormatName, bytes: Uint8Array, wordOrder: WordOrder = 'big'): bigint | number {
  const format: RegisterFormat = registerFormats[name];
  if (bytes.length !== 2 * format.registers) {
    throw new TypeError(`${name} takes ${2 * format.registers} bytes, got ${bytes.length}`);
  }
  const words = wordOrder === 'big' ? bytes : swapWords(bytes);
  return format.read(new DataView(words.buffer, words.byteOffset, words.byteLength));
}

/** The opposite of {@link readRegisters}: the bytes as they go over the wire. A value too large loses its upper bits. */
export function writeRegisters(name: FormatName, value: number | bigint, wordOrder: WordOrder = 'big'): Uint8Array {
  const format: RegisterFormat = registerFormats[name];
  const bytes = new Uint8Array(2 * format.registers);
  format.write(new DataView(bytes.buffer), value);
  return wordOrder === 'big' ? bytes : swapWords(bytes);
}

function swapWords(bytes: Uint8Array): Uint8Array {
  const swapped = new Uint8Array(bytes.length);
  for (let word = 0; word < bytes.length; word += 2) {
    swapped.set(bytes.subarray(word, word + 2), bytes.length - 2 - word);
  }
  return swapped;
}
