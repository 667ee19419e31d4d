import { CaptureReader } from './captures.ts';
import { type Checkpoint, readCheckpoints } from './checkpoints.ts';
import { EventReader } from './event-books.ts';
import { proveEnds } from './store/prove-ends.ts';
import { ReadOnlySource } from './store/read-only-source.ts';

/** A journal, or a backup of one, that is only read. Its writer may go on meanwhile. */
export class JournalReader implements Disposable {
  readonly captures: CaptureReader;
  readonly events: EventReader;
  readonly #source: ReadOnlySource;

  /** For {@link openJournalReader} alone. */
  constructor(source: ReadOnlySource) {
    this.#source = source;
    this.captures = new CaptureReader(source);
    this.events = new EventReader(source);
  }

  /** Oldest first. @throws SealmeterError (evidence) `JOURNAL_DAMAGED` */
  checkpoints(): Generator<Checkpoint, void, undefined> {
    return readCheckpoints(this.#source);
  }

  [Symbol.dispose](): void {
    this.#source[Symbol.dispose]();
  }
}

/**
 * @param path the folder of a meter, or a file that a backup wrote
 * @throws SealmeterError (configuration) `JOURNAL_NOT_ONE`, `JOURNAL_NEWER`, `JOURNAL_OLDER`, `JOURNAL_UNWRITABLE`;
 *   (evidence) `JOURNAL_DAMAGED`
 */
export function openJournalReader(path: string): JournalReader {
  using opening = new DisposableStack();
  const source = opening.use(new ReadOnlySource(path));
  proveEnds(source);
  opening.move();
  return new JournalReader(source);
}
