import { useEffect, useState } from 'preact/hooks';
import type { Zone } from '#core/zone.ts';
import type { BookEntry, EventBook, EventsAnswer } from '#das/api-types.ts';
import { read } from '#das/page/api.ts';
import { formatTime, instantOf } from '#das/page/language/format.ts';
import { useLanguage, useTexts } from '#das/page/language/language.ts';
import { isTextKey } from '#das/page/language/texts.ts';
import { Card, Choice, Problem } from '#das/page/parts/frame.tsx';
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
  const { entries, complete, error, more } = useEntries(meter, book);
  if (error !== undefined) return <Problem error={error} />;
  if (entries.length === 0) return <p class="quiet">{say(complete ? 'meter.events.none' : 'app.loading')}</p>;
  return (
    <>
      <ol class="events">
        {entries.map(({ number, at, event, text, document }) => (
          <li key={number}>
            <a href={toProof(document, { meter })}>
              {say('meter.events.number')} {number}
            </a>{' '}
            <time dateTime={at}>{formatTime(instantOf(at) ?? 0, 'moment', zone, language)}</time>
            <EventWords event={event} text={text} zone={zone} />
          </li>
        ))}
      </ol>
      {!complete && (
        <button type="button" onClick={more}>
          {say('app.more')}
        </button>
      )}
    </>
  );
}

/** The pages of a book, one after the other as they are asked for. */
function useEntries(meter: string, book: EventBook) {
  const [entries, setEntries] = useState<readonly BookEntry[]>([]);
  const [before, setBefore] = useState<string>();
  const [complete, setComplete] = useState(false);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const aborter = new AbortController();
    const query = new URLSearchParams({ book, limit: String(PAGE), ...(before === undefined ? {} : { before }) });
    read<EventsAnswer>(`meters/${encodeURIComponent(meter)}/events?${query.toString()}`, aborter.signal).then(
      (answer) => {
        setEntries((known) => [...known, ...answer.entries]);
        setComplete(answer.entries.length < PAGE);
      },
      (reason: unknown) => aborter.signal.aborted || setError(reason),
    );
    return () => aborter.abort();
  }, [meter, book, before]);
  return { entries, complete, error, more: () => setBefore(entries.at(-1)?.number) };
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
