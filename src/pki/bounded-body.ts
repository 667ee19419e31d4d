import { concatBytes } from '#core/bytes.ts';

/** Collects a body as it comes in; `undefined`, and no byte more is read, once it is longer than `limit`. */
export async function readBounded(parts: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array | undefined> {
  const collected: Uint8Array[] = [];
  let length = 0;
  for await (const part of parts) {
    length += part.length;
    if (length > limit) return undefined;
    collected.push(part);
  }
  return concatBytes(...collected);
}
