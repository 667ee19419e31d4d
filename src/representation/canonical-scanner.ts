import { isXmlText } from '#core/xml-parser.ts';
import { NamespaceScope, type XmlElement, type XmlNode } from '#core/xml-tree.ts';
import { readStartTag } from './start-tags.ts';

// No `node:` import here: a browser reads documents too.
//
// Documents of our own profile are canonical by how they are written: no prefixes, one default namespace at a time, texts
// with four escapes. Such a document is known as canonical while it is read once. This is all that the grammar below can
// make; whatever else stands in a document is left to the reader of all XML, which judges it by writing it again.
//
//   element   = "<" name [ ' xmlns="' urn '"' ] { " " name '="' plain '"' } ">" { element | text } "</" name ">"
//   text      = characters other than "<", ">", "&" and CR, and the references &amp; &lt; &gt; &#xD;
//
// The urn differs from the one around it, and the names of the attributes rise.

/** As the reader of all XML has it. */
const MAX_DEPTH = 100;

const SLASH = 0x2f;

/** What a text may consist of that means itself. */
const PLAIN = /^[\t\n !-%'-;=?-~]*$/;
const ASCII = /^[\t\n -~]*$/;
const OTHER_REFERENCE = /&(?!(?:amp|lt|gt|#xD);)/;

/**
 * Reads a document of the grammar above. `undefined` for every other: it may still be canonical.
 * @param depth at which the root stands, where it is a part of a document
 */
export function scanCanonical(text: string, maxElements: number, depth = 1): XmlElement | undefined {
  if (!text.startsWith('<') || !(ASCII.test(text) || isXmlText(text))) return undefined;
  const scanner = new Scanner(text, maxElements);
  const root = scanner.element(NamespaceScope.outermost, '', depth);
  return scanner.isAtEnd ? root : undefined;
}

class Scanner {
  readonly #text: string;
  #elementsLeft: number;
  #position = 0;

  constructor(text: string, maxElements: number) {
    this.#text = text;
    this.#elementsLeft = maxElements;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#text.length;
  }

  /** The element that starts here. */
  element(outer: NamespaceScope, around: string, depth: number): XmlElement | undefined {
    this.#elementsLeft -= 1;
    const start = this.#position;
    this.#position = this.#text.indexOf('>', start) + 1;
    const tag = readStartTag(this.#text.slice(start, this.#position));
    if (tag === undefined || depth > MAX_DEPTH || this.#elementsLeft < 0) return undefined;
    const { local, declared, attributes, end } = tag;
    if (declared === around) return undefined;
    const namespace = declared ?? around;
    const scope = declared === undefined ? outer : outer.within(new Map([['', declared]]));
    const children = this.#content(scope, namespace, depth);
    if (children === undefined || !this.#text.startsWith(end, this.#position)) return undefined;
    this.#position += end.length;
    return { prefix: '', local, namespace, attributes, scope, children };
  }

  /** Up to the next end tag. */
  #content(scope: NamespaceScope, namespace: string, depth: number): readonly XmlNode[] | undefined {
    const children: XmlNode[] = [];
    for (;;) {
      const tag = this.#text.indexOf('<', this.#position);
      if (tag === -1) return undefined;
      if (tag > this.#position) {
        const text = unescaped(this.#text.slice(this.#position, tag));
        if (text === undefined) return undefined;
        children.push(text);
        this.#position = tag;
      }
      if (this.#text.charCodeAt(tag + 1) === SLASH) return children;
      const child = this.element(scope, namespace, depth + 1);
      if (child === undefined) return undefined;
      children.push(child);
    }
  }
}

/** What a text stands for, where it is written as canonical texts are. */
function unescaped(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  if (text.includes('>') || text.includes('\r') || OTHER_REFERENCE.test(text)) return undefined;
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#xD;', '\r').replaceAll('&amp;', '&');
}
