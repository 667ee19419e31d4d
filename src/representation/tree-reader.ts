import { obisFromHex } from '#core/obis.ts';
import type { XmlElement } from '#core/xml-tree.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { readData } from './data-reader.ts';
import {
  attributesOf,
  ChildReader,
  integerOf,
  invalidDocument,
  isElement,
  refuseAttributes,
  textOf,
} from './element-reader.ts';
import type {
  AttributeNode,
  AttributesNode,
  ContainerNode,
  ContainersNode,
  CosemNode,
  LdevNode,
  LdevsNode,
  MethodNode,
  MethodResponseNode,
  MethodsNode,
  ObjectNode,
  ObjectsNode,
  ResourceTree,
} from './resource-nodes.ts';
import { COR } from './tree-xml.ts';

/** One row per element that an answer can have as its root. */
const READERS: Readonly<Record<ResourceTree['kind'], (element: XmlElement) => ResourceTree>> = {
  cosem: readCosem,
  ldevs: readLdevs,
  ldev: readLdev,
  objects: readObjects,
  object: readObject,
  attributes: readAttributes,
  attribute: readAttribute,
  methods: readMethods,
  method: readMethod,
  containers: readContainers,
  container: readContainer,
};

/** Reads what {@link writeTree} writes. @throws SealmeterError (evidence) `DOCUMENT_INVALID` */
export function readTree(element: XmlElement): ResourceTree {
  for (const [name, read] of Object.entries(READERS)) if (isElement(element, COR, name)) return read(element);
  throw invalidDocument(element, 'not an element of the tree');
}

export function readCosem(element: XmlElement): CosemNode {
  refuseAttributes(element);
  const children = new ChildReader(element);
  const ldevs = children.optional(COR, 'ldevs');
  const containers = children.optional(COR, 'containers');
  children.end();
  return { kind: 'cosem', ldevs: ldevs && readLdevs(ldevs), containers: containers && readContainers(containers) };
}

export function readLdevs(element: XmlElement): LdevsNode {
  const { count, children } = readList(element, 'ldev', readLdev);
  return { kind: 'ldevs', count, ldevs: children };
}

function readLdev(element: XmlElement): LdevNode {
  const { id } = attributesOf(element, 'id');
  const children = new ChildReader(element);
  const objects = children.optional(COR, 'objects');
  const containers = children.optional(COR, 'containers');
  children.end();
  return {
    kind: 'ldev',
    id,
    objects: objects && readObjects(objects),
    containers: containers && readContainers(containers),
  };
}

function readObjects(element: XmlElement): ObjectsNode {
  const { count, children } = readList(element, 'object', readObject);
  return { kind: 'objects', count, objects: children };
}

export function readObject(element: XmlElement): ObjectNode {
  const values = attributesOf(element, 'class-id', 'id', 'version');
  const logicalName = obisFromHex(values.id);
  if (logicalName === undefined) throw invalidDocument(element, 'its id is not twelve lower-case hex digits');
  const children = new ChildReader(element);
  const attributes = children.optional(COR, 'attributes');
  const methods = children.optional(COR, 'methods');
  children.end();
  return {
    kind: 'object',
    classId: Number(integerOf(element, values['class-id'], 0n, 65_535n)),
    logicalName,
    version: Number(integerOf(element, values.version, 0n, 255n)),
    attributes: attributes && readAttributes(attributes),
    methods: methods && readMethods(methods),
  };
}

function readAttributes(element: XmlElement): AttributesNode {
  const { count, children } = readList(element, 'attribute', readAttribute);
  return { kind: 'attributes', count, attributes: children };
}

export function readAttribute(element: XmlElement): AttributeNode {
  const id = readIndex(element);
  const [data, ...more] = new ChildReader(element).rest();
  if (more.length > 0) throw invalidDocument(element, 'more than one value');
  return { kind: 'attribute', id, data: data && readData(data) };
}

function readMethods(element: XmlElement): MethodsNode {
  const { count, children } = readList(element, 'method', readMethod);
  return { kind: 'methods', count, methods: children };
}

function readMethod(element: XmlElement): MethodNode {
  const id = readIndex(element);
  new ChildReader(element).end();
  return { kind: 'method', id };
}

export function readContainers(element: XmlElement): ContainersNode {
  const { count, children } = readList(element, 'container', readContainer);
  return { kind: 'containers', count, containers: children };
}

export function readContainer(element: XmlElement): ContainerNode {
  const { id } = attributesOf(element, 'id');
  const children = new ChildReader(element);
  const objects = children.optional(COR, 'objects');
  const ldevs = objects === undefined ? children.optional(COR, 'ldevs') : undefined;
  children.end();
  return { kind: 'container', id, content: (objects && readObjects(objects)) ?? (ldevs && readLdevs(ldevs)) };
}

/** @throws SealmeterError (evidence) `DOCUMENT_INVALID` */
export function readMethodResponse(element: XmlElement): MethodResponseNode {
  refuseAttributes(element);
  const children = new ChildReader(element);
  const status = children.required(COR, 'methodResponseStatus');
  const data = children.optional(COR, 'methodResponseData');
  children.end();
  return {
    kind: 'methodResponse',
    status: Number(integerOf(status, textOf(status), 0n, 255n)),
    data: data && readOnlyData(data),
  };
}

/** The one value of an element that has one. @throws SealmeterError (evidence) `DOCUMENT_INVALID` */
export function readOnlyData(element: XmlElement): CosemData {
  refuseAttributes(element);
  const [data, ...more] = new ChildReader(element).rest();
  if (data === undefined || more.length > 0) throw invalidDocument(element, 'one value expected');
  return readData(data);
}

/** The children of a list; its `count` says how many there are, or, where the depth ended, how many there would be. */
export function readList<Node>(
  element: XmlElement,
  name: string,
  read: (child: XmlElement) => Node,
): { readonly count: number; readonly children: readonly Node[] } {
  const count = Number(integerOf(element, attributesOf(element, 'count').count, 0n, BigInt(Number.MAX_SAFE_INTEGER)));
  const children = new ChildReader(element).rest().map((child) => {
    if (!isElement(child, COR, name)) throw invalidDocument(element, `only <${name}> expected`);
    return read(child);
  });
  if (children.length > 0 && children.length !== count) {
    throw invalidDocument(element, `count is ${count}, but there are ${children.length}`);
  }
  return { count, children };
}

/** The number of an attribute or a method. */
function readIndex(element: XmlElement): number {
  const id = Number(integerOf(element, attributesOf(element, 'id').id, -128n, 127n));
  if (id === 0) throw invalidDocument(element, 'there is no number 0');
  return id;
}
