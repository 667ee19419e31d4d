/** How a type's values are held in memory, and so how a writer of any wire has to treat them. */
type Form = 'empty' | 'boolean' | 'integer' | 'bits' | 'octets' | 'text' | 'list' | 'compact';

interface DataTypeRow {
  /** The tag of the type in A-XDR. */
  readonly tag: number;
  readonly form: Form;
  /** Of an integer: the smallest and the greatest value. */
  readonly min?: bigint;
  readonly max?: bigint;
  /** Of an octet string with a fixed length: how many octets. */
  readonly octets?: number;
}

const signed = (bits: bigint) => ({
  form: 'integer' as const,
  min: -(2n ** (bits - 1n)),
  max: 2n ** (bits - 1n) - 1n,
});

const unsigned = (bits: bigint) => ({
  form: 'integer' as const,
  min: 0n,
  max: 2n ** bits - 1n,
});

/**
 * Every data type of COSEM, once: its name, its A-XDR tag, its range.
 *
 * `bcd` is a signed byte, as the XML of TR-03109-1 has it.
 * @see IEC 62056-6-2 (Blue Book), common data types
 * @see BSI TR-03109-1 Anlage II 1.01, XML data types
 */
const DATA_TYPES = {
  'null-data': { tag: 0, form: 'empty' },
  array: { tag: 1, form: 'list' },
  structure: { tag: 2, form: 'list' },
  boolean: { tag: 3, form: 'boolean' },
  'bit-string': { tag: 4, form: 'bits' },
  'double-long': { tag: 5, ...signed(32n) },
  'double-long-unsigned': { tag: 6, ...unsigned(32n) },
  'floating-point': { tag: 7, form: 'octets', octets: 4 },
  'octet-string': { tag: 9, form: 'octets' },
  'visible-string': { tag: 10, form: 'text' },
  'utf8-string': { tag: 12, form: 'text' },
  bcd: { tag: 13, ...signed(8n) },
  integer: { tag: 15, ...signed(8n) },
  long: { tag: 16, ...signed(16n) },
  unsigned: { tag: 17, ...unsigned(8n) },
  'long-unsigned': { tag: 18, ...unsigned(16n) },
  'compact-array': { tag: 19, form: 'compact' },
  long64: { tag: 20, ...signed(64n) },
  'long64-unsigned': { tag: 21, ...unsigned(64n) },
  enum: { tag: 22, ...unsigned(8n) },
  float32: { tag: 23, form: 'octets', octets: 4 },
  float64: { tag: 24, form: 'octets', octets: 8 },
  'date-time': { tag: 25, form: 'octets', octets: 12 },
  date: { tag: 26, form: 'octets', octets: 5 },
  time: { tag: 27, form: 'octets', octets: 4 },
  'dont-care': { tag: 255, form: 'empty' },
} as const satisfies Readonly<Record<string, DataTypeRow>>;

export type DataTypeName = keyof typeof DATA_TYPES;

type NamesOf<F extends Form> = {
  [Name in DataTypeName]: (typeof DATA_TYPES)[Name]['form'] extends F ? Name : never;
}[DataTypeName];

type EmptyType = NamesOf<'empty'>;
export type IntegerType = NamesOf<'integer'>;
export type OctetsType = NamesOf<'octets'>;
type TextType = NamesOf<'text'>;
type ListType = NamesOf<'list'>;

/** What an element of a `compact-array` is made of. */
export type TypeDescription =
  | { readonly type: Exclude<DataTypeName, 'array' | 'structure' | 'compact-array'> }
  | { readonly type: 'array'; readonly count: number; readonly element: TypeDescription }
  | { readonly type: 'structure'; readonly elements: readonly TypeDescription[] };

/** One value of COSEM with its type. Octets of `float32` and `float64` are IEEE 754, big-endian. */
export type CosemData =
  | { readonly type: EmptyType }
  | { readonly type: 'boolean'; readonly value: boolean }
  /** The digits 0 and 1, first bit first. */
  | { readonly type: 'bit-string'; readonly value: string }
  | { readonly type: IntegerType; readonly value: bigint }
  | { readonly type: OctetsType; readonly value: Uint8Array }
  | { readonly type: TextType; readonly value: string }
  | { readonly type: ListType; readonly value: readonly CosemData[] }
  | { readonly type: 'compact-array'; readonly description: TypeDescription; readonly contents: Uint8Array };

export const dataTypeNames = Object.keys(DATA_TYPES) as readonly DataTypeName[];

export const dataType = (name: DataTypeName): DataTypeRow => DATA_TYPES[name];

export const isDataTypeName = (name: string): name is DataTypeName => Object.hasOwn(DATA_TYPES, name);

export const isIntegerType = (name: string): name is IntegerType =>
  isDataTypeName(name) && DATA_TYPES[name].form === 'integer';

/** Whether the type can carry this number. */
export function fits(type: IntegerType, value: bigint): boolean {
  const { min, max } = DATA_TYPES[type];
  return value >= min && value <= max;
}

export const nullData: CosemData = { type: 'null-data' };

/** @throws RangeError where the type cannot carry the number: whoever builds data has asked {@link fits} first. */
export function integerData(type: IntegerType, value: bigint): CosemData {
  if (!fits(type, value)) throw new RangeError(`${value} does not fit ${type}`);
  return { type, value };
}

/** @throws RangeError where the type has a fixed length and this is another one. */
export function octetsData(type: OctetsType, value: Uint8Array): CosemData {
  const { octets } = dataType(type);
  if (octets !== undefined && value.length !== octets) {
    throw new RangeError(`${type} has ${octets} octets, not ${value.length}`);
  }
  return { type, value };
}

export const octetString = (value: Uint8Array): CosemData => ({ type: 'octet-string', value });
export const structure = (...value: readonly CosemData[]): CosemData => ({ type: 'structure', value });
