import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Rights } from '#cosem/access-rights.ts';
import type { LogicalDevice } from '#cosem/logical-device.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import { snapshotReading } from '#representation/reading.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { writeReadingJson } from '#representation/tree-json.ts';
import type { EventStream } from './event-stream.ts';
import type { SampleListener } from './live-samples.ts';
import { PROBLEM_JSON, writeProblem } from './problem-document.ts';
import { problemOf } from './problems.ts';
import type { SealedDocuments } from './sealed-documents.ts';

/** Samples that wait for a client that is slow; of more the oldest are dropped. */
const MOST_WAITING = 60;

export interface ListeningParts {
  readonly stream: EventStream;
  readonly device: LogicalDevice;
  readonly rights: Rights;
  /** Where the request was signed: what seals each sample. */
  readonly sealed: SealedDocuments | undefined;
  /** Whether the client may still be told anything; asked before each sample. */
  readonly isWelcome: () => Promise<boolean>;
  /** Under which the log has the request. */
  readonly occurrence: string;
  readonly log: Log;
}

/**
 * One client that listens to one device:
 *
 *   id: 184467                             the sample's number
 *   event: sample
 *   data: {"measurement-data": {…}, "sealed-document": "<signed-…"}
 *
 * Where samples could not be told, because the client was slow or away too long, `event: dropped` says so, with the first
 * and the last number that are missing; where one could not be sealed, `event: problem` says why.
 */
export class Listening implements SampleListener {
  readonly #parts: ListeningParts;
  readonly #waiting: Snapshot[] = [];
  #dropped: Dropped | undefined;
  #isTelling = false;

  constructor(parts: ListeningParts) {
    this.#parts = parts;
  }

  hear(snapshot: Snapshot): void {
    this.#waiting.push(snapshot);
    const oldest = this.#waiting.length > MOST_WAITING ? this.#waiting.shift() : undefined;
    if (oldest !== undefined) this.drop(oldest.sequenceNumber, oldest.sequenceNumber);
    void this.#tellAll();
  }

  /** These samples cannot be told any more. */
  drop(from: bigint, to: bigint): void {
    this.#dropped = { from: this.#dropped?.from ?? from, to };
  }

  end(): void {
    this.#parts.stream.end();
  }

  /** One after the other, no faster than the client takes them. */
  async #tellAll(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    while (this.#waiting.length > 0 && (await this.#mayTell())) {
      const next = this.#waiting.shift();
      if (next !== undefined) await this.#tell(next);
    }
    this.#isTelling = false;
  }

  async #mayTell(): Promise<boolean> {
    const { stream } = this.#parts;
    if (stream.isOpen && !(await this.#isWelcome())) stream.end();
    return stream.isOpen;
  }

  async #isWelcome(): Promise<boolean> {
    try {
      return await this.#parts.isWelcome();
    } catch (error) {
      await this.#tellProblem(error);
      return false;
    }
  }

  async #tell(snapshot: Snapshot): Promise<void> {
    const { stream } = this.#parts;
    await this.#tellDropped();
    try {
      const data = await this.#dataOf(snapshot);
      await stream.send({ id: `${snapshot.sequenceNumber}`, name: 'sample', data });
    } catch (error) {
      await this.#tellProblem(error);
    }
  }

  async #tellDropped(): Promise<void> {
    const dropped = this.#dropped;
    if (dropped === undefined) return;
    this.#dropped = undefined;
    const data = JSON.stringify({ from: `${dropped.from}`, to: `${dropped.to}` });
    await this.#parts.stream.send({ id: `${dropped.to}`, name: 'dropped', data });
  }

  async #dataOf(snapshot: Snapshot): Promise<string> {
    const { device, rights, sealed } = this.#parts;
    const reading = snapshotReading(device, snapshot, rights);
    if (sealed === undefined) return writeReadingJson(reading);
    const { text } = await sealed.seal(writeMeasurementData(reading));
    return writeReadingJson(reading, text);
  }

  async #tellProblem(error: unknown): Promise<void> {
    const { stream, log, occurrence } = this.#parts;
    const problem = problemOf(error);
    if (problem.code === 'INTERNAL_ERROR') log.error('http.failed', { request: occurrence, reason: reasonOf(error) });
    await stream.send({ name: 'problem', data: writeProblem(problem, occurrence, PROBLEM_JSON) });
  }
}

interface Dropped {
  readonly from: bigint;
  readonly to: bigint;
}
