/** Why a file cannot be read, to be said after its name, and what to do. */
export function unreadable(thrown: unknown): { readonly problem: string; readonly mend: string } {
  const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown';
  if (code === 'ENOENT' || code === 'ENOTDIR') return { problem: 'does not exist', mend: 'correct the path' };
  if (code === 'EISDIR') return { problem: 'is a folder', mend: 'name a file in it' };
  return { problem: `cannot be read (${code})`, mend: 'let the user that runs sealmeter read it' };
}
