import type { Zone } from '#core/zone.ts';
import { formatTime } from '#das/page/language/format.ts';
import type { Language } from '#das/page/language/texts.ts';
import type { Period } from './calendar.ts';

/** What a calendar calls a period. */
export function periodText({ name, from, to }: Period, zone: Zone, language: Language): string {
  switch (name) {
    case 'day':
      return formatTime(from, 'day', zone, language);
    case 'week':
      return `${formatTime(from, 'day', zone, language)} – ${formatTime(to - 1, 'day', zone, language)}`;
    case 'month':
      return formatTime(from, 'month', zone, language);
    default:
      return String(zone.localTime(from).year);
  }
}
