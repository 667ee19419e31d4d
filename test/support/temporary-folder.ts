import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** Gone when `t` is over, or else the test, suite or file that calls. */
export function temporaryFolder(t: { readonly after: (remove: () => void) => void } = { after }): string {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
