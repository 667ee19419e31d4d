import { type Instant, parseInstant } from '#core/time.ts';
import { ApiError } from './api-error.ts';

/** Reads one value that came from outside, by its name. @throws ApiError `INPUT_INVALID` */
export type Reader<Value> = (given: unknown, name: string) => Value;

/** What a reader gives. */
type Read<Some> = Some extends Reader<infer Value> ? Value : never;

/** What was given is never quoted: it may be a password, in the wrong place. */
export const invalid = (name: string, expected: string): ApiError =>
  new ApiError('INPUT_INVALID', `${name}: expected ${expected}`);

/** Control characters and halves of surrogate pairs belong in no text of ours, nor does what turns the writing around. */
const UNWRITABLE = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u;

export const text =
  (most: number, least = 1): Reader<string> =>
  (given, name) => {
    if (typeof given === 'string' && given.length >= least && given.length <= most && !UNWRITABLE.test(given))
      return given;
    throw invalid(name, `a text of ${least} to ${most} characters, in one line`);
  };

export const shaped =
  (shape: RegExp, expected: string): Reader<string> =>
  (given, name) => {
    if (typeof given === 'string' && shape.test(given)) return given;
    throw invalid(name, expected);
  };

export const oneOf =
  <Choice extends string>(...choices: readonly Choice[]): Reader<Choice> =>
  (given, name) => {
    const choice = choices.find((one) => one === given);
    if (choice !== undefined) return choice;
    throw invalid(name, `one of ${choices.join(', ')}`);
  };

/** A whole number as a query has it: digits. */
export const count =
  (least: number, most: number): Reader<number> =>
  (given, name) => {
    const number = typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw invalid(name, `a whole number from ${least} to ${most}`);
  };

/** The number of a document. */
export const documentNumber: Reader<bigint> = (given, name) => {
  if (typeof given === 'string' && /^\d{1,20}$/.test(given)) return BigInt(given);
  throw invalid(name, 'the number of a document');
};

export const instant: Reader<Instant> = (given, name) => {
  const read = typeof given === 'string' ? parseInstant(given) : undefined;
  if (read !== undefined) return read;
  throw invalid(name, 'a time with its zone, such as 2026-11-20T09:15:00Z');
};

export const list =
  <Value>(item: Reader<Value>, most: number): Reader<readonly Value[]> =>
  (given, name) => {
    if (Array.isArray(given) && given.length <= most) return given.map((one, index) => item(one, `${name}[${index}]`));
    throw invalid(name, `a list of at most ${most}`);
  };

export const either =
  <One extends string, Other>(literal: One, other: Reader<Other>): Reader<One | Other> =>
  (given, name) =>
    given === literal ? literal : other(given, name);

export const optional =
  <Value>(reader: Reader<Value>): Reader<Value | undefined> =>
  (given, name) =>
    given === undefined ? undefined : reader(given, name);

type Members = Readonly<Record<string, Reader<unknown>>>;
type Values<Shape extends Members> = { readonly [Name in keyof Shape]: Read<Shape[Name]> };

/** Exactly these members; one that nobody knows is a mistake, and is never passed over in silence. */
export const members =
  <Shape extends Members>(shape: Shape): Reader<Values<Shape>> =>
  (given, name) => {
    const values = entriesOf(given, name);
    const unknown = [...values.keys()].find((key) => !Object.hasOwn(shape, key));
    if (unknown !== undefined) throw invalid(name, `no other members than ${Object.keys(shape).join(', ')}`);
    const read = Object.entries(shape).map(([key, reader]) => [key, reader(values.get(key), key)] as const);
    return Object.fromEntries(read) as Values<Shape>;
  };

function entriesOf(given: unknown, name: string): ReadonlyMap<string, unknown> {
  if (given instanceof Map) return given as ReadonlyMap<string, unknown>;
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return new Map(Object.entries(given));
  throw invalid(name, 'an object');
}

/** The parameters of a query. @throws ApiError `INPUT_INVALID` where one is there twice */
export function queryEntries(search: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (entries.has(name)) throw invalid('query', 'each parameter once');
    entries.set(name, value);
  }
  return entries;
}
