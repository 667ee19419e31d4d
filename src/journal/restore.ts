import { join } from 'node:path';
import { equalBytes } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import { createPrivately, makeFolder, syncFile } from '#core/private-file.ts';
import { formatInstant, Instant } from '#core/time.ts';
import { CaptureReader } from './captures.ts';
import { parseChainName } from './chains.ts';
import { CheckpointWriter, type SealText } from './checkpoints.ts';
import { EventReader, EventWriter } from './event-books.ts';
import { SQL } from './sql/statements.ts';
import { type ChainState, readHeadsOf } from './store/chain-states.ts';
import { type Heads, HeadsFile, readHeads } from './store/heads-file.ts';
import { unwritable } from './store/journal-errors.ts';
import { DATABASE_FILE } from './store/journal-file.ts';
import { Ledger } from './store/ledger.ts';
import { ReadOnlySource } from './store/read-only-source.ts';
import { finishSwap, prepareSwap, swap } from './store/swap.ts';
import { writerLock } from './store/writer-lock.ts';
import { type Proofs, verifyJournal } from './verify.ts';

export interface RestoreRequest {
  /** The folder of a meter; its journal, if it has one, is moved aside. */
  readonly folder: string;
  /** What `backupJournal` wrote, or the folder of another journal. */
  readonly backup: string;
  readonly clock: Clock;
  readonly proofs: Proofs;
  readonly seal: SealText;
}

export interface RestoreReport {
  /** The rows that the backup lacks. Their numbers stay unused, and a sealed checkpoint says so. */
  readonly lost: readonly LostRows[];
  /** Where the files lie now that were replaced. */
  readonly replaced: string;
}

interface LostRows {
  readonly chain: string;
  readonly first: number;
  /** The last one that may have been lost. */
  readonly last: number;
}

/**
 * Puts a backup in the place of a journal, once it has verified. No number that was given after the backup was made is
 * given again. Where the folder still says which was the last (`heads.*`), numbers go on above that; where it does not,
 * as on a new machine, above all that can have been given since.
 * @throws SealmeterError (evidence) `BACKUP_DAMAGED`; (configuration) `JOURNAL_LOCKED` while a meter runs, `RESTORE_CLOCK`,
 *   and what `verifyJournal` throws
 */
export async function restoreJournal(request: RestoreRequest): Promise<RestoreReport> {
  const { folder, backup, proofs } = request;
  makeFolder(folder, unwritable);
  using held = new DisposableStack();
  held.use(writerLock(folder));
  finishSwap(folder);
  const { firstBad } = await verifyJournal(backup, proofs);
  if (firstBad !== undefined) throw backupDamaged(backup, `${firstBad.where}: ${firstBad.problem}`);
  const staging = prepareSwap(folder);
  copyJournal(backup, staging);
  const lost = await declareLosses(staging, readHeads(folder), request);
  return { lost, replaced: swap(folder) };
}

/** A copy with heads of its own, so that it can be opened. */
function copyJournal(backup: string, folder: string): void {
  const file = join(folder, DATABASE_FILE);
  createPrivately(file, unwritable);
  using source = new ReadOnlySource(backup);
  source.database.run(SQL.copyInto, file);
  syncFile(file);
  new HeadsFile(folder).write({ journal: source.id, chains: readHeadsOf(source.database, source.states()) });
}

async function declareLosses(
  folder: string,
  heads: Heads | undefined,
  { clock, seal }: RestoreRequest,
): Promise<readonly LostRows[]> {
  using ledger = new Ledger(folder);
  const newestRow = newestTime(ledger);
  const elapsed = clock.now() - newestRow;
  if (elapsed < 0) throw clockWrong(newestRow);
  const isSameJournal = heads !== undefined && equalBytes(heads.journal, ledger.id);
  if (isSameJournal) makeChains(ledger, heads);
  const lastUsed = ({ name, last: { number } }: ChainState): number =>
    isSameJournal ? Math.max(number, heads.chains.get(name)?.number ?? 0) : number + elapsed * ROWS_PER_MILLISECOND;
  const lost = ledger
    .states()
    .map((state) => ({ chain: state.name, first: state.next, last: lastUsed(state) }))
    .filter(({ first, last }) => last >= first);
  const rowsLost = BigInt(lost.reduce((sum, { first, last }) => sum + last - first + 1, 0));
  await new CheckpointWriter(ledger, clock).make({
    reason: 'restored',
    seal,
    change: (state) => ({
      next: Math.max(state.next, lastUsed(state) + 1),
      samplesUsed: state.samplesUsed + BigInt(elapsed) * samplesPerMillisecond(state),
    }),
    alongWith() {
      const events = new EventWriter(ledger, { clock, calibrationCapacity: Number.MAX_SAFE_INTEGER });
      events.append({ name: 'journal-restored', data: { newestRow, rowsLost } });
    },
  });
  return lost;
}

/** More than any meter can have journaled. */
const ROWS_PER_MILLISECOND = 1;

/** More than any meter can have sampled, numbers skipped by restarts included. */
const samplesPerMillisecond = ({ chain }: ChainState): bigint => (chain.kind === 'captures' ? 10n : 0n);

/** Chains that began after the backup was made. */
function makeChains(ledger: Ledger, { chains }: Heads): void {
  ledger.commit(() => {
    for (const name of chains.keys()) {
      const chain = parseChainName(name);
      if (chain !== undefined) ledger.extend(chain);
    }
  });
}

/** The youngest of the last rows; the beginning of time for an empty journal. */
function newestTime(ledger: Ledger): Instant {
  const captures = new CaptureReader(ledger);
  const events = new EventReader(ledger);
  const times = ledger.states().map(({ chain, last: { number: first } }) => {
    if (chain.kind === 'captures') return captures.last(chain.subject)?.sampledAt ?? 0;
    const [last] = events.read({ book: chain.kind, consumer: chain.subject, first });
    return last?.at ?? 0;
  });
  return Instant(Math.max(0, ...times));
}

function backupDamaged(backup: string, reason: string): SealmeterError {
  return new SealmeterError('evidence', 'BACKUP_DAMAGED', `${backup} does not verify: ${reason}`, {
    mend: 'restore another backup; nothing has been changed',
  });
}

function clockWrong(newestRow: Instant): SealmeterError {
  const problem = `the clock stands before ${formatInstant(newestRow)}, when the newest row of the backup was written`;
  return new SealmeterError('configuration', 'RESTORE_CLOCK', problem, {
    mend: 'set the clock: which numbers can have been given since then depends on it',
  });
}
