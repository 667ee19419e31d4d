import { toHex } from '#core/bytes.ts';
import type { CosemData } from '#cosem/data-types.ts';
import type { CosemObject } from '#cosem/interface-class.ts';
import type { Snapshot } from '#cosem/snapshot.ts';

/** An object as a table: `2 value long64-unsigned:1234567`, one line per attribute. */
export function attributeTable(object: CosemObject, snapshot: Snapshot): readonly string[] {
  return object.interfaceClass.attributes.map(({ id, name }) => `${id} ${name} ${inWords(object.read(id, snapshot))}`);
}

/** `type:value` as in the annex's URIs. */
function inWords(data: CosemData | undefined): string {
  if (data === undefined) return 'nothing';
  if (!('value' in data)) return data.type;
  const { value } = data;
  if (value instanceof Uint8Array) return `${data.type}:${toHex(value)}`;
  return typeof value === 'object' ? `${data.type}{${value.map(inWords).join(',')}}` : `${data.type}:${value}`;
}
