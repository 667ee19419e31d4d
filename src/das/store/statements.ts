/** What is known of a document, for all that list documents. */
const ENTRY = `documents.id, hash, digest, meter, kind, number, at, received_at, state, certificates.name AS certificate, chain_hash,
    layout, vals, pack, place
  FROM documents JOIN sources ON sources.id = source JOIN certificates ON certificates.id = documents.certificate`;

/** The blocks of the index of hashes, of which each is looked into, the oldest first. */
const BLOCKS = `WITH RECURSIVE blocks (block) AS (
    SELECT min(id) >> 14 FROM documents
    UNION ALL SELECT block + 1 FROM blocks WHERE block < (SELECT max(id) >> 14 FROM documents))`;

/** Of `blocks CROSS JOIN documents`. The index has the beginning of a hash only. */
const hashIs = (parameter: string): string =>
  `documents.id >> 14 = block AND substr(hash, 1, 8) = substr(${parameter}, 1, 8) AND hash = ${parameter}`;

const STANDING = `SELECT meter, kind, lowest, highest, sources.documents, last_rejected_at, at, received_at, hash
  FROM sources LEFT JOIN documents ON documents.id = last`;

/** The times of the first and the last reading, or of the first and the last hour that was rolled up from readings. */
const extentOf = (table: 'documents' | 'profile_rows'): string => `SELECT min(first) AS first, max(last) AS last FROM (
    SELECT min(at) AS first, max(at) AS last FROM ${table} WHERE source = ?1
    UNION ALL SELECT min(at), max(at) FROM rollups WHERE source = ?1 AND step = ?2)`;

/** The last reading before a range and the first one after it. */
const neighboursIn = (table: 'documents' | 'profile_rows'): string => `SELECT
    (SELECT max(at) FROM (
      SELECT max(at) AS at FROM ${table} WHERE source = ?1 AND at < ?3
      UNION ALL SELECT max(at) FROM rollups WHERE source = ?1 AND step = ?2 AND at < ?3)) AS before,
    (SELECT min(at) FROM ${table} WHERE source = ?1 AND at >= ?4) AS after`;

/** Every statement of the store on its rows, by what it is for. */
export const SQL = {
  source: 'SELECT id, lowest, highest, documents, last FROM sources WHERE meter = ? AND kind = ?',
  insertSource: 'INSERT INTO sources (meter, kind) VALUES (?, ?)',
  updateSource: 'UPDATE sources SET lowest = ?, highest = ?, documents = ?, last = ? WHERE id = ?',
  standings: `${STANDING} ORDER BY meter, kind`,
  standingsOfMeter: `${STANDING} WHERE meter = ? ORDER BY kind`,
  sourcesWithDocuments: 'SELECT id, kind, last FROM sources WHERE last IS NOT NULL',

  insertCertificate: 'INSERT OR IGNORE INTO certificates (name) VALUES (?)',
  certificateId: 'SELECT id FROM certificates WHERE name = ?',

  layout: 'SELECT columns FROM layouts WHERE id = ?',
  layoutId: 'SELECT id FROM layouts WHERE columns = ?',
  insertLayout: 'INSERT OR IGNORE INTO layouts (columns) VALUES (?)',
  layoutsOfSource: 'SELECT layout FROM source_layouts WHERE source = ? ORDER BY layout',
  insertSourceLayout: 'INSERT OR IGNORE INTO source_layouts (source, layout) VALUES (?, ?)',

  insertDocument: `INSERT INTO documents
      (source, hash, digest, number, at, received_at, state, certificate, chain_hash, layout, vals)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  insertBody: 'INSERT INTO bodies (document, bytes, marks) VALUES (?, ?, ?)',
  insertProfileRow: 'INSERT OR IGNORE INTO profile_rows (source, at, layout, document, vals) VALUES (?, ?, ?, ?, ?)',
  insertEvent: `INSERT OR IGNORE INTO events (source, book, number, at, code, event, text, document)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  insertStaleHour: 'INSERT OR IGNORE INTO stale_hours (source, hour) VALUES (?, ?)',

  documentByNumber: 'SELECT hash, digest FROM documents WHERE source = ? AND number = ? ORDER BY id LIMIT 1',
  documentBySourceAndHash: `${BLOCKS} SELECT hash, digest FROM blocks CROSS JOIN documents
    WHERE ${hashIs('?2')} AND source = ?1 LIMIT 1`,
  documentByHash: `${BLOCKS} SELECT ${ENTRY} WHERE documents.id = (
    SELECT documents.id FROM blocks CROSS JOIN documents WHERE ${hashIs('?1')} LIMIT 1)`,
  latestDocument: `SELECT ${ENTRY} WHERE documents.id = (SELECT last FROM sources WHERE meter = ? AND kind = ?)`,
  numberedDocument: `SELECT ${ENTRY} WHERE source = (SELECT id FROM sources WHERE meter = ? AND kind = ?) AND number = ? LIMIT 1`,
  documents: `SELECT ${ENTRY}
    WHERE source = (SELECT id FROM sources WHERE meter = ? AND kind = ?) AND (at, number) > (?, ?) AND at < ?
    ORDER BY at, number LIMIT ?`,
  body: 'SELECT bytes, marks FROM bodies WHERE document = ?',
  pack: 'SELECT data FROM packs WHERE id = ?',

  events: `SELECT book, events.number, events.at, code, event, text, hash
    FROM events JOIN documents ON documents.id = document
    WHERE events.source = (SELECT id FROM sources WHERE meter = ? AND kind = 'events')
      AND book = ? AND events.number < ?
    ORDER BY events.number DESC LIMIT ?`,

  /** Numbers that follow a hole, and the one before it; the bounds stand in for numbers beyond. */
  holes: `WITH numbers (number) AS (
      SELECT ?2 - 1 UNION ALL SELECT ?3 + 1 UNION ALL
      SELECT number FROM documents WHERE source = ?1 AND number BETWEEN ?2 AND ?3)
    SELECT before + 1 AS first, number - 1 AS last
    FROM (SELECT number, lag(number) OVER (ORDER BY number) AS before FROM numbers)
    WHERE number > before + 1 ORDER BY first LIMIT ?4`,
  forgottenNumbers: 'SELECT forgotten_numbers FROM sources WHERE id = ?',

  insertQuarantine: `INSERT OR IGNORE INTO quarantine (hash, meter, kind, received_at, code, reason, marks, data)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  noteRejection: `INSERT INTO sources (meter, kind, last_rejected_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (meter, kind) DO UPDATE SET last_rejected_at = max(coalesce(last_rejected_at, ?3), ?3)`,
  shortenQuarantine: `DELETE FROM quarantine WHERE meter = ?1
    AND id <= (SELECT id FROM quarantine WHERE meter = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`,
  quarantine: `SELECT id, hash, meter, kind, received_at, code, reason, marks FROM quarantine
    WHERE meter = coalesce(?1, meter) AND id < ?2 ORDER BY id DESC LIMIT ?3`,
  rejected: `SELECT hash, meter, kind, received_at, code, reason, marks, data FROM quarantine
    WHERE hash = ? ORDER BY id`,

  /** Documents that wait to be packed, by source and day. */
  unpackedDays: `SELECT source, at / 86400000 AS day, sum(length(bytes)) AS size
    FROM bodies JOIN documents ON documents.id = document GROUP BY source, day`,
  unpacked: `SELECT document, bytes, marks FROM documents JOIN bodies ON document = id
    WHERE source = ? AND at >= ? AND at < ? ORDER BY at, number LIMIT ?`,
  insertPack: 'INSERT INTO packs (source, day, data) VALUES (?, ?, ?)',
  placeInPack: 'UPDATE documents SET pack = ?, place = ? WHERE id = ?',
  deleteBody: 'DELETE FROM bodies WHERE document = ?',

  /** That are over by an hour of the wall clock. */
  staleHours: `SELECT source, kind, hour FROM stale_hours JOIN sources ON id = source WHERE hour < ? ORDER BY source, hour`,
  staleHoursWithin: 'SELECT hour FROM stale_hours WHERE source = ? AND hour BETWEEN ? AND ? ORDER BY hour',
  deleteStaleHour: 'DELETE FROM stale_hours WHERE source = ? AND hour = ?',
  documentVals: `SELECT at, vals FROM documents INDEXED BY documents_by_time
    WHERE source = ? AND layout = ? AND at >= ? AND at < ? ORDER BY at, number`,
  profileVals: 'SELECT at, vals FROM profile_rows WHERE source = ? AND layout = ? AND at >= ? AND at < ? ORDER BY at',
  putRollup: 'INSERT OR REPLACE INTO rollups (source, step, at, layout, cells) VALUES (?, ?, ?, ?, ?)',

  documentValues: `SELECT at, vals ->> ?1 AS value FROM documents INDEXED BY documents_by_time
    WHERE source = ?2 AND layout = ?3 AND at >= ?4 AND at < ?5 AND value IS NOT NULL ORDER BY at, number LIMIT ?6`,
  profileValues: `SELECT at, vals ->> ?1 AS value FROM profile_rows
    WHERE source = ?2 AND layout = ?3 AND at >= ?4 AND at < ?5 AND value IS NOT NULL ORDER BY at LIMIT ?6`,
  rolledCells: `SELECT at, cells ->> ?1 AS value FROM rollups
    WHERE source = ?2 AND step = ?3 AND layout = ?4 AND at >= ?5 AND at < ?6 AND value IS NOT NULL ORDER BY at`,
  documentExtent: extentOf('documents'),
  profileExtent: extentOf('profile_rows'),
  documentNeighbours: neighboursIn('documents'),
  profileNeighbours: neighboursIn('profile_rows'),
  forgottenTime: 'SELECT forgotten_time FROM sources WHERE id = ?',

  oldDocuments: `SELECT id, number FROM documents INDEXED BY documents_by_time
    WHERE source = ?1 AND at < ?2 AND id <> ?3
      AND NOT EXISTS (SELECT 1 FROM stale_hours WHERE stale_hours.source = ?1 AND hour = at / 3600000)
    ORDER BY at LIMIT ?4`,
  deleteDocument: 'DELETE FROM documents WHERE id = ?',
  noteForgotten: `UPDATE sources SET forgotten_numbers = max(forgotten_numbers, ?2), forgotten_time = max(forgotten_time, ?3),
      lowest = (SELECT min(number) FROM documents WHERE source = ?1),
      documents = (SELECT count(*) FROM documents WHERE source = ?1)
    WHERE id = ?1`,
  deleteEvents: 'DELETE FROM events WHERE source = ? AND at < ?',
  deleteProfileRows: 'DELETE FROM profile_rows WHERE source = ? AND at < ?',
  deleteShortRollups: 'DELETE FROM rollups WHERE source = ? AND step < ? AND at < ?',
  deletePacks: `DELETE FROM packs WHERE source = ? AND day < ?
    AND NOT EXISTS (SELECT 1 FROM documents INDEXED BY documents_by_time WHERE documents.source = packs.source
      AND at >= day * 86400000 AND at < (day + 1) * 86400000 AND pack = packs.id)`,
  deleteQuarantine: 'DELETE FROM quarantine WHERE received_at < ?',
  deleteAlarms: 'DELETE FROM alarms WHERE cleared_at < ?',
  deleteAudit: 'DELETE FROM audit WHERE at < ?',

  /** Into a file that is empty or not there. */
  copyInto: 'VACUUM INTO ?',

  meters: 'SELECT * FROM meters ORDER BY id',
  meter: 'SELECT * FROM meters WHERE id = ?',
  putMeter: `INSERT OR REPLACE INTO meters
    (id, name, url, zone, tls_roots, signatures, request_form, added_at, added_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  removeMeter: 'DELETE FROM meters WHERE id = ?',

  users: 'SELECT * FROM users ORDER BY name',
  user: 'SELECT * FROM users WHERE name = ?',
  putUser: 'INSERT OR REPLACE INTO users (name, role, meters, password_hash, certificates) VALUES (?, ?, ?, ?, ?)',
  removeUser: 'DELETE FROM users WHERE name = ?',

  alarmNotCleared: 'SELECT * FROM alarms WHERE meter = ? AND code = ? AND cleared_at IS NULL',
  alarm: 'SELECT * FROM alarms WHERE id = ?',
  insertAlarm: 'INSERT INTO alarms (meter, kind, code, raised_at, text, document) VALUES (?, ?, ?, ?, ?, ?)',
  clearAlarms: 'UPDATE alarms SET cleared_at = ? WHERE meter = ? AND code = ? AND cleared_at IS NULL',
  acknowledgeAlarm:
    'UPDATE alarms SET acknowledged_at = ?, acknowledged_by = ? WHERE id = ? AND acknowledged_at IS NULL',
  alarms: `SELECT * FROM alarms WHERE (?1 IS NULL OR meter IN (SELECT value FROM json_each(?1)))
      AND (?2 = 0 OR cleared_at IS NULL) AND (?3 = 0 OR acknowledged_at IS NULL)
    ORDER BY id DESC LIMIT ?4`,

  insertAudit: 'INSERT INTO audit (at, user, address, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)',
  audit: 'SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?',
} as const;
