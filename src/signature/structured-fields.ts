import { fromBase64 } from '#core/bytes.ts';

// No `node:` import here: a browser signs requests too.
//
// The part of Structured Fields that Signature-Input, Signature and Content-Digest are made of:
//
//   sig1=("@method" "@path");created=1618884473;keyid="k"      a Dictionary of Inner Lists with parameters
//   sig1=:MEUCIQ…==:                                           a Dictionary of Byte Sequences
//
// Only the canonical text of each member is read, the one that serialisers write (RFC 8941 § 4.1), although parsers
// MUST accept more white space. So a member's text is at once what was sent and what was signed, and no two texts mean
// the same. For a like reason a key that comes twice is refused, where § 3.2 lets the last one win.
// @see RFC 8941

/** Integer, String or Byte Sequence. Tokens, Decimals and Booleans have no meaning in these fields. */
export type BareItem = number | string | Uint8Array;

/** A parameter without a value is Boolean true. */
type Parameters = ReadonlyMap<string, BareItem | true>;

export interface Item {
  readonly value: BareItem;
  readonly parameters: Parameters;
}

/** An Item, which has a `value`, or an Inner List, which has `items`. */
export interface Member {
  /** The member's text behind `key=`. */
  readonly text: string;
  readonly value?: BareItem;
  readonly items?: readonly Item[];
  readonly parameters: Parameters;
}

/** Makes the error of whoever reads the field: the same fault has another code in another field. */
export type Complaint = (problem: 'malformed' | 'duplicate', detail: string) => Error;

const KEY = /[a-z*][a-z0-9_.*-]*/y;
const INTEGER = /(?:0|-?[1-9][0-9]{0,14})(?![0-9.])/y;
const STRING = /"([\x20\x21\x23-\x5b\x5d-\x7e]*(?:\\["\\][\x20\x21\x23-\x5b\x5d-\x7e]*)*)"/y;
const BYTE_SEQUENCE = /:([^:]*):/y;
const ESCAPED = /\\(["\\])/g;
const SEPARATOR = /[\t ]*,[\t ]*/y;

/** Reads a Dictionary with at least one member. */
export function parseDictionary(text: string, complaint: Complaint): ReadonlyMap<string, Member> {
  const scanner = new Scanner(text, complaint);
  const members = new Map<string, Member>();
  do {
    const key = scanner.newKey(members);
    if (!scanner.skip('=')) scanner.fail('"="');
    members.set(key, readMember(scanner));
  } while (scanner.take(SEPARATOR) !== undefined);
  scanner.end();
  return members;
}

function readMember(scanner: Scanner): Member {
  const start = scanner.position;
  const content = scanner.skip('(') ? { items: readInnerList(scanner) } : { value: readBareItem(scanner) };
  const parameters = readParameters(scanner);
  return { ...content, text: scanner.since(start), parameters };
}

function readInnerList(scanner: Scanner): readonly Item[] {
  const items: Item[] = [];
  while (!scanner.skip(')')) {
    if (items.length > 0 && !scanner.skip(' ')) scanner.fail('" " or ")"');
    items.push({ value: readBareItem(scanner), parameters: readParameters(scanner) });
  }
  return items;
}

/** Of most items: every component that is covered would make an empty map of its own. */
const NO_PARAMETERS: Parameters = new Map();

function readParameters(scanner: Scanner): Parameters {
  if (!scanner.at(';')) return NO_PARAMETERS;
  const parameters = new Map<string, BareItem | true>();
  while (scanner.skip(';')) {
    const key = scanner.newKey(parameters);
    parameters.set(key, scanner.skip('=') ? readBareItem(scanner) : true);
  }
  return parameters;
}

function readBareItem(scanner: Scanner): BareItem {
  const string = scanner.take(STRING)?.[1];
  if (string !== undefined) return string.includes('\\') ? string.replace(ESCAPED, '$1') : string;
  const integer = scanner.take(INTEGER)?.[0];
  if (integer !== undefined) return Number(integer);
  const base64 = scanner.take(BYTE_SEQUENCE)?.[1] ?? scanner.fail('an integer, a string or a byte sequence');
  return fromBase64(base64) ?? scanner.fail('canonical base64 before this');
}

/** Takes one piece after the other off a text. */
class Scanner {
  readonly #text: string;
  readonly #complaint: Complaint;
  #position = 0;

  constructor(text: string, complaint: Complaint) {
    this.#text = text;
    this.#complaint = complaint;
  }

  get position(): number {
    return this.#position;
  }

  since(start: number): string {
    return this.#text.slice(start, this.#position);
  }

  at(literal: string): boolean {
    return this.#text.startsWith(literal, this.#position);
  }

  skip(literal: string): boolean {
    if (!this.at(literal)) return false;
    this.#position += literal.length;
    return true;
  }

  /** Takes what a sticky pattern finds here. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#position = pattern.lastIndex;
    return match;
  }

  /** Takes a key that is not among those read before it. */
  newKey(earlier: ReadonlyMap<string, unknown>): string {
    const key = this.take(KEY)?.[0] ?? this.fail('a key');
    if (earlier.has(key)) throw this.#complaint('duplicate', `"${key}"`);
    return key;
  }

  end(): void {
    if (this.#position < this.#text.length) this.fail('the end');
  }

  fail(expected: string): never {
    throw this.#complaint('malformed', `expected ${expected} at character ${this.#position + 1}`);
  }
}
