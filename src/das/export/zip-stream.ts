import { type AsyncFlateStreamHandler, Zip, ZipDeflate } from 'fflate';

/** A file that is to be put into an archive: its content comes piece by piece. */
export interface ZippedFile {
  readonly name: string;
  readonly content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** MS-DOS, whose time is in every entry, knows no zone and nothing before this. The contents have times of their own. */
const ENTRY_TIME = new Date(1980, 0, 1);

/** An archive, as it comes to be. */
export async function* zipped(files: AsyncIterable<ZippedFile>): AsyncGenerator<Uint8Array, void, undefined> {
  const done: Uint8Array[] = [];
  const take: AsyncFlateStreamHandler = (error, piece) => {
    if (error !== null) throw error;
    done.push(piece);
  };
  const zip = new Zip(take);
  for await (const { name, content } of files) {
    const entry = new ZipDeflate(name, { level: 6 });
    entry.mtime = ENTRY_TIME;
    zip.add(entry);
    for await (const piece of content) {
      entry.push(piece);
      yield* done.splice(0);
    }
    entry.push(new Uint8Array(0), true);
    yield* done.splice(0);
  }
  zip.end();
  yield* done;
}
