import type { CaptureObject } from '#cosem/capture-object.ts';
import type { AttributeSpec, CosemObject, Reader } from '#cosem/interface-class.ts';
import type { Snapshot } from '#cosem/snapshot.ts';
import { collect, itemsIn, openBuffer } from './buffer.ts';
import { bufferExtentOf, choose, type Window, wholeList } from './extent.ts';
import type { Selection } from './query.ts';
import type {
  AttributeNode,
  AttributesNode,
  BufferNode,
  MethodNode,
  MethodsNode,
  ObjectNode,
} from './resource-nodes.ts';
import { unknownResource } from './resource-uri.ts';

/** One object of one snapshot. */
export class ObjectView {
  readonly #object: CosemObject;
  readonly #snapshot: Snapshot;
  readonly #reader: Reader;

  constructor(object: CosemObject, snapshot: Snapshot, reader: Reader) {
    this.#object = object;
    this.#snapshot = snapshot;
    this.#reader = reader;
  }

  object(depth: number): ObjectNode {
    if (depth <= 0) return this.holding({});
    return this.holding({
      attributes: this.attributes(depth - 1, wholeList),
      methods: this.methods(depth - 1, wholeList),
    });
  }

  /** The object with these parts alone. */
  holding({ attributes, methods }: { attributes?: AttributesNode; methods?: MethodsNode }): ObjectNode {
    const { classId, logicalName, version } = this.#object;
    return { kind: 'object', classId, logicalName, version, attributes, methods };
  }

  /** The object with those of these attributes that there are. */
  contained(ids: readonly number[] | undefined, depth: number, withCompanions: boolean): ObjectNode {
    if (depth <= 0) return this.holding({});
    const present = this.#attributes().filter(({ id }) => ids?.includes(id) !== false);
    const attributes = depth > 1 ? present.map((attribute) => this.#attribute(attribute, depth - 2)) : [];
    const list: AttributesNode = { kind: 'attributes', count: present.length, attributes };
    return this.holding({ attributes: withCompanions ? this.withCompanions(list) : list });
  }

  attributes(depth: number, window: Window): AttributesNode {
    const chosen = choose(this.#attributes(), window);
    const attributes = depth > 0 ? chosen.map((attribute) => this.#attribute(attribute, depth - 1)) : [];
    return { kind: 'attributes', count: chosen.length, attributes };
  }

  /** @throws SealmeterError (client) `RESOURCE_UNKNOWN` */
  attribute(id: number, depth: number): AttributeNode {
    return this.#valued(this.#attributeNumbered(id), depth > 0);
  }

  /**
   * Whether its value is a long array, which is to be read as a buffer.
   * @throws SealmeterError (client) `RESOURCE_UNKNOWN`
   */
  isBuffer(id: number): boolean {
    const { isBulky, types } = this.#attributeNumbered(id);
    return isBulky === true && types.includes('array');
  }

  /**
   * A long array, item by item.
   * @throws SealmeterError (client) `QUERY_INVALID`
   */
  buffer(id: number, selection: Selection): AttributeNode | BufferNode {
    const { depth, selection: part, window } = bufferExtentOf(selection);
    if (depth <= 0) return { kind: 'attribute', id, data: undefined };
    const reader = { ...this.#reader, selection: part };
    const items = openBuffer(selection, () => this.#object.elements(id, this.#snapshot, reader));
    return { kind: 'buffer', id, items: itemsIn(items ?? [], window) };
  }

  /**
   * The same, all at once.
   * @throws SealmeterError (client) `QUERY_INVALID`, `ANSWER_TOO_LARGE`
   */
  collectedBuffer(id: number, selection: Selection, bytes: number): AttributeNode {
    const buffer = this.buffer(id, selection);
    if (buffer.kind === 'attribute') return buffer;
    return { kind: 'attribute', id, data: { type: 'array', value: collect(buffer.items, bytes) } };
  }

  /** The same list together with the attributes without which its values say nothing. */
  withCompanions(list: AttributesNode): AttributesNode {
    const valued = list.attributes.filter(({ data }) => data !== undefined).map(({ id }) => id);
    const missing = this.#companionsOf(valued).filter(({ id }) => !valued.includes(id));
    if (missing.length === 0) return list;
    const added = missing.map((attribute) => this.#attribute(attribute, 1));
    const attributes = [...list.attributes, ...added].sort((a, b) => a.id - b.id);
    return { kind: 'attributes', count: attributes.length, attributes };
  }

  /** The object with what gives meaning to these attributes alone; `undefined` where they need nothing. */
  meaningOf(ids: readonly number[]): ObjectNode | undefined {
    const attributes = this.#companionsOf(ids).map((attribute) => this.#attribute(attribute, 1));
    if (attributes.length === 0) return undefined;
    return this.holding({ attributes: { kind: 'attributes', count: attributes.length, attributes } });
  }

  /** What the columns of a buffer hold. */
  columnsOf(id: number): readonly CaptureObject[] {
    return this.#object.columns(id);
  }

  methods(depth: number, window: Window): MethodsNode {
    const chosen = choose(this.#object.interfaceClass.methods, window);
    const methods = depth > 0 ? chosen.map(({ id }): MethodNode => ({ kind: 'method', id })) : [];
    return { kind: 'methods', count: chosen.length, methods };
  }

  /** @throws SealmeterError (client) `RESOURCE_UNKNOWN` */
  method(id: number): MethodNode {
    if (!this.#object.interfaceClass.methods.some((method) => method.id === id)) throw unknownResource();
    return { kind: 'method', id };
  }

  #attributes(): readonly AttributeSpec[] {
    const { device, rights } = this.#reader;
    return this.#object.interfaceClass.attributes.filter(({ id }) => rights.visible(device, this.#object, id));
  }

  #attributeNumbered(id: number): AttributeSpec {
    const attribute = this.#attributes().find((candidate) => candidate.id === id);
    if (attribute === undefined) throw unknownResource();
    return attribute;
  }

  #companionsOf(ids: readonly number[]): readonly AttributeSpec[] {
    const { attributes } = this.#object.interfaceClass;
    const wanted = new Set(attributes.filter(({ id }) => ids.includes(id)).flatMap(({ companions }) => companions));
    return attributes.filter(({ id }) => wanted.has(id));
  }

  /** Among others, a long value shows that it is there, not what is in it. */
  #attribute(attribute: AttributeSpec, depth: number): AttributeNode {
    return this.#valued(attribute, depth > 0 && attribute.isBulky !== true);
  }

  #valued({ id }: AttributeSpec, hasValue: boolean): AttributeNode {
    const data = hasValue ? this.#object.read(id, this.#snapshot, this.#reader) : undefined;
    return { kind: 'attribute', id, data };
  }
}
