import { readFileSync } from 'node:fs';

/** Reads a table of `test/vectors/modbus/`: the first line names the columns; a field with a comma stands in quotes. */
export function readVectors<Column extends string>(file: string): readonly Readonly<Record<Column, string>>[] {
  const text = readFileSync(new URL(`../vectors/modbus/${file}`, import.meta.url), 'utf8');
  const [columns = [], ...rows] = text.trim().split(/\r?\n/).map(fields);
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? '']))) as Readonly<
    Record<Column, string>
  >[];
}

function fields(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
