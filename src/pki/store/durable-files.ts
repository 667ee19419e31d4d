import { open, rename, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';

// Each of these is over only when a power cut cannot undo it.

export async function writeDurably(path: string, content: string, mode: number): Promise<void> {
  {
    await using file = await open(path, 'w', mode);
    await file.writeFile(content);
    await file.sync();
  }
  await syncFolder(dirname(path));
}

/** The new name holds the old content or the new, at every moment. */
export async function moveDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** Makes a symbolic link, or lets the one that is there, or the file, give way to it in one step. */
export async function pointDurably(path: string, target: string): Promise<void> {
  const fresh = `${path}.new`;
  await rm(fresh, { force: true });
  await symlink(target, fresh);
  await moveDurably(fresh, path);
}

/** What a folder lists is itself something that has to be written. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}
