import { fromHex } from '#core/bytes.ts';
import type { XmlElement } from '#core/xml-tree.ts';
import {
  type CosemData,
  type DataTypeName,
  dataType,
  dataTypeNames,
  type IntegerType,
  type TypeDescription,
} from '#cosem/data-types.ts';
import { COD, elementNameOf } from './data-xml.ts';
import { ChildReader, integerOf, invalidDocument, refuseAttributes, textOf } from './element-reader.ts';

const typesByElement: ReadonlyMap<string, DataTypeName> = new Map(
  dataTypeNames.map((type) => [elementNameOf(type), type]),
);

/**
 * Reads a value. Of the forms that the annex allows all are understood: hex in either case, `1` for `true`.
 * @throws SealmeterError (evidence) `DOCUMENT_INVALID`
 */
export function readData(element: XmlElement): CosemData {
  const type = typeOf(element);
  refuseAttributes(element);
  switch (type) {
    case 'null-data':
    case 'dont-care':
      new ChildReader(element).end();
      return { type };
    case 'boolean':
      return { type, value: readBoolean(element) };
    case 'bit-string':
      return { type, value: readBits(element) };
    case 'visible-string':
    case 'utf8-string':
      return { type, value: textOf(element) };
    case 'array':
    case 'structure':
      return { type, value: new ChildReader(element).rest().map(readData) };
    case 'compact-array':
      return readCompact(element);
    case 'octet-string':
    case 'floating-point':
    case 'float32':
    case 'float64':
    case 'date-time':
    case 'date':
    case 'time':
      return { type, value: readOctets(element, dataType(type).octets) };
    default:
      return { type, value: readInteger(element, type) };
  }
}

function typeOf(element: XmlElement): DataTypeName {
  const type = element.namespace === COD ? typesByElement.get(element.local) : undefined;
  if (type === undefined) throw invalidDocument(element, 'not a data type of COSEM');
  return type;
}

function readBoolean(element: XmlElement): boolean {
  const text = textOf(element);
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw invalidDocument(element, 'true or false expected');
}

function readBits(element: XmlElement): string {
  const text = textOf(element);
  if (!/^[01]*$/.test(text)) throw invalidDocument(element, 'only the digits 0 and 1 expected');
  return text;
}

function readInteger(element: XmlElement, type: IntegerType): bigint {
  const { min = 0n, max = 0n } = dataType(type);
  return integerOf(element, textOf(element), min, max);
}

function readOctets(element: XmlElement, length: number | undefined): Uint8Array {
  const octets = fromHex(textOf(element));
  if (octets === undefined || (length !== undefined && octets.length !== length)) {
    throw invalidDocument(element, `${length ?? 'any number of'} octets in hex expected`);
  }
  return octets;
}

function readCompact(element: XmlElement): CosemData {
  const children = new ChildReader(element);
  const description = readOnlyDescription(children.required(COD, 'contents-description'));
  const contents = readOctets(children.required(COD, 'array-contents'), undefined);
  children.end();
  return { type: 'compact-array', description, contents };
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
