import { fromHex, toHex } from '#core/bytes.ts';
import { type ObisCode, obisFromHex, obisGroups } from '#core/obis.ts';
import { AccessRefusal } from './access-result.ts';
import {
  type CosemData,
  type DataTypeName,
  dataType,
  fits,
  type IntegerType,
  isIntegerType,
  octetString,
  octetsData,
} from './data-types.ts';

/**
 * What the data of an attribute or of a method's parameter have to look like, and the value that they stand for.
 * One description reads what a client sends and writes what it reads.
 */
export interface Shape<Value> {
  /** What the data can be, from outside. */
  readonly types: readonly DataTypeName[];
  /**
   * `where` names the place in messages: `attribute 4, item 2, weekName`.
   * @throws AccessRefusal `TYPE_UNMATCHED`, `VALUE_NOT_ALLOWED`
   */
  read(data: CosemData, where: string): Value;
  write(value: Value): CosemData;
}

export type ValueOf<Described> = Described extends Shape<infer Value> ? Value : never;

interface Range {
  readonly min?: bigint;
  readonly max?: bigint;
}

/** An integer of this type, of the whole range of the type unless said otherwise. */
export function integer(type: IntegerType, range: Range = {}): Shape<bigint> {
  const { min = dataType(type).min, max = dataType(type).max } = range;
  return {
    types: [type],
    read(data, where) {
      if (data.type !== type) throw unmatched(where, [type], data);
      const isWithin = (min === undefined || data.value >= min) && (max === undefined || data.value <= max);
      if (!isWithin || !fits(type, data.value)) throw notAllowed(where, `${data.value}`, `${min} to ${max}`);
      return data.value;
    },
    write: (value) => ({ type, value }),
  };
}

/** The same for types of at most 32 bits, as a number. */
export function small(type: Exclude<IntegerType, 'long64' | 'long64-unsigned'>, range: Range = {}): Shape<number> {
  const exact = integer(type, range);
  return {
    types: exact.types,
    read: (data, where) => Number(exact.read(data, where)),
    write: (value) => exact.write(BigInt(value)),
  };
}

export const truth: Shape<boolean> = {
  types: ['boolean'],
  read(data, where) {
    if (data.type !== 'boolean') throw unmatched(where, ['boolean'], data);
    return data.value;
  },
  write: (value) => ({ type: 'boolean', value }),
};

/** Octets; how many, where that is prescribed. */
export function octets({ least = 0, most }: { readonly least?: number; readonly most: number }): Shape<Uint8Array> {
  return {
    types: ['octet-string'],
    read(data, where) {
      if (data.type !== 'octet-string') throw unmatched(where, ['octet-string'], data);
      const { length } = data.value;
      if (length < least || length > most) throw notAllowed(where, `${length} octets`, `${least} to ${most} octets`);
      return data.value;
    },
    write: octetString,
  };
}

/** A name that only has to equal another one, as hex digits. The Blue Book prescribes no characters for it. */
export function label(most: number): Shape<string> {
  const bytes = octets({ most });
  return {
    types: bytes.types,
    read: (data, where) => toHex(bytes.read(data, where)),
    write: (value) => octetString(fromLabel(value)),
  };
}

/** Six octets: the logical name of an object. */
export const logicalNameShape: Shape<ObisCode> = {
  types: ['octet-string'],
  read(data, where) {
    const six = octets({ least: 6, most: 6 }).read(data, where);
    const name = obisFromHex(toHex(six));
    if (name === undefined) throw new TypeError('six octets always make a logical name');
    return name;
  },
  write: (name) => octetString(Uint8Array.from(obisGroups(name))),
};

/** Whatever it is. */
export function oneOf(types: readonly DataTypeName[]): Shape<CosemData> {
  return {
    types,
    read(data, where) {
      if (!types.includes(data.type)) throw unmatched(where, types, data);
      return data;
    },
    write: (value) => value,
  };
}

/** `array` of the same. */
export function listOf<Item>(item: Shape<Item>, { most }: { readonly most: number }): Shape<readonly Item[]> {
  return {
    types: ['array'],
    read(data, where) {
      if (data.type !== 'array') throw unmatched(where, ['array'], data);
      const { length } = data.value;
      if (length > most) throw notAllowed(where, `${length} items`, `up to ${most} items`);
      return data.value.map((each, index) => item.read(each, `${where}, item ${index + 1}`));
    },
    write: (values) => ({ type: 'array', value: values.map((value) => item.write(value)) }),
  };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type FieldValues<F extends Fields> = { readonly [Name in keyof F]: ValueOf<F[Name]> };

/** `structure` with these fields, in this order. */
export function structureOf<F extends Fields>(fields: F): Shape<FieldValues<F>> {
  const named = Object.entries(fields);
  return {
    types: ['structure'],
    read(data, where) {
      if (data.type !== 'structure') throw unmatched(where, ['structure'], data);
      const { value } = data;
      if (value.length !== named.length) {
        throw new AccessRefusal('TYPE_UNMATCHED', `${where}: ${value.length} elements instead of ${named.length}`);
      }
      const read = named.map(([name, shape], index) => [name, shape.read(value[index] ?? data, `${where}, ${name}`)]);
      return Object.fromEntries(read) as FieldValues<F>;
    },
    write: (values) => ({ type: 'structure', value: named.map(([name, shape]) => shape.write(values[name])) }),
  };
}

/** A fixed number of octets that stand for something. */
export function encoded<Value>(
  length: number,
  decode: (bytes: Uint8Array) => Value,
  encode: (value: Value) => Uint8Array,
): Shape<Value> {
  const bytes = octets({ least: length, most: length });
  return {
    types: bytes.types,
    read: (data, where) => decode(bytes.read(data, where)),
    write: (value) => octetsData('octet-string', encode(value)),
  };
}

/** Accepts what the shape reads and then also holds this. */
export function restricted<Value>(
  shape: Shape<Value>,
  expected: string,
  holds: (value: Value) => boolean,
): Shape<Value> {
  return {
    types: shape.types,
    read(data, where) {
      const value = shape.read(data, where);
      if (!holds(value)) throw notAllowed(where, 'what was sent', expected);
      return value;
    },
    write: (value) => shape.write(value),
  };
}

/** What a method without a parameter is given: the Blue Book's `integer (0)`, or nothing at all. */
export const noParameter: Shape<undefined> = {
  types: ['integer', 'null-data'],
  read(data, where) {
    if (data.type !== 'null-data') integer('integer').read(data, where);
    return undefined;
  },
  write: () => ({ type: 'integer', value: 0n }),
};

function fromLabel(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError(`"${hex}" is no label`);
  return bytes;
}

function unmatched(where: string, expected: readonly DataTypeName[], { type }: CosemData): AccessRefusal {
  const names = expected.length > 4 ? `${expected.slice(0, 4).join(', ')}, …` : expected.join(' or ');
  return new AccessRefusal('TYPE_UNMATCHED', `${where}: ${type} instead of ${names}`);
}

function notAllowed(where: string, found: string, expected: string): AccessRefusal {
  return new AccessRefusal('VALUE_NOT_ALLOWED', `${where}: ${found}; allowed is ${expected}`);
}

/** The number in any integer type; `undefined` for anything else. */
export const integerIn = (data: CosemData | undefined): bigint | undefined =>
  data !== undefined && isIntegerType(data.type) && 'value' in data && typeof data.value === 'bigint'
    ? data.value
    : undefined;
