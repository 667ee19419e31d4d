/** On every connection: damage is noticed rather than used, and the file can make nothing run. */
export const SETTINGS = `
  PRAGMA trusted_schema = OFF;
  PRAGMA cell_size_check = ON;
`;

/**
 * On the writer's: a commit has reached the disk when it returns, readers never wait, and the log that makes both
 * possible stays small.
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous: in WAL mode FULL, not NORMAL, is durable
 */
export const WRITER_SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 1000;
  PRAGMA journal_size_limit = 4194304;
`;

export const PRAGMA = {
  applicationId: 'PRAGMA application_id',
  version: 'PRAGMA user_version',
  /** Walks every page, and compares the indexes with the tables; says "ok" or what is wrong first. */
  integrityCheck: 'PRAGMA integrity_check(1)',
  pageSize: 'PRAGMA page_size',
  pages: 'PRAGMA page_count',
  freePages: 'PRAGMA freelist_count',
} as const;

export const setApplicationId = (id: number): string => `PRAGMA application_id = ${id}`;
export const setVersion = (version: number): string => `PRAGMA user_version = ${version}`;
