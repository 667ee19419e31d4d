import type { ObisCode } from '#core/obis.ts';
import type { CosemData } from '#cosem/data-types.ts';

/*
 * The elements that an answer is made of, before they become XML or JSON:
 *
 *   cosem > ldevs@count > ldev@id > objects@count > object@class-id@id@version
 *   object > attributes@count > attribute@id > one value
 *   object > methods@count > method@id
 *   cosem | ldev > containers@count > container@id
 *   container > objects (of one device) | ldevs (of the whole service)
 *
 * `count` is the number of children that follow; where the depth ends at the list, the number that would follow.
 * A part that is `undefined` lies below the depth that was asked for.
 */

export interface CosemNode {
  readonly kind: 'cosem';
  readonly ldevs: LdevsNode | undefined;
  readonly containers: ContainersNode | undefined;
}

export interface LdevsNode {
  readonly kind: 'ldevs';
  readonly count: number;
  readonly ldevs: readonly LdevNode[];
}

export interface LdevNode {
  readonly kind: 'ldev';
  readonly id: string;
  readonly objects: ObjectsNode | undefined;
  readonly containers: ContainersNode | undefined;
}

export interface ObjectsNode {
  readonly kind: 'objects';
  readonly count: number;
  readonly objects: readonly ObjectNode[];
}

export interface ObjectNode {
  readonly kind: 'object';
  readonly classId: number;
  readonly logicalName: ObisCode;
  readonly version: number;
  readonly attributes: AttributesNode | undefined;
  readonly methods: MethodsNode | undefined;
}

export interface AttributesNode {
  readonly kind: 'attributes';
  readonly count: number;
  readonly attributes: readonly AttributeNode[];
}

export interface AttributeNode {
  readonly kind: 'attribute';
  readonly id: number;
  readonly data: CosemData | undefined;
}

export interface MethodsNode {
  readonly kind: 'methods';
  readonly count: number;
  readonly methods: readonly MethodNode[];
}

export interface MethodNode {
  readonly kind: 'method';
  readonly id: number;
}

export interface ContainersNode {
  readonly kind: 'containers';
  readonly count: number;
  readonly containers: readonly ContainerNode[];
}

export interface ContainerNode {
  readonly kind: 'container';
  readonly id: string;
  readonly content: ObjectsNode | LdevsNode | undefined;
}

/** What became of a method that was run. */
export interface MethodResponseNode {
  readonly kind: 'methodResponse';
  /** 0 for done; else why not, as DLMS numbers it. */
  readonly status: number;
  readonly data: CosemData | undefined;
}

/** What an address names, as far as it was asked for: the root of an unsigned answer. */
export type ResourceTree =
  | CosemNode
  | LdevsNode
  | LdevNode
  | ObjectsNode
  | ObjectNode
  | AttributesNode
  | AttributeNode
  | MethodsNode
  | MethodNode
  | ContainersNode
  | ContainerNode;

/** An attribute whose value is a long array: its items are made one after the other, as they are asked for. */
export interface BufferNode {
  readonly kind: 'buffer';
  /** Of the attribute. */
  readonly id: number;
  readonly items: Iterable<CosemData>;
}
