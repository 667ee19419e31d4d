import { fromUtf8 } from '#core/bytes.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import { parseXml } from '#core/xml-parser.ts';
import type { XmlElement } from '#core/xml-tree.ts';
import { type CosemData, nullData } from '#cosem/data-types.ts';
import { invalidBody } from './body-error.ts';
import { COD } from './data-xml.ts';
import { ChildReader, isElement, refuseAttributes } from './element-reader.ts';
import { elementOfJson } from './json-element.ts';
import type { ContainerNode } from './resource-nodes.ts';
import { readAttribute, readContainer, readOnlyData } from './tree-reader.ts';
import { COR } from './tree-xml.ts';

/*
 * What clients send. In XML it is read as XML has it: a declaration, white space between elements, prefixes and
 * references are as good as our own spelling; document types, entities and processing instructions are not taken.
 */

export type BodyFormat = 'xml' | 'json';

/** No body is longer or more winding than this. */
const LIMITS = { bytes: 2 ** 20, elements: 20_000 };

/**
 *   <attribute id="2"><long-unsigned>1</long-unsigned></attribute>
 *
 * @throws SealmeterError (client) `BODY_INVALID`
 */
export function readAttributeBody(body: Uint8Array, format: BodyFormat, id: number): CosemData {
  return reading(() => {
    const attribute = readAttribute(rootOf(body, format, 'attribute'));
    if (attribute.id !== id) throw invalidBody(`the body is attribute ${attribute.id}, the URI names attribute ${id}`);
    if (attribute.data === undefined) throw invalidBody('the attribute has no value');
    return attribute.data;
  });
}

/**
 *   <methodRequestParameter><integer>0</integer></methodRequestParameter>
 *
 * An empty one, and no body at all, is `null-data`.
 * @throws SealmeterError (client) `BODY_INVALID`
 */
export function readParameterBody(body: Uint8Array, format: BodyFormat): CosemData {
  if (body.length === 0) return nullData;
  return reading(() => {
    const root = rootOf(body, format, 'methodRequestParameter');
    refuseAttributes(root);
    return new ChildReader(root).rest().length === 0 ? nullData : readOnlyData(root);
  });
}

/**
 *   <container id="…"><objects count="1"><object …><attributes count="1"><attribute id="2"/></attributes></object></objects></container>
 *
 * @throws SealmeterError (client) `BODY_INVALID`
 */
export function readContainerBody(body: Uint8Array, format: BodyFormat, id: string): ContainerNode {
  return reading(() => {
    const container = readContainer(rootOf(body, format, 'container'));
    if (container.id !== id) throw invalidBody(`the body is container ${container.id}, the URI names container ${id}`);
    return container;
  });
}

function rootOf(body: Uint8Array, format: BodyFormat, name: string): XmlElement {
  const root = format === 'xml' ? withoutBlanks(parseXml(body, LIMITS)) : elementOfJson(parseJson(body));
  if (!isElement(root, COR, name)) throw invalidBody(`the root is not "${name}" in the namespace ${COR}`);
  return root;
}

function parseJson(body: Uint8Array): unknown {
  const text = fromUtf8(body);
  if (text === undefined) throw invalidBody('the body is not UTF-8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidBody(`the body is not JSON: ${reasonOf(error)}`, error);
  }
}

const STRINGS: ReadonlySet<string> = new Set(['visible-string', 'UTF8-string']);

/** White space around elements, and around all texts but strings, says nothing. @see XML Schema 1.0, whiteSpace `collapse` */
function withoutBlanks(element: XmlElement): XmlElement {
  if (element.namespace === COD && STRINGS.has(element.local)) return element;
  const children = element.children
    .map((child) => (typeof child === 'string' ? child.trim() : withoutBlanks(child)))
    .filter((child) => child !== '');
  return { ...element, children };
}

/** The readers judge documents, which should prove something; here the fault is the client's. */
function reading<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SealmeterError) || error.fault !== 'evidence') throw error;
    throw invalidBody(error.message, error);
  }
}
