import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../docs/mapping.md', import.meta.url), 'utf8');

/** The rows of the table of docs/mapping.md that has these columns. */
export function tableOf(...columns: readonly string[]): readonly (readonly string[])[] {
  const [, after = ''] = page.split(`| ${columns.join(' | ')} |\n`);
  const lines = after.split('\n').slice(1);
  const rows = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('|')),
  );
  return rows.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}
