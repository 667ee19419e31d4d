import { SealmeterError } from '#core/errors.ts';

/*
 * Writing XML that is canonical as it stands: it equals its own exclusive C14N, byte for byte.
 *
 *   UTF-8, LF only, no declaration, comment or CDATA; an end tag for every element; double quotes; one blank before each
 *   attribute; first the namespace declarations, by prefix, where the prefix is first used; then the attributes, by
 *   namespace and local name.
 *
 * @see Exclusive XML Canonicalization 1.0 (W3C, 2002)
 */

export interface XmlElement {
  /** As written, with its prefix where it has one. */
  readonly name: string;
  /** Empty for none. */
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly (XmlElement | string)[];
}

export interface XmlAttribute {
  readonly name: string;
  readonly namespace: string;
  readonly value: string;
}

/** The namespace of each prefix, `''` being the default one. */
export type NamespaceScope = ReadonlyMap<string, string>;

/** What every document begins with. `xml` is bound for ever and never declared. */
export const outermostScope: NamespaceScope = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
]);

const TEXT_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** What stands in a document as it is, wherever it stands: nearly all texts consist of it alone. */
const PLAIN = /^[ !#-%'-;=?-~]*$/;
/** @see XML 1.0 § 2.2, Char: no control characters, no halves of surrogate pairs, not U+FFFE and U+FFFF */
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** @throws SealmeterError (internal) `XML_CHARACTER_FORBIDDEN` */
export const escapeText = (text: string): string => escape(text, /[&<>\r]/g, TEXT_ESCAPES);

/** @throws SealmeterError (internal) `XML_CHARACTER_FORBIDDEN` */
export const escapeAttribute = (text: string): string => escape(text, /[&<"\t\n\r]/g, ATTRIBUTE_ESCAPES);

function escape(text: string, escaped: RegExp, escapes: Readonly<Record<string, string>>): string {
  if (PLAIN.test(text)) return text;
  if (!CHARACTERS.test(text)) {
    throw new SealmeterError('internal', 'XML_CHARACTER_FORBIDDEN', 'a text has a character that XML cannot carry', {
      mend: 'leave out control characters, U+FFFE, U+FFFF and halves of surrogate pairs',
    });
  }
  return text.replace(escaped, (character) => escapes[character] ?? character);
}

/** Writes an element, and all below it, as exclusive C14N does. */
export function writeCanonical(element: XmlElement, scope: NamespaceScope = outermostScope): string {
  const declared = declarations(element, scope);
  const inner = declared.length === 0 ? scope : new Map([...scope, ...declared]);
  let xml = `<${element.name}`;
  for (const [prefix, uri] of declared) {
    xml += ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(uri)}"`;
  }
  for (const { name, value } of inOrder(element.attributes)) xml += ` ${name}="${escapeAttribute(value)}"`;
  xml += '>';
  for (const child of element.children) {
    xml += typeof child === 'string' ? escapeText(child) : writeCanonical(child, inner);
  }
  return `${xml}</${element.name}>`;
}

type Declaration = readonly [prefix: string, uri: string];

/** The prefixes that the start tag uses and that do not yet mean what they have to mean here. */
function declarations({ name, namespace, attributes }: XmlElement, scope: NamespaceScope): readonly Declaration[] {
  // An attribute without a prefix is in no namespace, whatever the default is.
  const used = [{ name, namespace }, ...attributes.filter((attribute) => attribute.name.includes(':'))];
  const missing = used.filter((use) => scope.get(prefixOf(use.name)) !== use.namespace);
  if (missing.length === 0) return [];
  const distinct = new Map(missing.map((use) => [prefixOf(use.name), use.namespace]));
  return [...distinct].sort(([a], [b]) => compare(a, b));
}

const inOrder = (attributes: readonly XmlAttribute[]): readonly XmlAttribute[] =>
  attributes.length < 2
    ? attributes
    : attributes.toSorted(
        (a, b) => compare(a.namespace, b.namespace) || compare(localNameOf(a.name), localNameOf(b.name)),
      );

export const prefixOf = (name: string): string => name.slice(0, Math.max(name.indexOf(':'), 0));

export const localNameOf = (name: string): string => name.slice(name.indexOf(':') + 1);

/** By code unit, never by a language's rules. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
