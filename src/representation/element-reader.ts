import { SealmeterError } from '#core/errors.ts';
import type { XmlElement, XmlNode } from '#core/xml-tree.ts';
import { integerIn } from './data-text.ts';

/** Says what cannot be in a document and where. */
export function invalidDocument({ local }: XmlElement, problem: string): SealmeterError {
  return new SealmeterError('evidence', 'DOCUMENT_INVALID', `<${local.slice(0, 60)}>: ${problem}`, {
    mend: 'compare the document with the schemas in openapi/',
  });
}

export const isElement = (element: XmlElement, namespace: string, name: string): boolean =>
  element.namespace === namespace && element.local === name;

/** The text of an element that has nothing else. @throws SealmeterError (evidence) `DOCUMENT_INVALID` */
export function textOf(element: XmlElement): string {
  refuseAttributes(element);
  const [text = '', ...more] = element.children;
  if (typeof text !== 'string' || more.length > 0) throw invalidDocument(element, 'text expected, not elements');
  return text;
}

/** A whole number in one of the forms of xsd:integer. @throws SealmeterError (evidence) `DOCUMENT_INVALID` */
export function integerOf(element: XmlElement, text: string, min: bigint, max: bigint): bigint {
  const value = integerIn(text, min, max);
  if (value !== undefined) return value;
  throw invalidDocument(element, `"${text.slice(0, 40)}" is not a whole number from ${min} to ${max}`);
}

/** The values of the attributes, which have to be exactly these. @throws SealmeterError (evidence) `DOCUMENT_INVALID` */
export function attributesOf<Name extends string>(
  element: XmlElement,
  ...names: readonly Name[]
): Record<Name, string> {
  const values: Partial<Record<Name, string>> = {};
  for (const name of names)
    values[name] = element.attributes.find((one) => one.local === name && one.namespace === '')?.value;
  if (element.attributes.length !== names.length || names.some((name) => values[name] === undefined)) {
    throw invalidDocument(element, `expected are ${names.join(', ')}`);
  }
  return values as Record<Name, string>;
}

/** @throws SealmeterError (evidence) `DOCUMENT_INVALID` where there is one */
export function refuseAttributes(element: XmlElement): void {
  if (element.attributes.length > 0) throw invalidDocument(element, 'no attributes expected');
}

const areElements = (nodes: readonly XmlNode[]): nodes is readonly XmlElement[] =>
  nodes.every((node) => typeof node !== 'string');

/** Takes the child elements one after the other, in the order in which they have to stand. */
export class ChildReader {
  readonly #parent: XmlElement;
  readonly #children: readonly XmlElement[];
  #next = 0;

  /** @throws SealmeterError (evidence) `DOCUMENT_INVALID` where there is text between them */
  constructor(parent: XmlElement) {
    this.#parent = parent;
    if (!areElements(parent.children)) throw invalidDocument(parent, 'elements expected, not text');
    this.#children = parent.children;
  }

  /** The next one, if it is of this name. */
  optional(namespace: string, name: string): XmlElement | undefined {
    const child = this.#children[this.#next];
    if (child === undefined || !isElement(child, namespace, name)) return undefined;
    this.#next += 1;
    return child;
  }

  /** @throws SealmeterError (evidence) `DOCUMENT_INVALID` */
  required(namespace: string, name: string): XmlElement {
    const child = this.optional(namespace, name);
    if (child === undefined) throw invalidDocument(this.#parent, `<${name}> expected`);
    return child;
  }

  /** All that are left. */
  rest(): readonly XmlElement[] {
    const rest = this.#children.slice(this.#next);
    this.#next = this.#children.length;
    return rest;
  }

  /** @throws SealmeterError (evidence) `DOCUMENT_INVALID` where one is left */
  end(): void {
    const surplus = this.#children[this.#next];
    if (surplus !== undefined)
      throw invalidDocument(this.#parent, `<${surplus.local.slice(0, 60)}> is not expected here`);
  }
}
