import type { Zone } from '#core/zone.ts';
import { formatTime, instantOf } from '#das/page/language/format.ts';
import { isTextKey, type Language, textIn } from '#das/page/language/texts.ts';

/** Who reads it, and by which clocks. */
export interface Reader {
  readonly language: Language;
  readonly zone: Zone;
}

/**
 * What a meter has added to an event, in words: `version 0.1.0, previous end none`.
 *
 *     {"version":"0.1.0","previousEnd":"none"}
 *
 * @see docs/journal.md § 5: a JSON object of texts. What another maker's meter writes is shown as it stands.
 */
export function eventDataText(text: string, reader: Reader): string {
  const fields = fieldsIn(text);
  return fields === undefined ? text : fields.map(([name, value]) => fieldText(name, value, reader)).join(', ');
}

function fieldsIn(text: string): readonly (readonly [string, string])[] | undefined {
  try {
    const data: unknown = JSON.parse(text);
    const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
    return isObject ? Object.entries(data).map(([name, value]) => [name, String(value)]) : undefined;
  } catch {
    return undefined;
  }
}

function fieldText(name: string, value: string, reader: Reader): string {
  const key = `data.${name}`;
  const shownName = isTextKey(key) ? textIn(reader.language, key) : name;
  return `${shownName} ${valueText(value, reader)}`;
}

function valueText(value: string, { language, zone }: Reader): string {
  const key = `data.value.${value}`;
  if (isTextKey(key)) return textIn(language, key);
  const at = instantOf(value);
  return at === undefined ? value : formatTime(at, 'exact', zone, language);
}
