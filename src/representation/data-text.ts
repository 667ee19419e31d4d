import { fromHex } from '#core/bytes.ts';
import {
  type CosemData,
  type DataTypeName,
  dataType,
  dataTypeNames,
  type IntegerType,
  isIntegerType,
  type OctetsType,
} from '#cosem/data-types.ts';

/*
 * The lexical forms that XML, JSON and URIs share.
 */

/** The annex writes two types in its own way. @see BSI TR-03109-1 Anlage II 1.01, XML data types */
const OWN_SPELLING: Readonly<Partial<Record<DataTypeName, string>>> = {
  'utf8-string': 'UTF8-string',
  'date-time': 'date_time',
};

/** A type as documents and URIs name it. */
export const wireNameOf = (type: DataTypeName): string => OWN_SPELLING[type] ?? type;

const byWireName: ReadonlyMap<string, DataTypeName> = new Map(dataTypeNames.map((type) => [wireNameOf(type), type]));

export const typeNamed = (wireName: string): DataTypeName | undefined => byWireName.get(wireName);

/** The types whose value is one text. */
export type TextualType = Exclude<DataTypeName, 'null-data' | 'dont-care' | 'array' | 'structure' | 'compact-array'>;

/** xsd:boolean */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/**
 * The value that a text stands for; `undefined` where it stands for none of this type. All forms that the annex allows
 * are understood: hex in either case, `1` for `true`.
 */
export function dataOfText(type: TextualType, text: string): CosemData | undefined {
  switch (type) {
    case 'boolean': {
      const value = BOOLEANS.get(text);
      return value === undefined ? undefined : { type, value };
    }
    case 'bit-string':
      return /^[01]*$/.test(text) ? { type, value: text } : undefined;
    case 'visible-string':
    case 'utf8-string':
      return { type, value: text };
    default:
      return isIntegerType(type) ? integerOfText(type, text) : octetsOfText(type, text);
  }
}

function integerOfText(type: IntegerType, text: string): CosemData | undefined {
  const { min = 0n, max = 0n } = dataType(type);
  const value = integerIn(text, min, max);
  return value === undefined ? undefined : { type, value };
}

function octetsOfText(type: OctetsType, text: string): CosemData | undefined {
  const { octets } = dataType(type);
  const value = fromHex(text);
  if (value === undefined || (octets !== undefined && value.length !== octets)) return undefined;
  return { type, value };
}

/** What texts of this type look like, for whoever wrote another one. */
export function formOfText(type: TextualType): string {
  const { min, max, octets, form } = dataType(type);
  switch (form) {
    case 'boolean':
      return 'true or false';
    case 'bits':
      return 'the digits 0 and 1';
    case 'integer':
      return `a whole number from ${min} to ${max}`;
    default:
      return `${octets ?? 'any number of'} octets in hex`;
  }
}

/** A whole number in one of the forms of xsd:integer, within these bounds. */
export function integerIn(text: string, min: bigint, max: bigint): bigint | undefined {
  if (!/^[+-]?\d{1,30}$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value >= min && value <= max ? value : undefined;
}
