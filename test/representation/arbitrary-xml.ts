import fc from 'fast-check';
import type { XmlAttribute, XmlElement } from '#representation/canonical-xml.ts';

/*
 * Random documents: nested elements in changing namespaces, with prefixes that mean one thing here and another below,
 * attributes in namespaces, texts of all characters that XML has.
 */

const NAMESPACES = ['urn:a', 'urn:b', 'http://example.org/c?d=1;e', 'urn:k461-dke-de:cor-1'];
const LOCAL_NAMES = ['a', 'b', 'long64-unsigned', 'date_time', 'x.1', 'A', '_'];
/** Those that have to be escaped, or not, and those at the edges of what UTF-8 encodes in one way or the other. */
const CHARACTERS = [
  ...'&<>"\'\t\n\r ]>;#x'.split(''),
  '\u0085',
  '\u2028',
  'ä',
  '\ud7ff',
  '\ue000',
  '\ufffd',
  '\u{10000}',
  '\u{10ffff}',
];

const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...CHARACTERS), fc.constantFrom(...'abc012'.split(''))),
  minLength: 1,
  maxLength: 12,
});

/** What each prefix means in one start tag. */
const bindings = fc.record({
  '': fc.constantFrom('', ...NAMESPACES),
  p: fc.constantFrom(...NAMESPACES),
  q: fc.constantFrom(...NAMESPACES),
});

const qualify = (prefix: string, localName: string): string => (prefix === '' ? localName : `${prefix}:${localName}`);

const attributeNames = fc.array(fc.tuple(fc.constantFrom('', 'p', 'q'), fc.constantFrom(...LOCAL_NAMES), text), {
  maxLength: 4,
});

function attributesFrom(
  names: readonly (readonly [string, string, string])[],
  bound: Readonly<Record<string, string>>,
): readonly XmlAttribute[] {
  const attributes = names.map(([prefix, localName, value]) => ({
    name: qualify(prefix, localName),
    namespace: prefix === '' ? '' : (bound[prefix] ?? ''),
    value,
  }));
  // No two with the same namespace and local name.
  const unique = new Map(
    attributes.map((attribute) => [`${attribute.namespace} ${attribute.name.replace(/^.:/, '')}`, attribute]),
  );
  return [...unique.values()];
}

/** Neighbouring texts are one text. */
function joined(children: readonly (XmlElement | string)[]): readonly (XmlElement | string)[] {
  return children.reduce<(XmlElement | string)[]>((done, child) => {
    const last = done.at(-1);
    return typeof last === 'string' && typeof child === 'string'
      ? [...done.slice(0, -1), last + child]
      : [...done, child];
  }, []);
}

export const { element: arbitraryElement } = fc.letrec<{ element: XmlElement }>((tie) => ({
  element: fc
    .record({
      prefix: fc.constantFrom('', 'p', 'q'),
      localName: fc.constantFrom(...LOCAL_NAMES),
      bound: bindings,
      names: attributeNames,
      children: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.array(text, { maxLength: 1 }),
        fc.array(fc.oneof(text, tie('element')), { maxLength: 4 }),
      ),
    })
    .map(({ prefix, localName, bound, names, children }) => ({
      name: qualify(prefix, localName),
      namespace: bound[prefix],
      attributes: attributesFrom(names, bound),
      children: joined(children),
    })),
}));

/** The same document as somebody else might write it: another order, other quotes, other references, idle declarations. */
export function writeCarelessly(element: XmlElement): string {
  const declared = new Map([[prefixOf(element.name), element.namespace]]);
  for (const { name, namespace } of element.attributes) if (name.includes(':')) declared.set(prefixOf(name), namespace);
  const declarations = [...declared].map(([prefix, uri]) => ({
    name: prefix === '' ? 'xmlns' : `xmlns:${prefix}`,
    value: uri,
  }));
  const pairs = [...element.attributes, ...declarations.toReversed(), { name: 'xmlns:idle', value: 'urn:idle' }];
  const start = `${element.name}\n ${pairs.map(({ name, value }) => `${name} = '${numbered(value, /[&<'\t\n\r]/g)}'`).join('  ')}`;
  if (element.children.length === 0) return `<${start}/>`;
  const content = element.children.map((child) =>
    typeof child === 'string' ? numbered(child, /[&<>\r"x]/g) : writeCarelessly(child),
  );
  return `<${start} >${content.join('')}</${element.name} >`;
}

const prefixOf = (name: string): string => (name.includes(':') ? name.slice(0, name.indexOf(':')) : '');

const numbered = (value: string, escaped: RegExp): string =>
  value.replace(escaped, (character) => `&#${character.charCodeAt(0)};`);
