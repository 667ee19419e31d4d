import type { Book, CosemEvent, EventBooks, EventSink, WrittenMember } from '#cosem/events.ts';
import { isWithin } from '#cosem/time-span.ts';
import type { EventReader, LoggedEvent } from './event-books.ts';
import type { Journal } from './journal.ts';
import { dataToText } from './store/data-json.ts';

/** Keeps the events that COSEM objects tell of. */
export const eventSink = (journal: Pick<Journal, 'log'>): EventSink => ({
  record({ name, at, ldev, actor, data }: CosemEvent) {
    journal.log({ name, data: { device: ldev, actor, data: dataToText(data) } }, at);
  },
});

/** The same of what clients do: whose metering point it is at, that consumer's book tells too. */
export function clientEventSink(
  journal: Pick<Journal, 'log' | 'together'>,
  consumerOf: EventBooksOptions['consumerOf'],
): EventSink {
  const sink = eventSink(journal);
  return {
    record(event) {
      journal.together(() => {
        sink.record(event);
        const { ldev: device, actor: client, member, at } = event;
        const consumer = consumerOf(device);
        if (consumer === undefined || member === undefined) return;
        journal.log({ name: 'written', consumer, data: { device, client, resource: pathOf(member) } }, at);
      });
    },
  };
}

/** `70-0000600300ff/methods/1` */
const pathOf = ({ classId, logicalName, kind, id }: WrittenMember): string =>
  `${classId}-${logicalName}/${kind}s/${id}`;

export interface EventBooksOptions {
  readonly events: EventReader;
  /** The management device: its books are those of the service as a whole, with the events of all devices. */
  readonly management: string;
  /** The consumer whose metering point a device is at today; a predecessor's part of the book is nobody's business. */
  readonly consumerOf: (ldev: string) => string | undefined;
}

/** Shows the books to COSEM objects: to a device what concerns it, and what concerns the service as a whole. */
export function journaledBooks({ events, management, consumerOf }: EventBooksOptions): EventBooks {
  const consumerFor = (ldev: string, book: Book): string | undefined => (book === 'consumer' ? consumerOf(ldev) : '');
  return {
    *entries(ldev, book, span, order) {
      const consumer = consumerFor(ldev, book);
      if (consumer === undefined) return;
      for (const event of events.read({ book, consumer }, order)) {
        if ((ldev === management || concerns(ldev, event)) && isWithin(span, event.at)) yield event;
      }
    },
    count(ldev, book) {
      const consumer = consumerFor(ldev, book);
      return consumer === undefined ? 0 : events.count({ book, consumer }, ldev === management ? undefined : ldev);
    },
  };
}

/** An event that names no device concerns them all. */
const concerns = (ldev: string, { data }: LoggedEvent): boolean => (data['device'] ?? ldev) === ldev;
