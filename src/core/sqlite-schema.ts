import type { SealmeterError } from './errors.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** One step from a version of the schema to the next. What was released is never edited, only followed. */
export interface Migration {
  /** The `user_version` that the file has afterwards. */
  readonly to: number;
  readonly sql: string;
}

export interface SqliteSchema {
  /** Marks a file as one of ours. @see SQLite file format § 1.2.10, application id */
  readonly applicationId: number;
  /** In order. A file of any version is taken through those that it has not seen, in one transaction. */
  readonly migrations: readonly Migration[];
  /** What a new file gets beside its tables. */
  readonly begin?: (database: SqliteDatabase) => void;
  readonly foreign: (file: string) => SealmeterError;
  readonly newer: (file: string) => SealmeterError;
}

/** Everything in the file but its rows: tables, indexes and triggers, as they were written. */
export const SCHEMA_SQL =
  "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name";

/**
 * Takes a file through the steps that it has not seen. A new file sees them all.
 * @throws SealmeterError as the schema has it, for a file that is none of ours or was written by a newer program
 */
export function migrate(database: SqliteDatabase, schema: SqliteSchema): void {
  const version = versionOf(database, schema);
  if (version === latestVersion(schema)) return;
  database.transaction(() => {
    for (const { to, sql } of schema.migrations.filter(({ to }) => to > version)) {
      database.execute(`${sql};PRAGMA user_version = ${to}`);
    }
    if (version > 0) return;
    database.execute(`PRAGMA application_id = ${schema.applicationId}`);
    schema.begin?.(database);
  });
}

/**
 * 0 for a file that is empty yet.
 * @throws SealmeterError as {@link migrate}
 */
export function versionOf(database: SqliteDatabase, schema: SqliteSchema): number {
  const version = pragma(database, 'user_version');
  const isEmpty = version === 0 && database.all(SCHEMA_SQL).length === 0;
  if (!isEmpty && pragma(database, 'application_id') !== schema.applicationId) throw schema.foreign(database.file);
  if (version > latestVersion(schema)) throw schema.newer(database.file);
  return version;
}

export const latestVersion = ({ migrations }: SqliteSchema): number => migrations.at(-1)?.to ?? 0;

/** A pragma's only value. */
export const pragma = (database: SqliteDatabase, name: string): number =>
  Number(Object.values(database.get(`PRAGMA ${name}`) ?? {})[0]);
