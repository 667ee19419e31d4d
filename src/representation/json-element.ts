import { NamespaceScope, type XmlElement } from '#core/xml-tree.ts';
import { invalidBody } from './body-error.ts';
import { COD } from './data-xml.ts';
import { COR } from './tree-xml.ts';

/*
 * JSON that a client sends becomes the elements that XML would have given, so that one reader judges both.
 */

/** How an element is written in JSON: which members are its attributes, and which hold what is in it, in this order. */
interface Shape {
  readonly attributes?: readonly string[];
  readonly children?: readonly string[];
  /** The name of the children of a list. */
  readonly items?: string;
  /** The member that holds one value of COSEM. */
  readonly value?: string;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  attribute: { attributes: ['id'], value: 'value' },
  methodRequestParameter: { value: 'value' },
  container: { attributes: ['id'], children: ['objects', 'ldevs'] },
  ldevs: { attributes: ['count'], items: 'ldev' },
  ldev: { attributes: ['id'], children: ['objects'] },
  objects: { attributes: ['count'], items: 'object' },
  object: { attributes: ['class-id', 'id', 'version'], children: ['attributes', 'methods'] },
  attributes: { attributes: ['count'], items: 'attribute' },
  methods: { attributes: ['count'], items: 'method' },
  method: { attributes: ['id'] },
};

/** As deep as XML may be. */
const MAXIMUM_DEPTH = 100;

/**
 * The root element that `{"name": …}` stands for.
 * @throws SealmeterError (client) `BODY_INVALID`
 */
export function elementOfJson(json: unknown): XmlElement {
  const [name, content] = soleMember(json, 'the body');
  return treeElement(name, content);
}

function treeElement(name: string, json: unknown): XmlElement {
  const shape = Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
  if (shape === undefined) throw invalidBody(`"${name.slice(0, 60)}" is no element that is sent here`);
  const members = membersOf(json, name);
  const { attributes = [], children = [], items, value } = shape;
  const known = new Set([...attributes, ...children, items, value]);
  const unknown = Object.keys(members).find((member) => !known.has(member));
  if (unknown !== undefined) throw invalidBody(`"${name}" has no member "${unknown.slice(0, 60)}"`);
  return element(COR, name, {
    attributes: attributes
      .filter((member) => Object.hasOwn(members, member))
      .map((member) => [member, members[member]]),
    children: [
      ...children
        .filter((member) => Object.hasOwn(members, member))
        .map((member) => treeElement(member, members[member])),
      ...listOf(items === undefined ? [] : (members[items] ?? []), name).map((item) => treeElement(items ?? '', item)),
      ...(value === undefined || members[value] === undefined ? [] : [dataElement(members[value], 1)]),
    ],
  });
}

/** `{"type": content}` */
function dataElement(json: unknown, depth: number): XmlElement {
  if (depth > MAXIMUM_DEPTH) throw invalidBody(`values more than ${MAXIMUM_DEPTH} deep`);
  const [type, content] = soleMember(json, 'a value');
  if (type === 'compact-array') return compactElement(content);
  const isList = Array.isArray(content);
  const children = isList ? content.map((item) => dataElement(item, depth + 1)) : textOf(content);
  return element(COD, type, { children });
}

function compactElement(json: unknown): XmlElement {
  const { 'contents-description': description, 'array-contents': contents } = membersOf(json, 'compact-array');
  return element(COD, 'compact-array', {
    children: [
      element(COD, 'contents-description', { children: [typeElement(description, 1)] }),
      element(COD, 'array-contents', { children: textOf(contents) }),
    ],
  });
}

function typeElement(json: unknown, depth: number): XmlElement {
  if (depth > MAXIMUM_DEPTH) throw invalidBody(`types more than ${MAXIMUM_DEPTH} deep`);
  if (typeof json === 'string') return element(COD, json, {});
  const [type, content] = soleMember(json, 'a type');
  if (type === 'structure') {
    return element(COD, type, { children: listOf(content, type).map((item) => typeElement(item, depth + 1)) });
  }
  const { 'number-of-elements': count, 'type-description': inner } = membersOf(content, type);
  return element(COD, type, {
    children: [
      element(COD, 'number-of-elements', { children: textOf(count) }),
      element(COD, 'type-description', { children: [typeElement(inner, depth + 1)] }),
    ],
  });
}

interface Content {
  readonly attributes?: readonly (readonly [string, unknown])[];
  readonly children?: readonly (XmlElement | string)[];
}

function element(namespace: string, local: string, { attributes = [], children = [] }: Content): XmlElement {
  return {
    prefix: '',
    local,
    namespace,
    attributes: attributes.map(([name, value]) => ({ prefix: '', local: name, namespace: '', value: scalarOf(value) })),
    scope: NamespaceScope.outermost,
    children,
  };
}

/** The text in the place of a JSON scalar; none for `null` and for an empty string. */
function textOf(json: unknown): readonly string[] {
  if (json === null) return [];
  const text = scalarOf(json);
  return text === '' ? [] : [text];
}

function scalarOf(json: unknown): string {
  if (typeof json === 'string') return json;
  if (typeof json === 'boolean' || Number.isSafeInteger(json)) return String(json);
  throw invalidBody('a text, a whole number of up to 53 bits, true or false expected');
}

function soleMember(json: unknown, what: string): readonly [string, unknown] {
  const [member, ...more] = Object.entries(membersOf(json, what));
  if (member === undefined || more.length > 0) throw invalidBody(`${what} is an object with one member`);
  return member;
}

function membersOf(json: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalidBody(`${what} is not an object`);
  return json as Readonly<Record<string, unknown>>;
}

function listOf(json: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(json)) throw invalidBody(`${what} does not hold a list`);
  return json;
}
