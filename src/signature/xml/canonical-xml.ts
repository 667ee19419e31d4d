import { utf8 } from '#core/bytes.ts';
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
    else if (child !== output.without) write(output, child, candidates(output.form, child), inside);
  }
  output.parts.push(`</${name}>`);
}

const qualified = ({ prefix, local }: { readonly prefix: string; readonly local: string }): string =>
  prefix === '' ? local : `${prefix}:${local}`;

/** The prefixes whose declarations an element below the apex may have to carry. */
const candidates = (form: CanonicalForm, element: XmlElement): Iterable<string> =>
  form === 'inclusive' ? element.scope.declared.keys() : visiblyUsed(element);

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

/** @see Canonical XML 1.0 § 2.3, text and attribute nodes */
const escapeText = (text: string): string => text.replaceAll(/[&<>\r]/g, (found) => TEXT_ESCAPES[found] ?? found);
const escapeAttribute = (value: string): string =>
  value.replaceAll(/[&<"\t\n\r]/g, (found) => ATTRIBUTE_ESCAPES[found] ?? found);
