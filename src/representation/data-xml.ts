import { toHex } from '#core/bytes.ts';
import { escapeText } from '#core/canonical-xml.ts';
import type { CosemData, TypeDescription } from '#cosem/data-types.ts';
import { wireNameOf } from './data-text.ts';

/** The namespace of values. */
export const COD = 'urn:k461-dke-de:cod-1';

/** Declares the default namespace: for the outermost element of a value. */
const DECLARATION = ` xmlns="${COD}"`;

/**
 *   <structure xmlns="urn:k461-dke-de:cod-1"><integer>-2</integer><enum>35</enum></structure>
 */
export const writeData = (data: CosemData): string => writeElement(data, DECLARATION);

/** A value within another one. */
export const writeItem = (data: CosemData): string => writeElement(data, '');

function writeElement(data: CosemData, declaration: string): string {
  const name = wireNameOf(data.type);
  return `<${name}${declaration}>${contentOf(data)}</${name}>`;
}

function contentOf(data: CosemData): string {
  if (data.type === 'compact-array') return writeCompact(data.description, data.contents);
  if (!('value' in data)) return '';
  const { value } = data;
  if (typeof value === 'string') return escapeText(value);
  if (typeof value !== 'object') return value.toString();
  if (value instanceof Uint8Array) return toHex(value);
  return value.map(writeItem).join('');
}

/**
 *   <compact-array>
 *     <contents-description>TYPE</contents-description>
 *     <array-contents>A-XDR without tags, in hex</array-contents>
 *   </compact-array>
 *
 * TYPE is an empty element with the type's name; of a structure the types of its elements are children; of an array
 * there are `number-of-elements` and `type-description`.
 */
function writeCompact(description: TypeDescription, contents: Uint8Array): string {
  const type = `<contents-description>${writeDescription(description)}</contents-description>`;
  return `${type}<array-contents>${toHex(contents)}</array-contents>`;
}

function writeDescription(description: TypeDescription): string {
  const name = wireNameOf(description.type);
  switch (description.type) {
    case 'array': {
      const element = `<type-description>${writeDescription(description.element)}</type-description>`;
      return `<array><number-of-elements>${description.count}</number-of-elements>${element}</array>`;
    }
    case 'structure':
      return `<structure>${description.elements.map(writeDescription).join('')}</structure>`;
    default:
      return `<${name}></${name}>`;
  }
}
