import { fromHex, fromUtf8 } from '#core/bytes.ts';
import { type CosemData, fits } from '#cosem/data-types.ts';
import { dataOfText, integerIn, type TextualType, typeNamed } from './data-text.ts';

/*
 * Values in a URI:
 *
 *   long-unsigned:12345    octet-string:98aaddff    boolean:1    null-data:
 *   [unsigned:1,unsigned:2]    an array
 *   {integer:-2,enum:35}       a structure
 *
 * Unlike in XML, the octets of a string stand in hex, and a bcd is unsigned.
 * @see BSI TR-03109-1 Anlage II 1.01, literals of query parameters
 */

/** More than any parameter of a selection has. */
const MAXIMUM_DEPTH = 8;

/** `undefined` where the text is no value. */
export function readLiteral(text: string): CosemData | undefined {
  const reader = new LiteralReader(text);
  const data = reader.value(1);
  return reader.isAtEnd ? data : undefined;
}

const LISTS = { '[': { type: 'array', end: ']' }, '{': { type: 'structure', end: '}' } } as const;

const SIMPLE = /([A-Za-z0-9_-]+):([^,[\]{}]*)/y;

class LiteralReader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#text.length;
  }

  value(depth: number): CosemData | undefined {
    if (depth > MAXIMUM_DEPTH) return undefined;
    if (this.#take('[')) return this.#list('[', depth);
    return this.#take('{') ? this.#list('{', depth) : this.#simple();
  }

  #list(start: keyof typeof LISTS, depth: number): CosemData | undefined {
    const { type, end } = LISTS[start];
    const value: CosemData[] = [];
    if (this.#take(end)) return { type, value };
    do {
      const item = this.value(depth + 1);
      if (item === undefined) return undefined;
      value.push(item);
    } while (this.#take(','));
    return this.#take(end) ? { type, value } : undefined;
  }

  #simple(): CosemData | undefined {
    SIMPLE.lastIndex = this.#position;
    const [whole = '', name = '', text = ''] = SIMPLE.exec(this.#text) ?? [];
    this.#position += whole.length;
    return simpleOf(name, text);
  }

  #take(character: string): boolean {
    const isThere = this.#text[this.#position] === character;
    if (isThere) this.#position += 1;
    return isThere;
  }
}

function simpleOf(name: string, text: string): CosemData | undefined {
  const type = typeNamed(name);
  switch (type) {
    case undefined:
    case 'array':
    case 'structure':
    case 'compact-array':
      return undefined;
    case 'null-data':
    case 'dont-care':
      return text === '' ? { type } : undefined;
    case 'visible-string':
    case 'utf8-string':
      return stringOf(type, text);
    case 'bcd':
      return bcdOf(text);
    default:
      return dataOfText(type, text);
  }
}

function stringOf(type: TextualType, hex: string): CosemData | undefined {
  const text = fromUtf8(fromHex(hex) ?? Uint8Array.of(0xff));
  return text === undefined ? undefined : dataOfText(type, text);
}

/** The same eight bits, read as a signed number in XML and as an unsigned one here. */
function bcdOf(text: string): CosemData | undefined {
  const unsigned = integerIn(text, 0n, 255n);
  if (unsigned === undefined) return undefined;
  return { type: 'bcd', value: fits('bcd', unsigned) ? unsigned : unsigned - 256n };
}
