/** Every statement of the journal on its rows, by what it is for. */
export const SQL = {
  journalId: 'SELECT id FROM journals',
  insertJournalId: 'INSERT INTO journals (id) VALUES (?)',

  chains: 'SELECT id, kind, subject FROM chains ORDER BY id',
  chain: 'SELECT id, kind, subject FROM chains WHERE kind = ? AND subject = ?',
  insertChain: 'INSERT INTO chains (kind, subject) VALUES (?, ?)',

  layout: 'SELECT hash, columns FROM layouts WHERE id = ?',
  layoutsOf: 'SELECT DISTINCT layout FROM captures WHERE chain = ? AND number BETWEEN ? AND ? ORDER BY layout',
  layoutId: 'SELECT id FROM layouts WHERE hash = ?',
  insertLayout: 'INSERT INTO layouts (hash, columns) VALUES (?, ?)',

  template: 'SELECT hash, deflated FROM templates WHERE id = ?',
  templateId: 'SELECT id FROM templates WHERE hash = ?',
  insertTemplate: 'INSERT INTO templates (hash, deflated) VALUES (?, ?)',

  insertCapture: `INSERT INTO captures (chain, number, capture_time, sampled_at, sample_number, state, layout, measured,
      previous, hash, document_hash, template, delta)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  // The hashes in one: to hand over a blob takes longer than to read its row.
  captures: `SELECT number, capture_time, sampled_at, sample_number, state, layout, measured,
      CAST(previous || hash || ifnull(document_hash, '') AS BLOB) AS hashes
    FROM captures WHERE chain = ? AND number BETWEEN ? AND ? ORDER BY number LIMIT ?`,
  lastCapture: 'SELECT number, hash, sample_number FROM captures WHERE chain = ? ORDER BY number DESC LIMIT 1',
  countCaptures: `SELECT count(*) AS count FROM captures
    WHERE chain = ? AND number >= ? AND capture_time % ? = 0`,
  lastCaptureUpTo: 'SELECT max(number) AS number FROM captures WHERE chain = ? AND number <= ?',
  document: 'SELECT template, delta FROM captures WHERE chain = ? AND number = ?',
  lastTemplate: 'SELECT template FROM captures WHERE chain = ? AND template IS NOT NULL ORDER BY number DESC LIMIT 1',
  captureTime: 'SELECT capture_time FROM captures WHERE chain = ? AND number = ?',
  numbersBetween: `SELECT min(number) AS first, max(number) AS last
    FROM captures WHERE chain = ? AND capture_time >= ? AND capture_time < ?`,
  timeSpan: 'SELECT min(capture_time) AS earliest, max(capture_time) AS latest FROM captures WHERE chain = ?',
  lastBefore: `SELECT number FROM captures WHERE chain = ? AND capture_time < ?
    ORDER BY capture_time DESC, number DESC LIMIT 1`,
  firstFrom: `SELECT number FROM captures WHERE chain = ? AND capture_time >= ?
    ORDER BY capture_time, number LIMIT 1`,

  insertEvent: 'INSERT INTO events (chain, number, at, code, data, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  events: `SELECT number, at, code, data, previous, hash
    FROM events WHERE chain = ? AND number BETWEEN ? AND ? ORDER BY number LIMIT ?`,
  lastEvent: 'SELECT number, hash FROM events WHERE chain = ? ORDER BY number DESC LIMIT 1',

  /** Of a device, or of none. */
  countEvents: `SELECT count(*) AS count FROM events
    WHERE chain = ?1 AND number >= ?2 AND coalesce(data ->> 'device', ?3) = ?3`,
  countAllEvents: 'SELECT count(*) AS count FROM events WHERE chain = ? AND number >= ?',
  lastEventUpTo: 'SELECT max(number) AS number FROM events WHERE chain = ? AND number <= ?',

  hashOfCapture: 'SELECT hash FROM captures WHERE chain = ? AND number = ?',
  hashOfEvent: 'SELECT hash FROM events WHERE chain = ? AND number = ?',

  parameter: 'SELECT value, hash FROM parameters WHERE name = ?',
  putParameter: 'INSERT OR REPLACE INTO parameters (name, value, hash) VALUES (?, ?, ?)',

  insertCheckpoint: `INSERT INTO checkpoints (number, at, reason, key_id, signature, previous, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  insertStatement: `INSERT INTO checkpoint_chains (chain, checkpoint, first, before, last, last_hash, next, samples_used)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  checkpoints: `SELECT number, at, reason, key_id, signature, previous, hash
    FROM checkpoints WHERE number > ? ORDER BY number LIMIT ?`,
  lastCheckpoint: 'SELECT number, hash FROM checkpoints ORDER BY number DESC LIMIT 1',
  hashOfCheckpoint: 'SELECT hash FROM checkpoints WHERE number = ?',
  statementsOf: `SELECT chain, first, before, last, last_hash, next, samples_used
    FROM checkpoint_chains WHERE checkpoint = ? ORDER BY chain`,
  statementsAbout: `SELECT checkpoint, last, last_hash
    FROM checkpoint_chains WHERE chain = ? AND checkpoint > ? ORDER BY checkpoint LIMIT ?`,
  lastStatement: `SELECT first, before, last, last_hash, next, samples_used
    FROM checkpoint_chains WHERE chain = ? ORDER BY checkpoint DESC LIMIT 1`,

  lastCheckpointAbout: `SELECT checkpoint AS number
    FROM checkpoint_chains WHERE chain = ? ORDER BY checkpoint DESC LIMIT 1`,
  declaredLoss: 'SELECT 1 FROM checkpoint_chains WHERE chain = ? AND last < ? AND next > ?',

  /** Into a file that is empty or not there. */
  copyInto: 'VACUUM INTO ?',

  firstCaptureSince: 'SELECT min(number) AS number FROM captures WHERE chain = ? AND capture_time >= ?',
  firstEventSince: 'SELECT min(number) AS number FROM events WHERE chain = ? AND at >= ?',
  oldestCaptures: `SELECT chain, number, length(measured) + coalesce(length(delta), 0) AS size
    FROM captures ORDER BY id LIMIT ?`,
  deleteCaptures: 'DELETE FROM captures WHERE chain = ? AND number < ?',
  deleteEvents: 'DELETE FROM events WHERE chain = ? AND number < ?',
} as const;
