import type { ExportRequest } from '#das/export-request.ts';
import type { DocumentEntry, DocumentQuery, StoredReading } from '#das/reading-store.ts';

/** Few enough that nobody else waits long for the store. */
const PAGE = 1_000;

type Asked = Pick<ExportRequest, 'store' | 'meter' | 'kind' | 'range'>;

/** Every reading of a request, in order, however many there are. */
export const readingsOf = ({ store, ...query }: Asked): AsyncGenerator<StoredReading, void, undefined> =>
  pages(query, (page) => store.readings(page));

/** What is known of every document of a request, in order. */
export const entriesOf = ({ store, ...query }: Asked): AsyncGenerator<DocumentEntry, void, undefined> =>
  pages(query, (page) => store.documents(page));

async function* pages<Entry extends DocumentEntry>(
  { meter, kind, range }: Omit<Asked, 'store'>,
  read: (query: DocumentQuery) => Promise<readonly Entry[]>,
): AsyncGenerator<Entry, void, undefined> {
  let last: Entry | undefined;
  do {
    const page = await read({ meter, kind, range, limit: PAGE, ...(last === undefined ? {} : { after: last }) });
    yield* page;
    last = page.at(-1);
  } while (last !== undefined);
}
