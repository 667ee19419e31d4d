import { formatInstant } from '#core/time.ts';
import { dataToJson, type Json } from './data-json.ts';
import type { Reading, ReadingContent } from './reading.ts';
import type { BufferNode, MethodResponseNode, ResourceTree } from './resource-nodes.ts';

/*
 * The same tree in JSON. Each element is a member with its name, which holds its attributes and its children; children
 * of a list are an array under their name; what an attribute holds is its `value`.
 *
 *   {"attributes": {"count": 1, "attribute": [{"id": 2, "value": {"long64-unsigned": "1234567"}}]}}
 */

export const writeTreeJson = (tree: ResourceTree): string => JSON.stringify({ [tree.kind]: treeToJson(tree) });

function treeToJson(node: ResourceTree): Json {
  switch (node.kind) {
    case 'cosem':
      return { ldevs: optional(node.ldevs), containers: optional(node.containers) };
    case 'ldevs':
      return { count: node.count, ldev: node.ldevs.map(treeToJson) };
    case 'ldev':
      return { id: node.id, objects: optional(node.objects), containers: optional(node.containers) };
    case 'objects':
      return { count: node.count, object: node.objects.map(treeToJson) };
    case 'object': {
      const { classId, logicalName, version, attributes, methods } = node;
      const names = { 'class-id': classId, id: logicalName, version };
      return { ...names, attributes: optional(attributes), methods: optional(methods) };
    }
    case 'attributes':
      return { count: node.count, attribute: node.attributes.map(treeToJson) };
    case 'attribute':
      return { id: node.id, value: node.data && dataToJson(node.data) };
    case 'methods':
      return { count: node.count, method: node.methods.map(treeToJson) };
    case 'method':
      return { id: node.id };
    case 'containers':
      return { count: node.count, container: node.containers.map(treeToJson) };
    default:
      return { id: node.id, ...(node.content && { [node.content.kind]: treeToJson(node.content) }) };
  }
}

const optional = (node: ResourceTree | undefined): Json | undefined => node && treeToJson(node);

/** Writes a long array piece by piece, as {@link writeTreeJson} would write it whole. */
export function* writeBufferJson({ id, items }: BufferNode): Generator<string, void, undefined> {
  yield `{"attribute":{"id":${id},"value":{"array":[`;
  let separator = '';
  for (const item of items) {
    yield separator + JSON.stringify(dataToJson(item));
    separator = ',';
  }
  yield ']}}}';
}

/**
 * What a sealed document says, and where it is given the document itself, untouched: that alone is evidence.
 *
 *   {"measurement-data": {"measurement-time": "…", "sequence-nr": "184467", …}, "sealed-document": "<signed-…>"}
 */
export function writeReadingJson(reading: Reading, sealed?: string): string {
  return JSON.stringify({
    'measurement-data': {
      'measurement-time': formatInstant(reading.at),
      'sequence-nr': reading.sequenceNumber.toString(),
      'meter-ident': reading.meterId,
      'meter-number': reading.meterNumber,
      'location-ident': reading.locationId,
      [contentName(reading.content)]: treeToJson(reading.content),
      methodResponse: reading.response && responseToJson(reading.response),
      'error-code': Number(reading.errorCode),
      state: reading.state,
    },
    'sealed-document': sealed,
  });
}

const contentName = ({ kind }: ReadingContent): string => (kind === 'objects' ? 'counter-values' : kind);

function responseToJson({ status, data }: MethodResponseNode): Json {
  return { methodResponseStatus: status, methodResponseData: data && dataToJson(data) };
}
