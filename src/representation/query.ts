import { SealmeterError } from '#core/errors.ts';
import { parseInstant } from '#core/time.ts';
import { AccessRefusal } from '#cosem/access-result.ts';
import { captureObjectShape } from '#cosem/capture-object.ts';
import { listOf, type Shape } from '#cosem/shape.ts';
import { readLiteral } from './data-literal.ts';

const NUMBER_FORM = /^(?:0|[1-9]\d{0,8})$/;

const number = (text: string): number | undefined => (NUMBER_FORM.test(text) ? Number(text) : undefined);
const position = (text: string): number | undefined => (text === '0' ? undefined : number(text));

/** The longest list that a URI has room for. */
const columns = listOf(captureObjectShape, { most: 255 });

const POSITION = 'a whole number from 1';
const COUNT = 'a whole number from 0';
const TIME = 'an ISO 8601 time with its zone, for example 2026-11-20T09:15:00Z';
const LITERAL = 'a type, a colon and a value, for example long-unsigned:12345';
const COLUMN = '{long-unsigned:3,octet-string:0100010800ff,integer:2,long-unsigned:0}';

/**
 * One row per query parameter: how it is read, and what to write in the place of what could not be read.
 * @see BSI TR-03109-1 Anlage II 1.01, query parameters
 */
const PARAMETERS = {
  /** How many levels of elements below the named one. */
  'q.depth': { read: number, expected: COUNT },
  /** The first child of a list that is wanted. */
  'q.fromidx': { read: position, expected: POSITION },
  /** How many children of a list. */
  'q.count': { read: number, expected: COUNT },
  /** Inclusive. */
  'q.fromtime': { read: parseInstant, expected: TIME },
  /** Exclusive. */
  'q.totime': { read: parseInstant, expected: TIME },
  /** Entries of a buffer by their places, both inclusive. */
  'sa.fromidx': { read: position, expected: POSITION },
  'sa.toidx': { read: position, expected: POSITION },
  /** How many of the entries that are left. */
  'sa.count': { read: number, expected: COUNT },
  /** Columns by their places, both inclusive … */
  'sa.fromcol': { read: position, expected: POSITION },
  'sa.tocol': { read: position, expected: POSITION },
  /** … or by what they capture. */
  'sa.retrievecolumns': { read: shaped(columns), expected: `a list of columns, for example [${COLUMN}]` },
  /** Entries by the values of a column, both inclusive. */
  'sa.filtercolumn': { read: shaped(captureObjectShape), expected: `a column, for example ${COLUMN}` },
  'sa.fromtype': { read: readLiteral, expected: LITERAL },
  'sa.totype': { read: readLiteral, expected: LITERAL },
} as const;

export type QueryParameter = keyof typeof PARAMETERS;

export const queryParameters = Object.keys(PARAMETERS) as readonly QueryParameter[];

/** Which part of the named resource is wanted: what the query has, by the parameter's name. */
export type Selection = {
  readonly [Name in QueryParameter]?: NonNullable<ReturnType<(typeof PARAMETERS)[Name]['read']>>;
};

/** @throws SealmeterError (client) `QUERY_INVALID` (the message names the parameter) */
export function parseQuery(query: string): Selection {
  const values = [...firstOfEach(query)].map(([name, text]) => [name, readParameter(name, text)] as const);
  return Object.fromEntries(values);
}

/** `QUERY_INVALID`, for this parameter. */
export function invalidQuery(parameter: string, problem: string, mend: string): SealmeterError {
  return new SealmeterError('client', 'QUERY_INVALID', `query parameter "${parameter}": ${problem}`, { mend });
}

/** Undoes percent-encoding, once. What is broken stays as it came: with its % it is no name and no value of anything. */
export function decodeComponent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The text of each parameter; of a repeated one the first counts.
 * A name that is not in the table is refused: a filter that is passed over gives a wrong answer.
 */
function firstOfEach(query: string): ReadonlyMap<QueryParameter, string> {
  const texts = new Map<QueryParameter, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeComponent(equals < 0 ? pair : pair.slice(0, equals));
    if (!isQueryParameter(name)) throw invalidQuery(name, 'is not known', `use ${queryParameters.join(', ')}`);
    if (!texts.has(name)) texts.set(name, equals < 0 ? '' : decodeComponent(pair.slice(equals + 1)));
  }
  return texts;
}

const isQueryParameter = (name: string): name is QueryParameter => Object.hasOwn(PARAMETERS, name);

function readParameter(name: QueryParameter, text: string): Selection[QueryParameter] {
  const { read, expected } = PARAMETERS[name];
  const value = read(text);
  if (value === undefined) throw invalidQuery(name, `"${text}" cannot be read`, `give ${expected}`);
  return value;
}

/** Reads a literal that stands for something. */
function shaped<Value>(shape: Shape<Value>): (text: string) => Value | undefined {
  return (text) => {
    const data = readLiteral(text);
    try {
      return data && shape.read(data, text);
    } catch (error) {
      if (error instanceof AccessRefusal) return undefined;
      throw error;
    }
  };
}
