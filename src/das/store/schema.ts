import type { Migration } from '#core/sqlite-schema.ts';

/** Marks the file as a store of ours: "smds". @see SQLite file format § 1.2.10, application id */
export const APPLICATION_ID = 0x736d_6473;

// Times are milliseconds since 1970 in UTC. JSON is for lists that no query looks into, and for values, which SQLite can
// look into: `vals ->> '$[3]'`. Nothing refers to documents by a foreign key: each one that is removed would be looked for in
// every table.
const VERSION_1 = `
-- A meter's documents of one kind, and where they stand.
CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  meter TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('live', 'capture', 'profile', 'events')),
  -- Of the documents that are here; null before the first.
  lowest INTEGER,
  highest INTEGER,
  documents INTEGER NOT NULL DEFAULT 0,
  -- Documents were removed for their age: all with lower numbers, all before this time.
  forgotten_numbers INTEGER NOT NULL DEFAULT 0,
  forgotten_time INTEGER NOT NULL DEFAULT -9223372036854775808,
  -- The document with the highest number.
  last INTEGER,
  last_rejected_at INTEGER,
  UNIQUE (meter, kind)
) STRICT;

CREATE TABLE certificates (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- What stands in the columns of "vals", as [[object, attribute, scaler, unit], …]; the same for years, so it stands here once.
CREATE TABLE layouts (id INTEGER PRIMARY KEY, columns TEXT NOT NULL UNIQUE) STRICT;

-- The layouts that a source has ever used.
CREATE TABLE source_layouts (
  source INTEGER NOT NULL REFERENCES sources,
  layout INTEGER NOT NULL REFERENCES layouts,
  PRIMARY KEY (source, layout)
) STRICT, WITHOUT ROWID;

-- Documents of a source and a day (days since 1970 in UTC), compressed by Zstandard (RFC 8878). Inside, one after the
-- other: length of the document in four bytes, the document, length of its marks in four bytes, its marks as JSON.
CREATE TABLE packs (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES sources,
  day INTEGER NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE INDEX packs_by_day ON packs (source, day);

CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  source INTEGER NOT NULL REFERENCES sources,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  -- SHA-256 of what was signed.
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  certificate INTEGER NOT NULL REFERENCES certificates,
  chain_hash BLOB,
  layout INTEGER NOT NULL REFERENCES layouts,
  -- A JSON array: integers, those beyond 63 bits as texts, null for what this document lacks.
  vals TEXT NOT NULL,
  -- Where its bytes stand; null while they are in "bodies".
  pack INTEGER,
  place INTEGER
) STRICT;
-- Eight bytes find a document as surely as all of them. Block by block: else each document would change another page of an
-- index that grows with all that is kept.
CREATE INDEX documents_by_hash ON documents (id >> 14, substr(hash, 1, 8));
CREATE INDEX documents_by_number ON documents (source, number);
CREATE INDEX documents_by_time ON documents (source, at, number);

-- Documents that are not packed yet.
CREATE TABLE bodies (
  document INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL,
  marks TEXT NOT NULL
) STRICT;

-- The rows of profiles, each with a time of its own. One that comes again in another document is not kept twice.
CREATE TABLE profile_rows (
  source INTEGER NOT NULL REFERENCES sources,
  at INTEGER NOT NULL,
  layout INTEGER NOT NULL REFERENCES layouts,
  document INTEGER NOT NULL,
  vals TEXT NOT NULL,
  PRIMARY KEY (source, at, layout)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  source INTEGER NOT NULL REFERENCES sources,
  book TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  code INTEGER NOT NULL,
  event TEXT NOT NULL,
  text TEXT NOT NULL,
  document INTEGER NOT NULL,
  PRIMARY KEY (source, book, number)
) STRICT, WITHOUT ROWID;

-- Values summed up for charts: "cells" is [[min, max, mean, last, count] or null, …] in the order of the layout.
CREATE TABLE rollups (
  source INTEGER NOT NULL REFERENCES sources,
  step INTEGER NOT NULL,
  at INTEGER NOT NULL,
  layout INTEGER NOT NULL REFERENCES layouts,
  cells TEXT NOT NULL,
  PRIMARY KEY (source, step, at, layout)
) STRICT, WITHOUT ROWID;

-- Hours since 1970 whose roll-ups are not there or lack something.
CREATE TABLE stale_hours (
  source INTEGER NOT NULL REFERENCES sources,
  hour INTEGER NOT NULL,
  PRIMARY KEY (source, hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  meter TEXT NOT NULL,
  kind TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  marks TEXT NOT NULL,
  -- Compressed by Zstandard.
  data BLOB NOT NULL,
  UNIQUE (hash, code, meter)
) STRICT;
CREATE INDEX quarantine_by_meter ON quarantine (meter, id);

CREATE TABLE meters (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  zone TEXT NOT NULL,
  tls_roots TEXT NOT NULL,
  signatures TEXT NOT NULL,
  request_form TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  added_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  meters TEXT NOT NULL,
  password_hash TEXT,
  certificates TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alarms (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  meter TEXT NOT NULL,
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  raised_at INTEGER NOT NULL,
  text TEXT NOT NULL,
  document TEXT,
  cleared_at INTEGER,
  acknowledged_at INTEGER,
  acknowledged_by TEXT
) STRICT;
CREATE UNIQUE INDEX alarms_not_cleared ON alarms (meter, code) WHERE cleared_at IS NULL;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  user TEXT NOT NULL,
  address TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is kept as it is'); END;
`;

export const MIGRATIONS: readonly Migration[] = [{ to: 1, sql: VERSION_1 }];
