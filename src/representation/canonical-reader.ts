import { fromUtf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import {
  localNameOf,
  type NamespaceScope,
  outermostScope,
  prefixOf,
  writeCanonical,
  type XmlAttribute,
  type XmlElement,
} from './canonical-xml.ts';

/** More than any document of ours has; bounds on what a hostile one can cost. */
const MAXIMUM_LENGTH = 16 * 2 ** 20;
const MAXIMUM_DEPTH = 100;

const NAME = '[A-Za-z_][A-Za-z0-9_.-]*';
const QUALIFIED_NAME = `${NAME}(?::${NAME})?`;
/** A start tag as canonical XML has it. Comments, processing instructions, CDATA and DTDs begin with no name. */
const START_TAG = new RegExp(`<(${QUALIFIED_NAME})((?: ${QUALIFIED_NAME}="[^"<]*")*)>`, 'y');
/** Nothing that would have to be escaped: libxml2 writes an ampersand in a namespace as it is, others escape it. */
const NAMESPACE_URI = /^[!#-%'-;=?-~]+$/;

const REFERENCES: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#x9;', '\t'],
  ['&#xA;', '\n'],
  ['&#xD;', '\r'],
]);

/**
 * Reads XML that is its own exclusive C14N, and nothing else: whatever could be written in two ways is refused, because
 * what was read is written again and has to come out as it was.
 * @throws SealmeterError (evidence) `XML_NOT_CANONICAL`
 */
export function readCanonical(document: Uint8Array): XmlElement {
  if (document.length > MAXIMUM_LENGTH) throw notCanonical(`more than ${MAXIMUM_LENGTH} bytes`);
  const text = fromUtf8(document);
  if (text === undefined) throw notCanonical('not UTF-8');
  const parser = new Parser(text);
  const root = parser.element(outermostScope, 1);
  parser.end();
  if (write(root) !== text) throw notCanonical('the same content has another canonical form');
  return root;
}

class Parser {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  element(scope: NamespaceScope, depth: number): XmlElement {
    if (depth > MAXIMUM_DEPTH) throw notCanonical(`elements more than ${MAXIMUM_DEPTH} deep`);
    const { name, pairs } = this.#startTag();
    const inner = withDeclarations(scope, pairs);
    const attributes = attributesOf(pairs, inner);
    const children: (XmlElement | string)[] = [];
    const endTag = `</${name}>`;
    for (;;) {
      const characters = this.#characters();
      if (characters !== '') children.push(characters);
      if (this.#text.startsWith(endTag, this.#position)) break;
      children.push(this.element(inner, depth + 1));
    }
    this.#position += endTag.length;
    return { name, namespace: namespaceOf(name, inner), attributes, children };
  }

  end(): void {
    if (this.#position < this.#text.length) throw notCanonical(`something after the root, at ${this.#position}`);
  }

  #startTag(): { name: string; pairs: readonly Pair[] } {
    START_TAG.lastIndex = this.#position;
    const match = START_TAG.exec(this.#text);
    if (match === null) throw notCanonical(`no start or end tag at ${this.#position}`);
    this.#position = START_TAG.lastIndex;
    const [, name = '', list = ''] = match;
    return { name, pairs: list === '' ? [] : pairsOf(list) };
  }

  #characters(): string {
    const end = this.#text.indexOf('<', this.#position);
    const raw = this.#text.slice(this.#position, end < 0 ? this.#text.length : end);
    this.#position += raw.length;
    return unescape(raw);
  }
}

interface Pair {
  readonly name: string;
  readonly value: string;
}

/** Of ` a="1" b="2"`, which is known to have this form, so that the quotes alone tell the parts. */
function pairsOf(list: string): readonly Pair[] {
  const parts = list.split('"');
  const pairs: Pair[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    pairs.push({ name: parts[index]?.slice(1, -1) ?? '', value: unescape(parts[index + 1] ?? '') });
  }
  return pairs;
}

const isDeclaration = ({ name }: Pair): boolean => name === 'xmlns' || prefixOf(name) === 'xmlns';

function withDeclarations(scope: NamespaceScope, pairs: readonly Pair[]): NamespaceScope {
  const declared = pairs.filter(isDeclaration);
  if (declared.length === 0) return scope;
  const inner = new Map(scope);
  for (const { name, value } of declared) {
    const prefix = name === 'xmlns' ? '' : localNameOf(name);
    const undeclares = prefix === '' && value === '';
    if (prefix === 'xml' || prefix === 'xmlns' || !(undeclares || NAMESPACE_URI.test(value))) {
      throw notCanonical(`the declaration ${name}="${value}"`);
    }
    inner.set(prefix, value);
  }
  return inner;
}

function attributesOf(pairs: readonly Pair[], scope: NamespaceScope): readonly XmlAttribute[] {
  if (pairs.length === 0) return [];
  const attributes = pairs
    .filter((pair) => !isDeclaration(pair))
    .map(({ name, value }) => ({ name, namespace: prefixOf(name) === '' ? '' : namespaceOf(name, scope), value }));
  const names = new Set(attributes.map(({ name, namespace }) => `${namespace} ${localNameOf(name)}`));
  if (names.size < attributes.length) throw notCanonical('an attribute twice in one start tag');
  return attributes;
}

function namespaceOf(name: string, scope: NamespaceScope): string {
  const namespace = scope.get(prefixOf(name));
  if (namespace === undefined) throw notCanonical(`the prefix of ${name} is not declared`);
  return namespace;
}

function unescape(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(/&[^;&]*;?/g, (reference) => {
    const character = REFERENCES.get(reference);
    if (character === undefined) throw notCanonical(`the reference ${reference.slice(0, 20)}`);
    return character;
  });
}

/** A character that XML cannot carry makes a document that is none. */
function write(root: XmlElement): string {
  try {
    return writeCanonical(root);
  } catch (error) {
    throw notCanonical('a character that XML cannot carry', error);
  }
}

function notCanonical(problem: string, cause?: unknown): SealmeterError {
  return new SealmeterError('evidence', 'XML_NOT_CANONICAL', `not canonical XML: ${problem}`, {
    mend: 'take the document as it was delivered, byte for byte',
    cause,
  });
}
