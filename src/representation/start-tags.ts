import { copyOfText } from '#core/bytes.ts';
import type { XmlAttribute } from '#core/xml-tree.ts';

// No `node:` import here: a browser reads documents too.

const NAME = '[A-Za-z_][A-Za-z0-9_.-]*';
const ATTRIBUTE = ` (${NAME})="([ !#-%'-;=?-~]*)"`;
/** Anchored at both ends: a start tag from its first to its last character. */
const START_TAG = new RegExp(`^<(${NAME})(?: xmlns="(urn:[A-Za-z0-9:.-]+)")?((?:${ATTRIBUTE})*)>$`);
const ATTRIBUTES = new RegExp(ATTRIBUTE, 'g');

/** A start tag without prefixes, canonical as it stands. */
interface StartTag {
  readonly local: string;
  /** The default namespace that it declares. */
  readonly declared: string | undefined;
  readonly attributes: readonly XmlAttribute[];
  /** The end tag that belongs to it. */
  readonly end: string;
}

/** The registers of all meters have few start tags between them, each of which comes again with every document. */
const MOST_REMEMBERED = 4_096;
/** Too short for more attributes than any reader takes, and for a match that costs much. */
const LONGEST = 400;

const remembered = new Map<string, StartTag>();

/** Reads a start tag, from `<` to `>`. `undefined` for one in another form, and for a long one. */
export function readStartTag(written: string): StartTag | undefined {
  const known = remembered.get(written);
  if (known !== undefined) return known;
  if (written.length > LONGEST) return undefined;
  const copy = copyOfText(written);
  const tag = parseStartTag(copy);
  if (tag === undefined) return undefined;
  if (remembered.size === MOST_REMEMBERED) remembered.clear();
  remembered.set(copy, tag);
  return tag;
}

function parseStartTag(written: string): StartTag | undefined {
  const [, local, declared, rest = ''] = START_TAG.exec(written) ?? [];
  if (local === undefined) return undefined;
  const attributes = [...rest.matchAll(ATTRIBUTES)].map(([, name = '', value = '']) => attributeOf(name, value));
  const isInOrder = attributes.every(({ local: name }, index) => name > (attributes[index - 1]?.local ?? ''));
  const isDeclaredLate = attributes.some(({ local: name }) => name === 'xmlns');
  if (!isInOrder || isDeclaredLate) return undefined;
  return { local, declared, attributes, end: `</${local}>` };
}

const attributeOf = (local: string, value: string): XmlAttribute => ({ prefix: '', local, namespace: '', value });
