// No `node:` import here: the verifier runs in a browser too.

/** @see Namespaces in XML 1.0 (W3C 2009) § 3 */
export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

/** A document without comments, processing instructions, CDATA and document type: elements, attributes, text. */
export type XmlNode = XmlElement | string;

interface XmlName {
  /** Empty where there is none. */
  readonly prefix: string;
  readonly local: string;
  /** Empty for none. */
  readonly namespace: string;
}

export interface XmlAttribute extends XmlName {
  readonly value: string;
}

export interface XmlElement extends XmlName {
  /** Without namespace declarations, in the order of the document. */
  readonly attributes: readonly XmlAttribute[];
  /** The namespaces in force here. */
  readonly scope: NamespaceScope;
  readonly children: readonly XmlNode[];
}

/** Which prefix stands for which namespace. Scopes share what lies outside them: a copy in each would grow too large. */
export class NamespaceScope {
  /** What this scope adds; the default namespace has the prefix `''`. */
  readonly declared: ReadonlyMap<string, string>;
  readonly #outer: NamespaceScope | undefined;

  private constructor(declared: ReadonlyMap<string, string>, outer: NamespaceScope | undefined) {
    this.declared = declared;
    this.#outer = outer;
  }

  /** Where a document begins: no default namespace, and the prefix `xml`. */
  static readonly outermost = new NamespaceScope(
    new Map([
      ['', ''],
      ['xml', XML_NAMESPACE],
    ]),
    undefined,
  );

  within(declared: ReadonlyMap<string, string>): NamespaceScope {
    return declared.size === 0 ? this : new NamespaceScope(declared, this);
  }

  /** The namespace of a prefix, or `undefined` where it has not been declared. */
  lookup(prefix: string): string | undefined {
    return this.declared.get(prefix) ?? this.#outer?.lookup(prefix);
  }

  /** Every prefix that is declared here or further out. */
  prefixes(): ReadonlySet<string> {
    return new Set([...(this.#outer?.prefixes() ?? []), ...this.declared.keys()]);
  }
}

/** The element and all elements below it. */
export function* elementsOf(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) if (typeof child !== 'string') yield* elementsOf(child);
}
