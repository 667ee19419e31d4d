import type { Migration } from '#core/sqlite-schema.ts';

/** Marks the file as a journal of ours: "smjl". @see SQLite file format § 1.2.10, application id */
export const APPLICATION_ID = 0x736d_6a6c;

/** Kept for ever, whoever asks: a trigger that refuses the statement. */
const refuse = (what: 'UPDATE' | 'DELETE', table: string): string => `
CREATE TRIGGER ${table}_no_${what.toLowerCase()} BEFORE ${what} ON ${table}
BEGIN SELECT RAISE(ABORT, '${table} are kept as they are'); END;`;

/** Rows may go once a sealed checkpoint says that their chain begins above them; those of the calibration book never. */
const refuseDeleteOfKept = (table: string): string => `
CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table}
WHEN OLD.number >= coalesce((SELECT max(first) FROM checkpoint_chains WHERE chain = OLD.chain), 0)
  OR (SELECT kind FROM chains WHERE id = OLD.chain) = 'calibration'
BEGIN SELECT RAISE(ABORT, '${table} are kept until a sealed checkpoint lets them go'); END;`;

/** A number follows the one before, or opens after a loss that a sealed checkpoint declares. It also keeps REPLACE out. */
const refuseGap = (table: string): string => `
CREATE TRIGGER ${table}_without_gap BEFORE INSERT ON ${table}
WHEN NEW.number <> max(
  coalesce((SELECT max(number) FROM ${table} WHERE chain = NEW.chain), 0) + 1,
  coalesce((SELECT max(next) FROM checkpoint_chains WHERE chain = NEW.chain), 1))
BEGIN SELECT RAISE(ABORT, '${table} are numbered without gaps'); END;`;

const VERSION_1 = `
-- One row: which journal this is.
CREATE TABLE journals (id BLOB NOT NULL CHECK (length(id) = 16)) STRICT;

-- What is numbered on its own: the captures of a logical device, a book, the part of the consumer book of one consumer.
CREATE TABLE chains (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('captures', 'system', 'consumer', 'calibration')),
  subject TEXT NOT NULL,
  UNIQUE (kind, subject)
) STRICT;

-- What gives the values of a capture their meaning; the same for years, so it stands here once.
CREATE TABLE layouts (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  columns TEXT NOT NULL
) STRICT;

-- A document that others are written as differences to.
CREATE TABLE templates (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  deflated BLOB NOT NULL
) STRICT;

-- Times are milliseconds since 1970 in UTC.
CREATE TABLE captures (
  id INTEGER PRIMARY KEY,
  chain INTEGER NOT NULL REFERENCES chains,
  number INTEGER NOT NULL,
  capture_time INTEGER NOT NULL,
  sampled_at INTEGER NOT NULL,
  sample_number INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (length(state) = 16),
  layout INTEGER NOT NULL REFERENCES layouts,
  measured BLOB NOT NULL,
  previous BLOB NOT NULL CHECK (length(previous) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  -- The sealed document: its hash, and how to get it out of a template. All three or none.
  document_hash BLOB CHECK (length(document_hash) = 32),
  template INTEGER REFERENCES templates,
  delta BLOB,
  UNIQUE (chain, number),
  CHECK ((document_hash IS NULL) = (template IS NULL) AND (template IS NULL) = (delta IS NULL))
) STRICT;
CREATE INDEX captures_by_time ON captures (chain, capture_time, number);

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  chain INTEGER NOT NULL REFERENCES chains,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  code INTEGER NOT NULL,
  data TEXT NOT NULL,
  previous BLOB NOT NULL CHECK (length(previous) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  UNIQUE (chain, number)
) STRICT;

-- What was written into objects, as it stands today; each change is an event. The only rows that may change.
CREATE TABLE parameters (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- Sealed statements about the chains.
CREATE TABLE checkpoints (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('progress', 'retention', 'restored')),
  key_id TEXT NOT NULL,
  signature BLOB NOT NULL,
  previous BLOB NOT NULL CHECK (length(previous) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TABLE checkpoint_chains (
  chain INTEGER NOT NULL REFERENCES chains,
  checkpoint INTEGER NOT NULL REFERENCES checkpoints,
  -- The first row that is kept, and the hash of the one before it.
  first INTEGER NOT NULL,
  before BLOB NOT NULL CHECK (length(before) = 32),
  -- The last row, and the number that may follow it.
  last INTEGER NOT NULL,
  last_hash BLOB NOT NULL CHECK (length(last_hash) = 32),
  next INTEGER NOT NULL CHECK (next > last),
  -- Sample numbers up to this one may have been used. 0 for books.
  samples_used INTEGER NOT NULL,
  PRIMARY KEY (checkpoint, chain)
) STRICT, WITHOUT ROWID;
CREATE INDEX checkpoint_chains_by_chain ON checkpoint_chains (chain, checkpoint);

CREATE TRIGGER checkpoints_without_gap BEFORE INSERT ON checkpoints
WHEN NEW.number <> coalesce((SELECT max(number) FROM checkpoints), 0) + 1
BEGIN SELECT RAISE(ABORT, 'checkpoints are numbered without gaps'); END;
${refuseGap('captures')}
${refuseGap('events')}
${refuseDeleteOfKept('captures')}
${refuseDeleteOfKept('events')}
${['captures', 'events'].map((table) => refuse('UPDATE', table)).join('')}
${['journals', 'chains', 'layouts', 'templates', 'checkpoints', 'checkpoint_chains']
  .map((table) => refuse('UPDATE', table) + refuse('DELETE', table))
  .join('')}
`;

export const MIGRATIONS: readonly Migration[] = [{ to: 1, sql: VERSION_1 }];
