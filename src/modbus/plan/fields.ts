import { FileError, type Located } from '#core/located.ts';
import { type Duration, parseDuration } from '#core/time.ts';

/** Refuses what is not a mapping, and every field that nobody would read: a misspelt name must not be silent. */
export function onlyFields(mapping: Located, known: readonly string[]): void {
  const { value, place } = mapping;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FileError('DEVICE_VALUE_INVALID', place, 'not a mapping', `a mapping with ${known.join(', ')}`);
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const at = mapping.get(unknown)?.place ?? place;
  throw new FileError('DEVICE_FIELD_UNKNOWN', at, `"${unknown}" does not belong here`, `one of ${known.join(', ')}`);
}

export function need(mapping: Located, name: string): Located {
  const field = mapping.get(name);
  if (field !== undefined) return field;
  throw new FileError('DEVICE_FIELD_MISSING', mapping.place, `"${name}" is missing`, `add "${name}"`);
}

/** The items of a list that has some. */
export function itemsOf(list: Located): readonly Located[] {
  const items = list.items();
  if (items.length > 0) return items;
  throw new FileError(
    'DEVICE_VALUE_INVALID',
    list.place,
    'not a list, or an empty one',
    'a list with at least one item',
  );
}

export function integerAt(field: Located, lowest: number, highest: number): number {
  const { value } = field;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= lowest && value <= highest) return value;
  throw invalid(field, `an integer from ${lowest} to ${highest}`);
}

export function bigintAt(field: Located, lowest = Number.MIN_SAFE_INTEGER): bigint {
  return BigInt(integerAt(field, lowest, Number.MAX_SAFE_INTEGER));
}

export function textAt(field: Located): string {
  if (typeof field.value === 'string' && field.value !== '') return field.value;
  throw invalid(field, 'a text');
}

const KEY = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

export function keyAt(field: Located): string {
  const text = textAt(field);
  if (KEY.test(text)) return text;
  throw invalid(field, 'lower-case words joined by -, for example voltage-l1-n');
}

export function booleanAt(field: Located | undefined): boolean {
  if (field === undefined) return false;
  if (typeof field.value === 'boolean') return field.value;
  throw invalid(field, 'true or false');
}

export function choiceAt<const Choice extends string | number>(field: Located, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === field.value);
  if (choice !== undefined) return choice;
  throw invalid(field, `one of ${choices.join(', ')}`);
}

export function durationAt(field: Located, shortest = 0): Duration {
  const duration = parseDuration(String(field.value));
  if (duration !== undefined && duration >= shortest) return duration;
  throw invalid(field, `a time of at least ${shortest} ms with its unit, for example 250 ms, 1 s, 15 min`);
}

export function invalid(field: Located, expected: string): FileError {
  return new FileError('DEVICE_VALUE_INVALID', field.place, `${JSON.stringify(field.value)} cannot be`, expected);
}
