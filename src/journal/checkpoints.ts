import { equalBytes, toHex, utf8 } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import { formatInstant, type Instant } from '#core/time.ts';
import { SQL } from './sql/statements.ts';
import { type ChainState, lastStatement, readStatement, type Statement } from './store/chain-states.ts';
import { chainStart, rowHash } from './store/hash-chain.ts';
import { damaged } from './store/journal-errors.ts';
import type { JournalSource } from './store/journal-source.ts';
import type { Ledger } from './store/ledger.ts';
import { RowReader } from './store/row.ts';

/** Why a checkpoint was made. */
type CheckpointReason = 'progress' | 'retention' | 'restored';

/** A signature and the key that it needs: `sha256:<hex>` of the signature certificate, as in a sealed document. */
export interface Seal {
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** Signs the text of a checkpoint. The text begins with its kind, so no signature of a document can pass for one of it. */
export type SealText = (text: Uint8Array) => Seal | Promise<Seal>;

/** A sealed statement of where the chains stand: whoever believes its key believes every row up to there. */
export interface Checkpoint {
  /** From 1, without gaps. */
  readonly number: number;
  readonly at: Instant;
  readonly reason: CheckpointReason;
  /** About the chains that have changed since the checkpoint before. */
  readonly statements: readonly NamedStatement[];
  /** What is sealed, see {@link formatCheckpoint}. */
  readonly text: string;
  readonly seal: Seal;
  readonly previous: Uint8Array;
  readonly hash: Uint8Array;
}

interface NamedStatement extends Statement {
  readonly name: string;
}

type Unsealed = Pick<Checkpoint, 'number' | 'at' | 'reason' | 'previous'> & {
  readonly statements: readonly NamedStatement[];
};

/**
 * The text that is sealed. ASCII, one line per fact, each ended by a line feed; hashes in hex.
 *
 *   sealmeter journal checkpoint 1
 *   journal <id>
 *   number 17
 *   at 2026-11-20T09:15:00.000Z
 *   reason progress
 *   previous <hash of the checkpoint before>
 *   chain captures/1sie0012345678.sm first 1 before <hash> last 96 hash <hash> next 97 samples 86400
 */
function formatCheckpoint(journal: Uint8Array, { number, at, reason, previous, statements }: Unsealed): string {
  const lines = [
    'sealmeter journal checkpoint 1',
    `journal ${toHex(journal)}`,
    `number ${number}`,
    `at ${formatInstant(at)}`,
    `reason ${reason}`,
    `previous ${toHex(previous)}`,
    ...statements.map(formatStatement),
  ];
  return `${lines.join('\n')}\n`;
}

const formatStatement = ({ name, first, before, last, next, samplesUsed }: NamedStatement): string =>
  `chain ${name} first ${first} before ${toHex(before)} last ${last.number} hash ${toHex(last.hash)} ` +
  `next ${next} samples ${samplesUsed}`;

const CHECKPOINTS = 'checkpoints';

const hashOfCheckpoint = (previous: Uint8Array, text: string, { keyId, signature }: Seal): Uint8Array =>
  rowHash('checkpoint', [previous, text, keyId, signature]);

const PAGE = 64;

/**
 * The checkpoints of a journal, oldest first, each proven to follow the one before. Their seals are another matter.
 * @throws SealmeterError (evidence) `JOURNAL_DAMAGED`
 */
export function* readCheckpoints(source: JournalSource): Generator<Checkpoint, void, undefined> {
  const names = namesOf(source);
  let number = 0;
  let previous = chainStart(source.id, CHECKPOINTS);
  for (;;) {
    const rows = source.database.all(SQL.checkpoints, number, PAGE);
    for (const row of rows) {
      const checkpoint = readRow(source, row, names);
      const where = `${CHECKPOINTS} ${checkpoint.number}`;
      if (checkpoint.number !== number + 1) throw damaged(`${CHECKPOINTS} ${number + 1}`, 'the row is missing');
      if (!equalBytes(checkpoint.previous, previous)) throw damaged(where, 'it does not follow the row before');
      yield checkpoint;
      number = checkpoint.number;
      previous = checkpoint.hash;
    }
    if (rows.length < PAGE) return;
  }
}

/**
 * Proves that one checkpoint is what its own hash says.
 * @throws SealmeterError (evidence) `JOURNAL_DAMAGED`
 */
export function proveCheckpoint(source: JournalSource, number: number): void {
  const [row] = source.database.all(SQL.checkpoints, number - 1, 1);
  const found = row === undefined ? undefined : readRow(source, row, namesOf(source));
  if (found?.number !== number) throw damaged(`${CHECKPOINTS} ${number}`, 'the row is missing');
}

const namesOf = (source: JournalSource): ReadonlyMap<number, string> =>
  new Map(source.states().map(({ id, name }) => [id, name]));

function readRow(source: JournalSource, row: SqliteRow, names: ReadonlyMap<number, string>): Checkpoint {
  const where = `${CHECKPOINTS} ${String(row['number'])}`;
  const reader = new RowReader(row, where);
  const number = reader.number('number');
  const statements = source.database.all(SQL.statementsOf, number).map((statement) => {
    const name = names.get(new RowReader(statement, where).number('chain'));
    if (name === undefined) throw damaged(where, 'it is about a chain that there is not');
    return { name, ...readStatement(statement, where) };
  });
  const unsealed = {
    number,
    at: reader.instant('at'),
    reason: readReason(reader.text('reason'), where),
    previous: reader.bytes('previous'),
    statements,
  };
  const seal = { keyId: reader.text('key_id'), signature: reader.bytes('signature') };
  const text = formatCheckpoint(source.id, unsealed);
  const hash = reader.bytes('hash');
  if (!equalBytes(hashOfCheckpoint(unsealed.previous, text, seal), hash)) {
    throw damaged(where, 'it is not what its hash says');
  }
  return { ...unsealed, text, seal, hash };
}

const reasons: readonly string[] = ['progress', 'retention', 'restored'] satisfies CheckpointReason[];
const isReason = (text: string): text is CheckpointReason => reasons.includes(text);

function readReason(text: string, where: string): CheckpointReason {
  if (!isReason(text)) throw damaged(where, `there is no reason "${text}"`);
  return text;
}

/** What a checkpoint is to say of a chain beside where it stands. */
type StatementChange = (state: ChainState) => Partial<Pick<Statement, 'first' | 'before' | 'next' | 'samplesUsed'>>;

export interface CheckpointRequest {
  readonly reason: CheckpointReason;
  readonly seal: SealText;
  readonly change?: StatementChange;
  /** What becomes possible by the checkpoint, in the same commit. */
  readonly alongWith?: () => void;
}

/** Makes checkpoints, one at a time. */
export class CheckpointWriter {
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(ledger: Ledger, clock: Clock) {
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /**
   * Seals where the chains stand that have changed since the last checkpoint, and returns its number when the disk has
   * it; `undefined` where nothing has changed. Rows that come while the signer is at work wait for the next one.
   * @throws whatever `seal` throws, and then there is no checkpoint
   */
  make(request: CheckpointRequest): Promise<number | undefined> {
    const made = this.#turn.then(() => this.#make(request));
    this.#turn = made.catch(() => undefined);
    return made;
  }

  async #make({ reason, seal, change = () => ({}), alongWith }: CheckpointRequest): Promise<number | undefined> {
    const states = this.#ledger.states();
    const changed = states.filter((state) => hasChanged(this.#ledger, state, change(state)));
    if (changed.length === 0) return undefined;
    const statements = changed.map((state): NamedStatement => ({ ...state, ...change(state) }));
    const last = this.#ledger.database.get(SQL.lastCheckpoint);
    const reader = last === undefined ? undefined : new RowReader(last, CHECKPOINTS);
    const unsealed = {
      number: (reader?.number('number') ?? 0) + 1,
      at: this.#clock.now(),
      reason,
      previous: reader?.bytes('hash') ?? chainStart(this.#ledger.id, CHECKPOINTS),
      statements,
    };
    const text = formatCheckpoint(this.#ledger.id, unsealed);
    const sealed = await seal(utf8(text));
    this.#ledger.commit(() => {
      this.#insert(unsealed, text, sealed);
      this.#ledger.refresh();
      alongWith?.();
    });
    return unsealed.number;
  }

  #insert({ number, at, reason, previous, statements }: Unsealed, text: string, seal: Seal): void {
    const { database } = this.#ledger;
    const hash = hashOfCheckpoint(previous, text, seal);
    database.run(SQL.insertCheckpoint, number, at, reason, seal.keyId, seal.signature, previous, hash);
    const ids = new Map(this.#ledger.states().map(({ name, id }) => [name, id]));
    for (const { name, first, before, last, next, samplesUsed } of statements) {
      const values = [first, before, last.number, last.hash, next, samplesUsed] as const;
      database.run(SQL.insertStatement, ids.get(name) ?? 0, number, ...values);
    }
  }
}

function hasChanged({ database }: Ledger, state: ChainState, change: object): boolean {
  if (Object.keys(change).length > 0) return true;
  const stated = lastStatement(database, state);
  return stated === undefined ? state.last.number > 0 : stated.last.number < state.last.number;
}
