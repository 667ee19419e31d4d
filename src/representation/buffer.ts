import { utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { AccessRefusal } from '#cosem/access-result.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { writeItem } from './data-xml.ts';
import type { Window } from './extent.ts';
import { invalidQuery, queryParameters, type Selection } from './query.ts';

/** Opens a buffer, and tells a selection that does not suit it by the parameters that made it. */
export function openBuffer<Opened>(selection: Selection, open: () => Opened): Opened {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof AccessRefusal) || error.code !== 'SELECTION_UNSUITABLE') throw error;
    const given = queryParameters.filter((name) => name.startsWith('sa.') && selection[name] !== undefined);
    throw invalidQuery(
      given.join(', '),
      error.message,
      'read attribute 3, capture_objects, for the columns that there are',
    );
  }
}

/** Those of the items that a window shows, made as they are asked for. */
export function* itemsIn<Item>(items: Iterable<Item>, { fromIndex, count }: Window): Generator<Item, void, undefined> {
  let place = 0;
  const end = fromIndex + count;
  if (count === 0) return;
  for (const item of items) {
    place += 1;
    if (place >= fromIndex) yield item;
    if (place + 1 >= end) return;
  }
}

/**
 * All items at once, for a document that has to be whole before it can be sealed.
 * @throws SealmeterError (client) `ANSWER_TOO_LARGE` as soon as they are longer than `bytes` as XML
 */
export function collect(items: Iterable<CosemData>, bytes: number): readonly CosemData[] {
  const collected: CosemData[] = [];
  let length = 0;
  for (const item of items) {
    length += utf8(writeItem(item)).length;
    if (length > bytes) throw tooLarge(bytes, collected.length);
    collected.push(item);
  }
  return collected;
}

function tooLarge(bytes: number, fitting: number): SealmeterError {
  return new SealmeterError('client', 'ANSWER_TOO_LARGE', `the entries have more than ${bytes} bytes`, {
    mend: `ask for parts: q.count=${fitting} and q.fromidx, or q.fromtime and q.totime; unsigned, it comes whole`,
  });
}
