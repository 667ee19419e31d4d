import { AttributeTypeAndValue, AttributeValue, Name, RelativeDistinguishedName } from '@peculiar/asn1-x509';

import { SealmeterError } from '#core/errors.ts';
import { encodeDer, parseDer } from './der.ts';

/**
 * A distinguished name. Two names are the same where their DER is: we compare no other way, so a certification
 * authority has to write its own name alike everywhere, as RFC 5280 § 4.1.2.4 asks.
 */
export interface DistinguishedName {
  readonly der: Uint8Array;
  /** `CN=1sie0012345678.sm,O=sealmeter development`, most specific first. @see RFC 4514 */
  readonly text: string;
}

const COMMON_NAME = '2.5.4.3';

/** What a name may be made of. Everything is written as UTF8String but what the standards want printable. */
const ATTRIBUTES = [
  { short: 'CN', oid: COMMON_NAME, string: 'utf8String' },
  { short: 'SERIALNUMBER', oid: '2.5.4.5', string: 'printableString' },
  { short: 'C', oid: '2.5.4.6', string: 'printableString' },
  { short: 'L', oid: '2.5.4.7', string: 'utf8String' },
  { short: 'ST', oid: '2.5.4.8', string: 'utf8String' },
  { short: 'STREET', oid: '2.5.4.9', string: 'utf8String' },
  { short: 'O', oid: '2.5.4.10', string: 'utf8String' },
  { short: 'OU', oid: '2.5.4.11', string: 'utf8String' },
  { short: 'DC', oid: '0.9.2342.19200300.100.1.25', string: 'ia5String' },
] as const;

export function readName(name: Name): DistinguishedName {
  return { der: encodeDer(name), text: [...name].toReversed().map(formatRdn).join(',') };
}

export const nameStructure = (name: DistinguishedName): Name => parseDer(name.der, Name, 'distinguished name');

/** The common name, if there is exactly one. */
export function commonNameOf(name: DistinguishedName): string | undefined {
  const attributes = [...nameStructure(name)].flatMap((rdn) => [...rdn]);
  const [commonName, ...others] = attributes.filter(({ type }) => type === COMMON_NAME);
  return others.length === 0 ? commonName?.value.toString() : undefined;
}

/** One part of a name to be: `['CN', '1sie0012345678.sm']`. */
export type NamePart = readonly [attribute: string, value: string];

/** Makes a name of its parts, most specific first, one attribute each. */
export function makeName(parts: readonly NamePart[]): DistinguishedName {
  return readName(new Name(parts.map(rdnOf).toReversed()));
}

/**
 * Reads `CN=meter 7,O=Utility\, Inc.` as RFC 4514 § 2 writes it, most specific part first, one attribute for each.
 * @throws SealmeterError (configuration) `PKI_NAME_UNREADABLE`
 */
export function parseName(text: string): DistinguishedName {
  return makeName(splitUnescaped(text, ',').map((part) => parsePart(part, text)));
}

function parsePart(part: string, whole: string): NamePart {
  const [attribute, ...value] = splitUnescaped(part, '=');
  const unescaped = value.join('=').trim().replaceAll(/\\(.)/g, '$1');
  if (attribute === undefined || unescaped === '') throw unreadable(whole, `"${part.trim()}" is not NAME=value`);
  return [attribute.trim().toUpperCase(), unescaped];
}

const splitUnescaped = (text: string, separator: string): readonly string[] =>
  text.split(new RegExp(`(?<!(?<!\\\\)\\\\)${separator}`));

function rdnOf([attribute, value]: NamePart): RelativeDistinguishedName {
  const row = ATTRIBUTES.find(({ short }) => short === attribute);
  if (row === undefined) throw unreadable(`${attribute}=${value}`, `"${attribute}" is not a part that we write`);
  return new RelativeDistinguishedName([
    new AttributeTypeAndValue({ type: row.oid, value: new AttributeValue({ [row.string]: value }) }),
  ]);
}

const formatRdn = (rdn: RelativeDistinguishedName): string => [...rdn].map(formatAttribute).join('+');

function formatAttribute({ type, value }: AttributeTypeAndValue): string {
  const attribute = ATTRIBUTES.find(({ oid }) => oid === type)?.short ?? type;
  return `${attribute}=${value.toString().replaceAll(/[,+"\\<>;=]|^[ #]| $/g, '\\$&')}`;
}

const unreadable = (text: string, problem: string): SealmeterError =>
  new SealmeterError('configuration', 'PKI_NAME_UNREADABLE', `the name "${text}" cannot be read: ${problem}`, {
    mend: `write it as CN=meter 7,O=Example, with ${ATTRIBUTES.map(({ short }) => short).join(', ')}; a comma inside as \\,`,
  });
