import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What somebody does who has the file and knows SQL: takes the triggers away, has his way, and puts them back. */
export function tamper(folder: string, ...statements: readonly string[]): void {
  const database = new DatabaseSync(join(folder, 'journal.db'));
  try {
    const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`);
    database.exec('PRAGMA foreign_keys = OFF');
    for (const statement of statements) database.exec(statement);
    for (const { sql } of triggers) database.exec(String(sql));
  } finally {
    database.close();
  }
}

/** The same, without taking the triggers away. */
export function tryStatement(folder: string, statement: string): void {
  const database = new DatabaseSync(join(folder, 'journal.db'));
  try {
    database.exec(statement);
  } finally {
    database.close();
  }
}

/** A copy of the folder of a journal that nobody is writing. */
export function copyOf(folder: string, copy: string): string {
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** Changes a time in the index that captures are found by, and nowhere else, as a flipped bit would. */
export function moveInIndex(file: string, time: number): void {
  const pages = pagesOf(file, 'captures_by_time');
  const bytes = readFileSync(file);
  const octets = Buffer.alloc(6);
  octets.writeUIntBE(time, 0, 6);
  for (const page of pages) {
    const place = bytes.indexOf(octets, (page - 1) * PAGE_SIZE);
    if (place < 0 || place >= page * PAGE_SIZE) continue;
    bytes.writeUIntBE(time + 1_000_000_000, place, 6);
    writeFileSync(file, bytes);
    return;
  }
  throw new Error(`${time} is not in the index`);
}

const PAGE_SIZE = 4_096;

function pagesOf(file: string, name: string): readonly number[] {
  const database = new DatabaseSync(file);
  try {
    const rows = database.prepare('SELECT pageno FROM dbstat WHERE name = ?').all(name);
    return rows.map(({ pageno }) => Number(pageno));
  } finally {
    database.close();
  }
}
