import { fromHex } from '#core/bytes.ts';
import type { XmlElement } from '#core/xml-tree.ts';
import type { CosemData, DataTypeName, TypeDescription } from '#cosem/data-types.ts';
import { dataOfText, formOfText, type TextualType, typeNamed } from './data-text.ts';
import { COD } from './data-xml.ts';
import { ChildReader, integerOf, invalidDocument, refuseAttributes, textOf } from './element-reader.ts';

/** Reads a value. @throws SealmeterError (evidence) `DOCUMENT_INVALID` */
export function readData(element: XmlElement): CosemData {
  const type = typeOf(element);
  refuseAttributes(element);
  switch (type) {
    case 'null-data':
    case 'dont-care':
      new ChildReader(element).end();
      return { type };
    case 'array':
    case 'structure':
      return { type, value: new ChildReader(element).rest().map(readData) };
    case 'compact-array':
      return readCompact(element);
    default:
      return readTextual(element, type);
  }
}

function typeOf(element: XmlElement): DataTypeName {
  const type = element.namespace === COD ? typeNamed(element.local) : undefined;
  if (type === undefined) throw invalidDocument(element, 'not a data type of COSEM');
  return type;
}

function readTextual(element: XmlElement, type: TextualType): CosemData {
  const data = dataOfText(type, textOf(element));
  if (data === undefined) throw invalidDocument(element, `${formOfText(type)} expected`);
  return data;
}

function readCompact(element: XmlElement): CosemData {
  const children = new ChildReader(element);
  const description = readOnlyDescription(children.required(COD, 'contents-description'));
  const contents = readOctets(children.required(COD, 'array-contents'));
  children.end();
  return { type: 'compact-array', description, contents };
}

function readOctets(element: XmlElement): Uint8Array {
  const octets = fromHex(textOf(element));
  if (octets === undefined) throw invalidDocument(element, `${formOfText('octet-string')} expected`);
  return octets;
}

function readOnlyDescription(parent: XmlElement): TypeDescription {
  refuseAttributes(parent);
  const [type, ...more] = new ChildReader(parent).rest();
  if (type === undefined || more.length > 0) throw invalidDocument(parent, 'one type expected');
  return readDescription(type);
}

function readDescription(element: XmlElement): TypeDescription {
  const type = typeOf(element);
  refuseAttributes(element);
  const children = new ChildReader(element);
  switch (type) {
    case 'compact-array':
      throw invalidDocument(element, 'a compact-array has no compact-array in it');
    case 'structure':
      return { type, elements: children.rest().map(readDescription) };
    case 'array': {
      const count = children.required(COD, 'number-of-elements');
      const inner = readOnlyDescription(children.required(COD, 'type-description'));
      children.end();
      return { type, count: Number(integerOf(count, textOf(count), 0n, 65_535n)), element: inner };
    }
    default:
      children.end();
      return { type };
  }
}
