import type { SqliteDatabase } from '#core/sqlite-database.ts';
import { Days, Hours, type Instant } from '#core/time.ts';
import { type PackedBody, pack } from './pack-format.ts';
import { RowReader } from './row.ts';
import { SQL } from './statements.ts';

/** So much is compressed at once: enough for what repeats to be found, little enough to be unpacked for one document. */
const PACK_SIZE = 4 * 1024 * 1024;

/** One pack holds so many documents at most. */
const DOCUMENTS_AT_MOST = 4_000;

const DAY = Days(1);

/** A day may get a document late; for so long it is not packed to its end. */
const LATENESS = Hours(1);

interface WaitingDay {
  readonly source: number;
  readonly day: number;
  readonly isOver: boolean;
}

/** Moves documents into packs: of days that are over all, of today as many as make a whole pack. */
export class Packer {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  /** Makes one pack after the other; between two of them others may have their turn. */
  *pack(now: Instant): Generator<void, void, undefined> {
    for (const waiting of this.#waiting(now)) {
      while (this.#packOnce(waiting)) yield;
    }
  }

  #waiting(now: Instant): readonly WaitingDay[] {
    return this.#database.all(SQL.unpackedDays).flatMap((row) => {
      const reader = new RowReader(row, 'bodies');
      const day = reader.number('day');
      const isOver = (day + 1) * DAY + LATENESS <= now;
      return isOver || reader.number('size') >= PACK_SIZE ? [{ source: reader.number('source'), day, isOver }] : [];
    });
  }

  /** @returns whether there was enough for a pack */
  #packOnce({ source, day, isOver }: WaitingDay): boolean {
    const bodies = this.#nextBodies(source, day);
    if (bodies.length === 0) return false;
    const isFull = bodies.length === DOCUMENTS_AT_MOST || sizeOf(bodies) >= PACK_SIZE;
    if (!isFull && !isOver) return false;
    const { data, places } = pack(bodies);
    this.#database.transaction(() => {
      const id = this.#database.run(SQL.insertPack, source, day, data);
      bodies.forEach(({ document }, index) => {
        this.#database.run(SQL.placeInPack, id, places[index] ?? 0, document);
        this.#database.run(SQL.deleteBody, document);
      });
    });
    return true;
  }

  #nextBodies(source: number, day: number): readonly WaitingBody[] {
    const bodies: WaitingBody[] = [];
    let size = 0;
    for (const row of this.#database.each(SQL.unpacked, source, day * DAY, (day + 1) * DAY, DOCUMENTS_AT_MOST)) {
      const reader = new RowReader(row, 'bodies');
      const body = { document: reader.number('document'), bytes: reader.bytes('bytes'), marks: reader.text('marks') };
      bodies.push(body);
      size += body.bytes.length;
      if (size >= PACK_SIZE) break;
    }
    return bodies;
  }
}

interface WaitingBody extends PackedBody {
  readonly document: number;
}

const sizeOf = (bodies: readonly WaitingBody[]): number => bodies.reduce((size, { bytes }) => size + bytes.length, 0);
