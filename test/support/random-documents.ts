// Well-formed documents that try what canonicalisation is about: namespaces declared, redeclared, undeclared and
// unused, prefixed and `xml:` attributes in any order, every character that is escaped, references, line ends, empty
// elements, white space inside tags, names beyond the Basic Multilingual Plane.

const PREFIXES = ['', '', 'a', 'b', 'B', 'c10', 'ä', '\u{10400}', '\uF900'];
/** Without `&`: libxml2 2.9 reads `&amp;` in a namespace name as `&#38;` and so canonicalises it wrongly. */
const NAMESPACES = ['urn:a', 'urn:b', 'urn:a:longer', 'http://example.com/?x=1;y=2', 'urn:%C3%BC', 'URN:A'];
const NAMES = ['a', 'b', 'value', 'A', 'x-1', 'x.1', '_', 'é', '\u{10400}b', '\uFA10'];
const CHARACTERS = ['text', ' ', '\n', '\t', '\r\n', '\r', '>', '"', "'", 'ä€\u{1F600}', '\u0085\u2028', '0', '\u007F'];
const REFERENCES = [
  '&lt;',
  '&gt;',
  '&amp;',
  '&quot;',
  '&apos;',
  ']]&gt;',
  '&amp;lt;',
  '&#9;',
  '&#xD;',
  '&#13;&#10;',
  '&#x1F600;',
  '&#228;',
];
const TEXTS = [...CHARACTERS, ...REFERENCES];

const MARKUP = [
  '<',
  '>',
  '/',
  '=',
  '"',
  "'",
  '&',
  ';',
  ':',
  '#',
  '!',
  '?',
  '-',
  ' ',
  '\n',
  'x',
  '0',
  '\u0000',
  '\uFFFE',
];

interface Scope {
  readonly prefixes: ReadonlyMap<string, string>;
  readonly depth: number;
}

export class RandomDocuments {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = mulberry32(seed);
  }

  next(): string {
    const declaration = this.#pick(['', '', '<?xml version="1.0" encoding="UTF-8"?>\n', "<?xml version='1.0'?>"]);
    return declaration + this.#element({ prefixes: new Map(), depth: 0 }) + this.#pick(['', '\n']);
  }

  /** Loses, doubles or replaces one character of a document. */
  mutate(xml: string): string {
    const characters = Array.from(xml);
    const position = this.integer(characters.length);
    const character = characters[position] ?? '';
    const instead = this.#pick(['', character + character, this.#pick(characters), this.#pick(MARKUP)]);
    return characters.with(position, instead).join('');
  }

  integer(below: number): number {
    return Math.floor(this.#random() * below);
  }

  #element(outer: Scope): string {
    const declared = this.#declarations();
    const prefixes = new Map([...outer.prefixes, ...declared]);
    const usable = ['', ...[...prefixes.keys()].filter((prefix) => prefix !== '')];
    const prefix = this.#pick(usable);
    const name = (prefix === '' ? '' : `${prefix}:`) + this.#pick(NAMES);
    const written = this.#shuffle([
      ...declared.map(([prefix, uri]) => `${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}=${this.#quote(uri)}`),
      ...this.#attributes(prefixes),
    ]);
    const tag = name + written.map((attribute) => this.#pick([' ', '\n ', '\t', '  ']) + attribute).join('');
    const space = this.#pick(['', '', ' ', '\n']);
    const content = this.#content({ prefixes, depth: outer.depth + 1 });
    return content === '' && this.integer(2) === 0
      ? `<${tag}${space}/>`
      : `<${tag}${space}>${content}</${name}${this.#pick(['', ' '])}>`;
  }

  #declarations(): ReadonlyArray<readonly [string, string]> {
    const declared = new Map<string, string>();
    for (let count = this.integer(4); count > 0; count -= 1) {
      const prefix = this.#pick(PREFIXES);
      const undeclare = prefix === '' && this.integer(3) === 0;
      declared.set(prefix, undeclare ? '' : this.#pick(NAMESPACES));
    }
    return [...declared];
  }

  #attributes(prefixes: ReadonlyMap<string, string>): readonly string[] {
    const usable = ['', 'xml', ...[...prefixes.keys()].filter((prefix) => prefix !== '')];
    const attributes = new Map<string, string>();
    for (let count = this.integer(5); count > 0; count -= 1) {
      const prefix = this.#pick(usable);
      const local = prefix === 'xml' ? this.#pick(['lang', 'space', 'base']) : this.#pick(NAMES);
      const value = prefix === 'xml' ? this.#xmlValue(local) : this.#quote(this.#text(/[<]/g));
      const namespace = prefix === '' ? '' : (prefixes.get(prefix) ?? prefix);
      attributes.set(`{${namespace}}${local}`, `${prefix === '' ? '' : `${prefix}:`}${local}=${value}`);
    }
    return [...attributes.values()];
  }

  #xmlValue(local: string): string {
    return local === 'space' ? '"preserve"' : '"en"';
  }

  #content(scope: Scope): string {
    let content = '';
    for (let count = this.integer(scope.depth > 5 ? 2 : 4); count > 0; count -= 1) {
      content += this.integer(2) === 0 && scope.depth < 8 ? this.#element(scope) : this.#text(/\]\]>/g);
    }
    return content;
  }

  #text(without: RegExp): string {
    let text = '';
    for (let count = this.integer(4); count > 0; count -= 1) text += this.#pick(TEXTS);
    return text.replaceAll(without, '');
  }

  #quote(value: string): string {
    const quote = this.#pick(['"', "'"]);
    return quote + value.replaceAll(quote, '') + quote;
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.integer(from.length)] as T;
  }

  #shuffle<T>(items: readonly T[]): readonly T[] {
    return items
      .map((item) => ({ item, rank: this.#random() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  }
}

/** A small generator of numbers in [0, 1) that gives the same ones for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
