import { equalBytes } from '#core/bytes.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { damaged } from './store-errors.ts';

/**
 * Gets a document out of where it is kept, and proves that it is the one that came.
 * @throws SealmeterError (evidence) `DAS_STORE_DAMAGED`
 */
export function opened(where: string, hash: Uint8Array, open: () => Uint8Array): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = open();
  } catch (cause) {
    throw damaged(where, 'the document cannot be taken out', cause);
  }
  if (!equalBytes(nodeCrypto.digest('sha-256', bytes), hash))
    throw damaged(where, 'the document is not the one that came');
  return bytes;
}
