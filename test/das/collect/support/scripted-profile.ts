import type { Reading } from '#representation/reading.ts';
import type { AttributeNode, ObjectNode } from '#representation/resource-nodes.ts';

export type Data = NonNullable<AttributeNode['data']>;
export type Row = Data & { readonly type: 'structure'; readonly value: readonly Data[] };

export const octets = (value: Uint8Array): Data => ({ type: 'octet-string', value });

/** What a column holds. @param element 0 for the whole attribute */
export const column = (classId: number, logicalName: string, element = 0, attribute = 2): Data => ({
  type: 'structure',
  value: [
    { type: 'long-unsigned', value: BigInt(classId) },
    octets(Buffer.from(logicalName, 'hex')),
    { type: 'integer', value: BigInt(attribute) },
    { type: 'long-unsigned', value: BigInt(element) },
  ],
});

/** An object with some of its attributes, as a document has it. */
export function objectOf(classId: number, logicalName: string, data: Readonly<Record<number, Data>>): ObjectNode {
  const attributes = Object.entries(data).map(
    ([id, value]): AttributeNode => ({ kind: 'attribute', id: Number(id), data: value }),
  );
  return {
    kind: 'object',
    classId,
    logicalName: logicalName as ObjectNode['logicalName'],
    version: classId === PROFILE_GENERIC ? 1 : 0,
    attributes: { kind: 'attributes', count: attributes.length, attributes },
    methods: undefined,
  };
}

const PROFILE_GENERIC = 7;

/** A part of a profile's buffer. @param meanings what gives its columns meaning, where it brings that along */
export function profileOf(
  logicalName: string,
  columns: readonly Data[],
  rows: readonly Data[],
  meanings: readonly ObjectNode[] = [],
): Reading['content'] {
  const data = { 2: { type: 'array', value: rows }, 3: { type: 'array', value: columns } } as const;
  const objects = [objectOf(PROFILE_GENERIC, logicalName, data), ...meanings];
  return { kind: 'objects', count: objects.length, objects };
}

/** The numbers that a request wants of a profile whose rows are numbered. */
export function numbersIn(query: URLSearchParams): { readonly from: bigint; readonly to: bigint } {
  const end = (name: string): bigint | undefined => {
    const [, digits] = /^double-long-unsigned:(\d+)$/.exec(query.get(name) ?? '') ?? [];
    return digits === undefined ? undefined : BigInt(digits);
  };
  return { from: end('sa.fromtype') ?? 0n, to: end('sa.totype') ?? BigInt(Number.MAX_SAFE_INTEGER) };
}
