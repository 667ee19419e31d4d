import { toHex } from '#core/bytes.ts';
import { type CosemData, dataType, type IntegerType, type TypeDescription } from '#cosem/data-types.ts';
import { wireNameOf } from './data-text.ts';

/** What JSON.stringify takes; members that are `undefined` are not written. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json | undefined };

/**
 * A value as an object with one member, its type by the name that XML has for it:
 *
 *   {"structure": [{"integer": -2}, {"enum": 35}]}      {"octet-string": "0100010800ff"}      {"null-data": null}
 *   {"long64-unsigned": "1234567"}
 *
 * Integers of 64 bits are strings, whatever their value: most readers of JSON keep no more than 53.
 */
export const dataToJson = (data: CosemData): Json => ({ [wireNameOf(data.type)]: contentOf(data) });

function contentOf(data: CosemData): Json {
  if (data.type === 'compact-array') {
    return { 'contents-description': descriptionToJson(data.description), 'array-contents': toHex(data.contents) };
  }
  if (!('value' in data)) return null;
  const { value } = data;
  if (typeof value === 'bigint') return integerToJson(data.type, value);
  if (typeof value !== 'object') return value;
  return value instanceof Uint8Array ? toHex(value) : value.map(dataToJson);
}

const integerToJson = (type: IntegerType, value: bigint): Json => (is64Bits(type) ? value.toString() : Number(value));

const is64Bits = (type: IntegerType): boolean => (dataType(type).max ?? 0n) > BigInt(Number.MAX_SAFE_INTEGER);

/** A simple type is its name: `{"structure": ["date_time", {"array": {"number-of-elements": 2, "type-description": "long"}}]}` */
function descriptionToJson(description: TypeDescription): Json {
  switch (description.type) {
    case 'array': {
      const { count, element } = description;
      return { array: { 'number-of-elements': count, 'type-description': descriptionToJson(element) } };
    }
    case 'structure':
      return { structure: description.elements.map(descriptionToJson) };
    default:
      return wireNameOf(description.type);
  }
}
