import type { EventReader, LoggedEvent, NewEvent } from '#journal/event-books.ts';

/** What readings are made with: the program, the description of each device, the key that seals. */
export type IdentityEvent = Extract<
  NewEvent,
  { name: 'firmware-identified' | 'description-identified' | 'signing-key-changed' }
>;

/** The field that says which one it is. */
const IDENTITY = {
  'firmware-identified': 'sha256',
  'description-identified': 'sha256',
  'signing-key-changed': 'to',
} as const satisfies Readonly<Record<IdentityEvent['name'], string>>;

/** What the calibration book said last of this; `undefined` where it says nothing yet. */
export function knownIdentity(events: EventReader, name: IdentityEvent['name'], device?: string): string | undefined {
  const isAbout = ({ name: other, data }: LoggedEvent): boolean => other === name && data['device'] === device;
  for (const event of events.read({ book: 'calibration' }, 'newest-first')) {
    if (isAbout(event)) return String(event.data[IDENTITY[name]]);
  }
  return undefined;
}
