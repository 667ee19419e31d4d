import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { runProgram } from './commands.ts';

const root = new URL('../../', import.meta.url);

/** Where the page of the DAS lies when it is built. */
export const PAGE_FOLDER = fileURLToPath(new URL('dist/page/', root));

/** Builds the page unless it is there as its sources are. */
export async function providePage(): Promise<void> {
  const { code, stderr } = await runProgram(process.execPath, [fileURLToPath(new URL('scripts/build-page.mjs', root))]);
  assert.equal(code, 0, stderr);
}
