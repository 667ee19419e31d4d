import { useState } from 'preact/hooks';
import type { Zone } from '#core/zone.ts';
import type { BookEntry, EventBook, EventsAnswer } from '#das/api-types.ts';
import { read } from '#das/page/api.ts';
import { formatTime, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { isTextKey } from '#das/page/language/texts.ts';
import { Card, Choice, MorePages } from '#das/page/parts/frame.tsx';
import { usePages } from '#das/page/parts/hooks.ts';
import { toProof } from '#das/page/route.ts';
import { eventDataText } from './event-data.ts';

const BOOKS: readonly EventBook[] = ['system', 'consumer', 'calibration'];
const PAGE = 20;

/** What the meter has written down of itself, the newest first. */
export function EventBooks({ meter, zone }: { readonly meter: string; readonly zone: Zone }) {
  const say = useTexts();
  const [book, setBook] = useState<EventBook>('system');
  return (
    <Card
      title={say('meter.events')}
      aside={
        <Choice
          legend={say('meter.events')}
          choices={BOOKS}
          chosen={book}
          nameOf={(choice) => say(`meter.events.${choice}`)}
          onChoose={setBook}
        />
      }
    >
      <Book key={book} meter={meter} book={book} zone={zone} />
    </Card>
  );
}

interface BookParts {
  readonly meter: string;
  readonly book: EventBook;
  readonly zone: Zone;
}

function Book({ meter, book, zone }: BookParts) {
  const [say, language] = [useTexts(), useLanguage()];
  const pages = usePages<BookEntry>({
    load: (before, signal) => loadPage(meter, book, before, signal),
    cursorOf: ({ number }) => number,
    size: PAGE,
  });
  if (pages.entries.length === 0 && pages.state === 'complete') return <p class="quiet">{say('meter.events.none')}</p>;
  return (
    <>
      <ol class="events">
        {pages.entries.map(({ number, at, event, text, document }) => (
          <li key={number}>
            <a href={toProof(document, { meter })}>
              {say('meter.events.number')} {number}
            </a>{' '}
            <time dateTime={at}>{formatTime(instantOf(at) ?? 0, 'moment', zone, language)}</time>
            <EventWords event={event} text={text} zone={zone} />
          </li>
        ))}
      </ol>
      <MorePages pages={pages} />
    </>
  );
}

async function loadPage(meter: string, book: EventBook, before: string | undefined, signal: AbortSignal) {
  const query = new URLSearchParams({ book, limit: String(PAGE), ...(before !== undefined && { before }) });
  const path = `meters/${encodeURIComponent(meter)}/events?${query.toString()}`;
  return (await read<EventsAnswer>(path, signal)).entries;
}

/** In the reader's words, and what the meter has added to it. */
function EventWords({ event, text, zone }: Pick<BookEntry, 'event' | 'text'> & { readonly zone: Zone }) {
  const [say, language] = [useTexts(), useLanguage()];
  const key = `event.${event}`;
  const data = text === event ? '' : eventDataText(text, { language, zone });
  return (
    <span>
      {isTextKey(key) ? say(key) : <code>{event}</code>}
      {data !== '' && <span class="quiet small"> {data}</span>}
    </span>
  );
}
