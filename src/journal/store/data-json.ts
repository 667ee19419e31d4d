import { fromHex, toHex } from '#core/bytes.ts';
import { type CosemData, dataType } from '#cosem/data-types.ts';

/*
 * COSEM data as text, for rows that people may want to read: {"type":"long64","value":"-2"}. Integers are texts, since
 * JSON's numbers are not exact everywhere; octets are hex.
 */
interface Plain {
  readonly type: CosemData['type'];
  readonly value?: string | boolean | readonly Plain[];
  readonly description?: unknown;
  readonly contents?: string;
}

export const dataToText = (data: CosemData): string => JSON.stringify(plainOf(data));

function plainOf(data: CosemData): Plain {
  const { type } = data;
  if (data.type === 'compact-array') return { type, description: data.description, contents: toHex(data.contents) };
  if (!('value' in data)) return { type };
  const { value } = data;
  if (typeof value === 'bigint') return { type, value: value.toString() };
  if (typeof value !== 'object') return { type, value };
  return { type, value: value instanceof Uint8Array ? toHex(value) : value.map(plainOf) };
}

/** Reads what {@link dataToText} wrote, and a hash has proven since. */
export const dataOfText = (text: string): CosemData => dataOf(JSON.parse(text) as Plain);

function dataOf(plain: Plain): CosemData {
  const { type, value, contents } = plain;
  if (contents !== undefined) return { ...plain, contents: fromHex(contents) } as CosemData;
  if (typeof value === 'object') return { type, value: value.map(dataOf) } as CosemData;
  if (typeof value === 'string') return { type, value: READERS[dataType(type).form]?.(value) ?? value } as CosemData;
  return plain as CosemData;
}

const READERS: Readonly<Record<string, (text: string) => bigint | Uint8Array | undefined>> = {
  integer: BigInt,
  octets: fromHex,
};
