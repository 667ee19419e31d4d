import { join } from 'node:path';
import { toHex } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { Hours, type Instant } from '#core/time.ts';
import { everyPeriod, startCaptureSchedule } from '#journal/capture-schedule.ts';
import type { NewCapture } from '#journal/captures.ts';
import type { SealText } from '#journal/checkpoints.ts';
import type { LoggedEvent, NewEvent } from '#journal/event-books.ts';
import { type Journal, openJournal } from '#journal/journal.ts';
import type { RetentionLimits } from '#journal/retention.ts';
import type { LoadedDescription } from './device-file.ts';
import { knownIdentity } from './identity-events.ts';
import type { Program } from './program.ts';
import type { Sealing } from './sealing.ts';

/** When the journal is tended. Events have no documents: until the next checkpoint nothing but their hashes proves them. */
const CHECKPOINTS = everyPeriod(Hours(1));

export interface MeterJournalParts {
  /** The journal lies in it, in a folder of its own. */
  readonly stateFolder: string;
  readonly program: Program;
  readonly sealing: Sealing;
  /** How long and how much is kept; without limits, everything. */
  readonly retention?: RetentionLimits;
  readonly clock: Clock;
  readonly log: Log;
}

/** A sample that is to be journaled, with the document that is to be sealed for it. */
export type UnsealedCapture = Omit<NewCapture, 'document'> & { readonly unsigned: string };

/** Where the journal of a meter lies. */
export const journalFolder = (stateFolder: string): string => join(stateFolder, 'journal');

/**
 * The journal as a running meter keeps it. What cannot be written stops nothing: the next attempt may succeed, and then
 * the system book says how long it could not.
 */
export class MeterJournal implements AsyncDisposable {
  readonly journal: Journal;
  readonly #parts: MeterJournalParts;
  readonly #checkpoints: Disposable;
  #tending: Promise<void> = Promise.resolve();
  /** Of the first capture that could not be written since one could. */
  #failure: { readonly device: string; readonly reason: string; readonly since: Instant } | undefined;
  #isSignerAway = false;
  /** What of the tending failed when it was last tried. */
  readonly #failing = new Set<string>();

  /** @throws SealmeterError what `openJournal` throws */
  constructor(parts: MeterJournalParts) {
    this.#parts = parts;
    this.journal = openJournal({ folder: journalFolder(parts.stateFolder), clock: parts.clock });
    this.#noteStart();
    this.#checkpoints = startCaptureSchedule({
      times: CHECKPOINTS,
      clock: parts.clock,
      onDue: () => {
        this.#tending = this.#tending.then(() => this.#tend());
      },
    });
  }

  /** Writes an event into its book. */
  note(event: NewEvent): void {
    try {
      this.journal.log(event);
    } catch (error) {
      this.#parts.log.error('journal.event-lost', { event: event.name, reason: reasonOf(error) });
    }
  }

  /** Seals and journals a sample. Without a signer it is journaled without a document. Never rejects. */
  async capture({ unsigned, ...capture }: UnsealedCapture): Promise<void> {
    const document = await this.#seal(unsigned);
    try {
      this.journal.capture({ ...capture, document });
      this.#noteRecovery();
    } catch (error) {
      const { device, captureTime: since } = capture;
      const reason = reasonOf(error);
      this.#failure ??= { device, reason, since };
      this.#parts.log.error('journal.capture-lost', { device, reason });
    }
  }

  /** Which description a device is measured by, where it is another than before. */
  noteDescription(device: string, { plan, sha256 }: LoadedDescription): void {
    const known = knownIdentity(this.journal.events, 'description-identified', device);
    // A book that can fill up is not written to at every start.
    if (known === sha256) return;
    this.note({ name: 'description-identified', data: { device, model: plan.model.id, sha256 } });
  }

  /** Which key seals from now on, where it is another than before. The first one comes after none. */
  noteKey(by: 'start' | 'reload'): void {
    const { keyId: to } = this.#parts.sealing;
    const from = knownIdentity(this.journal.events, 'signing-key-changed') ?? '';
    if (from !== to) this.note({ name: 'signing-key-changed', data: { from, to, by } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#checkpoints[Symbol.dispose]();
    await this.#tending;
    this.note({ name: 'service-stopped', data: { reason: 'in order' } });
    await this.#checkpoint();
    this.journal[Symbol.dispose]();
  }

  #noteStart(): void {
    const { version, sha256: digest } = this.#parts.program;
    const { events } = this.journal;
    const [last] = events.read({ book: 'system' }, 'newest-first');
    this.note({ name: 'service-started', data: { version, previousEnd: previousEnd(last) } });
    const sha256 = toHex(digest);
    const known = knownIdentity(events, 'firmware-identified');
    if (known !== sha256) this.note({ name: 'firmware-identified', data: { version, sha256 } });
    this.noteKey('start');
  }

  async #seal(unsigned: string): Promise<Uint8Array | undefined> {
    try {
      const document = await this.#parts.sealing.sealForJournal(unsigned);
      this.#noteSigner(undefined);
      return document;
    } catch (error) {
      this.#noteSigner(reasonOf(error));
      return undefined;
    }
  }

  #noteSigner(problem: string | undefined): void {
    const wasAway = this.#isSignerAway;
    this.#isSignerAway = problem !== undefined;
    const key = this.#parts.sealing.keyId;
    if (problem !== undefined && !wasAway) this.note({ name: 'signer-away', data: { key, reason: problem } });
    if (problem === undefined && wasAway) this.note({ name: 'signer-back', data: { key } });
  }

  #noteRecovery(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) this.note({ name: 'journal-write-failed', data: failure });
  }

  /** Lets go of what need not be kept any more; what stays is sealed. */
  async #tend(): Promise<void> {
    await this.#attempt('retention', (seal) => this.journal.retain(this.#parts.retention ?? {}, seal));
    await this.#checkpoint();
  }

  #checkpoint(): Promise<void> {
    return this.#attempt('checkpoint', (seal) => this.journal.checkpoint(seal));
  }

  /** What fails now is tried again with the next checkpoint; the book is told of it once. */
  async #attempt(where: 'retention' | 'checkpoint', work: (seal: SealText) => Promise<unknown>): Promise<void> {
    try {
      await work((text) => this.#parts.sealing.sealText(text));
      this.#failing.delete(where);
    } catch (error) {
      const reason = reasonOf(error);
      this.#parts.log.warn('journal.tending-failed', { where, reason });
      if (!this.#failing.has(where)) this.note({ name: 'error', data: { where, reason } });
      this.#failing.add(where);
    }
  }
}

function previousEnd(last: LoggedEvent | undefined): string {
  if (last === undefined) return 'none';
  return last.name === 'service-stopped' ? 'in order' : 'unexpected';
}
