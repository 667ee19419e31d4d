import type { ObisCode } from '#core/obis.ts';
import type { CosemData } from '#cosem/data-types.ts';

/*
 * The elements that an answer is made of, before they become XML (or, one day, JSON):
 *
 *   cosem > ldevs@count > ldev@id > objects@count > object@class-id@id@version
 *   object > attributes@count > attribute@id > one value
 *   object > methods@count > method@id
 *
 * `count` is the number of children that follow; where the depth ends at the list, the number that would follow.
 * A part that is `undefined` lies below the depth that was asked for.
 */

export interface CosemNode {
  readonly kind: 'cosem';
  readonly ldevs: LdevsNode | undefined;
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
  | MethodNode;
