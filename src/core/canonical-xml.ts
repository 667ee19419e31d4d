import { utf8 } from './bytes.ts';
import { SealmeterError } from './errors.ts';
import { NamespaceScope, XML_NAMESPACE, type XmlAttribute, type XmlElement } from './xml-tree.ts';

// No `node:` import here: the verifier runs in a browser too.

/**
 * Which of the two canonical forms, both without comments.
 * @see Canonical XML 1.0 (W3C 2001): `inclusive`; Exclusive XML Canonicalization 1.0 (W3C 2002): `exclusive`, here
 *   without an InclusiveNamespaces PrefixList
 */
export type CanonicalForm = 'exclusive' | 'inclusive';

export interface Selection {
  /** The elements around the apex, outermost first: the inclusive form takes their `xml:` attributes along. */
  readonly ancestors?: readonly XmlElement[];
  /** An element to leave out, with all that is in it. */
  readonly without?: XmlElement;
}

/** Writes an element and all that is in it in canonical form, as UTF-8. */
export function canonicalize(apex: XmlElement, form: CanonicalForm, selection: Selection = {}): Uint8Array {
  const inherited = form === 'inclusive' ? xmlAttributesOf(selection.ancestors ?? [], apex) : [];
  const whole = { ...apex, attributes: [...apex.attributes, ...inherited] };
  const parts: string[] = [];
  const prefixes = form === 'inclusive' ? apex.scope.prefixes() : visiblyUsed(apex);
  write({ parts, form, without: selection.without }, whole, prefixes, NamespaceScope.outermost);
  return utf8(parts.join(''));
}

interface Output {
  readonly parts: string[];
  readonly form: CanonicalForm;
  readonly without: XmlElement | undefined;
}

/** `rendered` holds the declarations that the output has around this element. */
function write(output: Output, element: XmlElement, prefixes: Iterable<string>, rendered: NamespaceScope): void {
  const name = qualified(element);
  const declared = missingDeclarations(element, prefixes, rendered);
  output.parts.push(`<${name}`);
  for (const [prefix, namespace] of declared) {
    output.parts.push(` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(namespace)}"`);
  }
  for (const attribute of [...element.attributes].sort(byNamespaceThenName)) {
    output.parts.push(` ${qualified(attribute)}="${escapeAttribute(attribute.value)}"`);
  }
  output.parts.push('>');
  const inside = rendered.within(declared);
  for (const child of element.children) {
    if (typeof child === 'string') output.parts.push(escapeText(child));
    else if (child !== output.without) write(output, child, candidates(output, child, inside), inside);
  }
  output.parts.push(`</${name}>`);
}

const qualified = ({ prefix, local }: { readonly prefix: string; readonly local: string }): string =>
  prefix === '' ? local : `${prefix}:${local}`;

/** The prefixes whose declarations an element below the apex may have to carry. */
function candidates({ form }: Output, element: XmlElement, rendered: NamespaceScope): Iterable<string> {
  if (form === 'inclusive') return element.scope.declared.keys();
  return isBare(element, rendered) ? [] : visiblyUsed(element);
}

/** Whether it is a name alone, in the namespace that is the default one here, as most elements of a document are. */
const isBare = ({ prefix, namespace, attributes }: XmlElement, rendered: NamespaceScope): boolean =>
  prefix === '' && attributes.length === 0 && rendered.lookup('') === namespace;

/** @see Exclusive XML Canonicalization 1.0 § 1.1, "visibly utilizes" */
function visiblyUsed({ prefix, attributes }: XmlElement): ReadonlySet<string> {
  const prefixed = attributes.map((attribute) => attribute.prefix).filter((used) => used !== '');
  return new Set([prefix, ...prefixed]);
}

/** Those of the prefixes that do not mean the same in the output already, in order. @see Canonical XML 1.0 § 2.3 */
function missingDeclarations(
  { scope }: XmlElement,
  prefixes: Iterable<string>,
  rendered: NamespaceScope,
): ReadonlyMap<string, string> {
  const missing = [...prefixes]
    .map((prefix) => [prefix, scope.lookup(prefix) ?? ''] as const)
    .filter(([prefix, namespace]) => prefix !== 'xml' && namespace !== (rendered.lookup(prefix) ?? ''));
  return new Map(missing.sort(([a], [b]) => compareCodePoints(a, b)));
}

/** The nearest of each `xml:` attribute around the apex that the apex has not itself. @see Canonical XML 1.0 § 2.4 */
function xmlAttributesOf(ancestors: readonly XmlElement[], apex: XmlElement): readonly XmlAttribute[] {
  const nearest = new Map<string, XmlAttribute>();
  for (const attribute of ancestors.flatMap(({ attributes }) => attributes)) {
    if (attribute.namespace === XML_NAMESPACE) nearest.set(attribute.local, attribute);
  }
  for (const own of apex.attributes) if (own.namespace === XML_NAMESPACE) nearest.delete(own.local);
  return [...nearest.values()];
}

const byNamespaceThenName = (a: XmlAttribute, b: XmlAttribute): number =>
  compareCodePoints(a.namespace, b.namespace) || compareCodePoints(a.local, b.local);

/** Strings compare by UTF-16 unit, which puts U+10000 before U+E000; canonical order does not. */
function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  const differs = left.findIndex((character, index) => character !== right[index]);
  if (differs === -1) return left.length - right.length;
  return (left[differs]?.codePointAt(0) ?? 0) - (right[differs]?.codePointAt(0) ?? -1);
}

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

/** @see Canonical XML 1.0 § 2.3, text nodes. @throws SealmeterError (internal) `XML_CHARACTER_FORBIDDEN` */
export const escapeText = (text: string): string => escape(text, /[&<>\r]/g, TEXT_ESCAPES);

/** @see Canonical XML 1.0 § 2.3, attribute nodes. @throws SealmeterError (internal) `XML_CHARACTER_FORBIDDEN` */
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
