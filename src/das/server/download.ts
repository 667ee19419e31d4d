import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Call } from './call.ts';

export interface Download {
  readonly name: string;
  readonly contentType: string;
}

/** What is sent while it is made. */
export type Pieces = AsyncIterator<string | Uint8Array, void, undefined>;

/** Has the browser keep what follows as a file, and never show it as if it were a page of ours. */
export function announceDownload({ response }: Call, { name, contentType }: Download): void {
  // What stands in a header is of our own alphabet, whatever a meter may call itself.
  const safe = name.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Disposition', `attachment; filename="${safe}"`);
}

/** Sends a file piece by piece, no faster than it is taken. What goes wrong before the first piece is still told. */
export async function sendPieces(call: Call, download: Download, pieces: Pieces): Promise<void> {
  const first = await pieces.next();
  // Who has gone by now is sent nothing, and what makes the pieces lets go of the store.
  if (call.response.destroyed) return void (await pieces.return?.());
  announceDownload(call, download);
  try {
    await pipeline(Readable.from(continued(first, pieces), { objectMode: false }), call.response);
  } catch (error) {
    // Who goes away in the middle of it has not found a fault of ours.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

async function* continued(first: Awaited<ReturnType<Pieces['next']>>, pieces: Pieces) {
  try {
    for (let next = first; next.done !== true; next = await pieces.next()) yield next.value;
  } finally {
    await pieces.return?.();
  }
}
