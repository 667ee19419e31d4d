import { fromUtf8 } from './bytes.ts';
import { SealmeterError } from './errors.ts';
import { NamespaceScope, XML_NAMESPACE, type XmlAttribute, type XmlElement, type XmlNode } from './xml-tree.ts';

// No `node:` import here: the verifier runs in a browser too.
//
// A reader for documents of strangers. It takes XML 1.0 with namespaces, in UTF-8, and refuses all that makes readers
// differ or cost run away: document types (and with them entities and default attributes), processing instructions,
// comments, CDATA sections, other encodings, namespace names that are no absolute URI, and more than the limits below.
// @see Extensible Markup Language 1.0, 5th edition (W3C 2008); Namespaces in XML 1.0, 3rd edition (W3C 2009)

/** What reading one document may cost. */
export interface XmlLimits {
  readonly bytes: number;
  readonly elements: number;
}

const DEFAULT_LIMITS: XmlLimits = { bytes: 4 * 2 ** 20, elements: 100_000 };

const MAX_DEPTH = 100;
const MAX_ATTRIBUTES = 100;

const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

/** @see XML 1.0 § 2.2, production 2, turned round */
const NOT_A_CHARACTER = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Whether all of a text may stand in XML. */
export const isXmlText = (text: string): boolean => !NOT_A_CHARACTER.test(text);

/** @see XML 1.0 § 2.3, productions 4 and 4a; Namespaces § 3, production 4 (no colon) */
const NAME_START =
  'A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}-\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';
const NAME_CHAR = `-${NAME_START}.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}`;
const NCNAME = `[${NAME_START}][${NAME_CHAR}]*`;
/** Prefix and local part. */
const QNAME = `(?:(${NCNAME}):)?(${NCNAME})`;

const SPACE = /[ \t\n]*/y;
const DECLARATION =
  /<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(?:"1\.0"|'1\.0')(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(?:"([\w.-]+)"|'([\w.-]+)'))?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\n]*\?>/y;
const BARE_OPENING = /<([A-Za-z_][A-Za-z0-9_.-]*)>/y;
const OPENING = new RegExp(`<${QNAME}`, 'uy');
const ATTRIBUTE = new RegExp(`[ \\t\\n]+${QNAME}[ \\t\\n]*=[ \\t\\n]*(?:"([^"<]*)"|'([^'<]*)')`, 'uy');
const OPENING_END = /[ \t\n]*(\/?)>/y;
const TEXT = /[^<]+/y;
const REFERENCE = /&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,10})|(amp|lt|gt|quot|apos));|&/g;
const CLOSING = new RegExp(`</${QNAME}[ \\t\\n]*>`, 'uy');

/**
 * Reads a document and returns its root.
 * @throws SealmeterError (evidence) `XML_MALFORMED`, `XML_FORBIDDEN`, `XML_TOO_LARGE`
 */
export function parseXml(document: Uint8Array, limits: XmlLimits = DEFAULT_LIMITS): XmlElement {
  return new Parser(readText(document, limits), limits).document();
}

function readText(document: Uint8Array, { bytes }: XmlLimits): string {
  if (document.length > bytes) throw tooLarge(`${bytes} bytes`);
  const text = fromUtf8(document);
  if (text === undefined) throw xmlFailure('XML_MALFORMED', 'the document is not UTF-8');
  const wrong = NOT_A_CHARACTER.exec(text);
  if (wrong !== null) throw malformed(wrong.index, 'this character may not stand in XML');
  // @see XML 1.0 § 2.11 (line ends) and appendix F.1 (a byte order mark is not part of the document)
  return text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
}

class Parser {
  readonly #text: string;
  readonly #limits: XmlLimits;
  #position = 0;
  #elements = 0;

  constructor(text: string, limits: XmlLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  document(): XmlElement {
    this.#declaration();
    this.#take(SPACE);
    const root = this.#element(NamespaceScope.outermost, 1);
    this.#take(SPACE);
    if (this.#position < this.#text.length) throw this.#unexpected('the document should end here');
    return root;
  }

  #declaration(): void {
    if (!this.#text.startsWith('<?xml')) return;
    const declaration = this.#take(DECLARATION);
    if (declaration === undefined) throw this.#unexpected('this is no XML declaration');
    const encoding = declaration[1] ?? declaration[2] ?? 'UTF-8';
    if (encoding.toUpperCase() !== 'UTF-8') throw xmlFailure('XML_FORBIDDEN', `the document says to be in ${encoding}`);
  }

  #element(outer: NamespaceScope, depth: number): XmlElement {
    this.#elements += 1;
    if (depth > MAX_DEPTH) throw tooLarge(`${MAX_DEPTH} levels`);
    if (this.#elements > this.#limits.elements) throw tooLarge(`${this.#limits.elements} elements`);
    const bare = this.#take(BARE_OPENING);
    if (bare !== undefined) return this.#bareElement(bare[1] ?? '', outer, depth);
    const start = this.#position;
    const opening = this.#take(OPENING);
    if (opening === undefined) throw this.#unexpected('a start tag should stand here');
    const [, prefix = '', local = ''] = opening;

    const written = this.#attributes();
    const end = this.#take(OPENING_END);
    if (end === undefined) throw this.#unexpected('the start tag should end here');

    const scope = outer.within(declarationsOf(written, start));
    const namespace = namespaceOf(prefix, scope, start);
    const attributes = resolve(written, scope, start);
    const children = end[1] === '/' ? [] : this.#content(prefix, local, scope, depth);
    return { prefix, local, namespace, attributes, scope, children };
  }

  /** Most elements of a long document are of this kind: a name alone. */
  #bareElement(local: string, scope: NamespaceScope, depth: number): XmlElement {
    const children = this.#content('', local, scope, depth);
    return { prefix: '', local, namespace: scope.lookup('') ?? '', attributes: [], scope, children };
  }

  #attributes(): readonly WrittenAttribute[] {
    const attributes: WrittenAttribute[] = [];
    for (let found = this.#take(ATTRIBUTE); found !== undefined; found = this.#take(ATTRIBUTE)) {
      if (attributes.length === MAX_ATTRIBUTES) throw tooLarge(`${MAX_ATTRIBUTES} attributes of one element`);
      const [, prefix = '', local = '', inDouble, inSingle = ''] = found;
      // @see XML 1.0 § 3.3.3: white space becomes a space, unless a reference wrote it
      const value = this.#expand((inDouble ?? inSingle).replaceAll(/[\t\n]/g, ' '));
      attributes.push({ prefix, local, value });
    }
    return attributes;
  }

  #content(prefix: string, local: string, scope: NamespaceScope, depth: number): readonly XmlNode[] {
    const children: XmlNode[] = [];
    while (!this.#text.startsWith('</', this.#position)) {
      const text = this.#take(TEXT);
      if (text === undefined) children.push(this.#element(scope, depth + 1));
      else if (text[0].includes(']]>')) throw this.#unexpected('the text before this contains "]]>"');
      else children.push(this.#expand(text[0]));
    }
    if (prefix === '' && this.#text.startsWith(`</${local}>`, this.#position)) {
      this.#position += local.length + 3;
      return children;
    }
    const closing = this.#take(CLOSING);
    if (closing === undefined || (closing[1] ?? '') !== prefix || closing[2] !== local) {
      throw this.#unexpected(`the end tag of ${local} should stand here`);
    }
    return children;
  }

  /** Puts characters in the place of references. @see XML 1.0 § 4.1, § 4.6 */
  #expand(text: string): string {
    if (!text.includes('&')) return text;
    return text.replaceAll(REFERENCE, (_, hex?: string, decimal?: string, name?: keyof typeof PREDEFINED) => {
      if (name !== undefined) return PREDEFINED[name];
      const digits = hex ?? decimal;
      if (digits === undefined) throw this.#unexpected('there is an entity before this, and entities are not read');
      const code = Number.parseInt(digits, hex === undefined ? 10 : 16);
      const character = code <= 0x10ffff ? String.fromCodePoint(code) : '\0';
      if (NOT_A_CHARACTER.test(character))
        throw this.#unexpected(`a reference before this is to no character: ${code}`);
      return character;
    });
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found !== undefined) this.#position = pattern.lastIndex;
    return found;
  }

  /** Something else stands at the position: either what we do not read on purpose, or nonsense. */
  #unexpected(expectation: string): SealmeterError {
    const forbidden = FORBIDDEN.find(({ start }) => this.#text.startsWith(start, this.#position));
    if (forbidden !== undefined) {
      return xmlFailure('XML_FORBIDDEN', `there is ${forbidden.name} at character ${this.#position}`);
    }
    return malformed(this.#position, expectation);
  }
}

const FORBIDDEN = [
  { start: '<!DOCTYPE', name: 'a document type' },
  { start: '<!--', name: 'a comment' },
  { start: '<![CDATA[', name: 'a CDATA section' },
  { start: '<?', name: 'a processing instruction' },
] as const;

const PREDEFINED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as const;

interface WrittenAttribute {
  readonly prefix: string;
  readonly local: string;
  readonly value: string;
}

const isDeclaration = ({ prefix, local }: WrittenAttribute): boolean =>
  prefix === 'xmlns' || (prefix === '' && local === 'xmlns');

/** The namespaces that a start tag declares, by prefix. @see Namespaces § 2.2, § 3, § 5 */
function declarationsOf(written: readonly WrittenAttribute[], position: number): ReadonlyMap<string, string> {
  const declared = new Map<string, string>();
  for (const attribute of written.filter(isDeclaration)) {
    const prefix = attribute.prefix === '' ? '' : attribute.local;
    if (declared.has(prefix)) throw malformed(position, `the prefix "${prefix}" is declared twice in this start tag`);
    checkDeclaration(prefix, attribute.value, position);
    declared.set(prefix, attribute.value);
  }
  return declared;
}

function checkDeclaration(prefix: string, namespace: string, position: number): void {
  const reserved = prefix === 'xmlns' || namespace === XMLNS_NAMESPACE;
  if (reserved || (prefix === 'xml') !== (namespace === XML_NAMESPACE)) {
    throw malformed(position, `the prefix "${prefix}" may not stand for "${namespace}"`);
  }
  if (prefix !== '' && namespace === '') throw malformed(position, `the prefix "${prefix}" stands for no namespace`);
  // Relative ones: "implementations MUST report failure", @see Canonical XML 1.0 § 1.3. Others that are no URI: some
  // readers refuse them, some do not, @see Namespaces § 2.1.
  if (namespace !== '' && !ABSOLUTE_URI.test(namespace)) {
    throw xmlFailure('XML_FORBIDDEN', `the namespace name "${namespace}" at character ${position} is no absolute URI`);
  }
}

/** @see RFC 3986 § 4.3, with a fragment and without the brackets of an IPv6 address */
const ABSOLUTE_URI =
  /^[A-Za-z][A-Za-z0-9+.-]*:(?:[\w.~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*(?:#[\w.~:/?@!$&'()*+,;=%-]*)?$/;

function resolve(
  written: readonly WrittenAttribute[],
  scope: NamespaceScope,
  position: number,
): readonly XmlAttribute[] {
  const seen = new Set<string>();
  return written
    .filter((attribute) => !isDeclaration(attribute))
    .map(({ prefix, local, value }) => {
      // The default namespace is not for attributes. @see Namespaces § 6.2
      const namespace = prefix === '' ? '' : namespaceOf(prefix, scope, position);
      const name = `{${namespace}}${local}`;
      if (seen.has(name)) throw malformed(position, `the attribute ${name} stands twice in this start tag`);
      seen.add(name);
      return { prefix, local, namespace, value };
    });
}

function namespaceOf(prefix: string, scope: NamespaceScope, position: number): string {
  const namespace = scope.lookup(prefix);
  if (namespace === undefined) throw malformed(position, `the prefix "${prefix}" has not been declared`);
  return namespace;
}

/** Every way in which a text can fail to be XML that is read here, and what its reader can do about it. */
const MENDS = {
  XML_TOO_LARGE: 'ask for a smaller part',
  XML_MALFORMED: 'do not use the document: it is not well-formed XML in UTF-8',
  XML_FORBIDDEN: 'have the maker write the document without it',
} as const;

export type XmlFailure = keyof typeof MENDS;

export function xmlFailure(code: XmlFailure, message: string): SealmeterError {
  return new SealmeterError('evidence', code, message, { mend: MENDS[code] });
}

const malformed = (position: number, problem: string): SealmeterError =>
  xmlFailure('XML_MALFORMED', `at character ${position}: ${problem}`);

const tooLarge = (limit: string): SealmeterError => xmlFailure('XML_TOO_LARGE', `the document has more than ${limit}`);
