import { fromUtf8, toHex } from '#core/bytes.ts';
import { Instant } from '#core/time.ts';
import { type DerElement, derChildren, derElementAt, unreadableCertificate } from '#crypto/der-element.ts';
import { spkiOfCertificate } from '#crypto/spki.ts';

// No `node:` import and no package here: a browser reads the certificates that it pins, and has little to carry.

/** What a person has to know of a certificate, and its key. */
export interface CertificateFields {
  /** `CN=1sie0012345678.sm,O=sealmeter development`, most specific first. @see RFC 4514 */
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
}

const CONTEXT_0 = 0xa0;

/**
 * Reads the fields out of a DER certificate that is believed because its fingerprint was compared. Of others, who
 * issued it would have to be verified, which `#pki/` does.
 *
 *     TBSCertificate ::= SEQUENCE { version [0], serialNumber, signature, issuer, validity, subject, … }
 *
 * @see RFC 5280 § 4.1
 * @throws SealmeterError `CERTIFICATE_UNREADABLE`
 */
export function readCertificateFields(der: Uint8Array): CertificateFields {
  const spki = spkiOfCertificate(der);
  const [body] = derChildren(der, derElementAt(der, 0));
  if (body === undefined) throw unreadableCertificate();
  const fields = derChildren(der, body);
  const [, , issuer, validity, subject] = fields[0]?.tag === CONTEXT_0 ? fields.slice(1) : fields;
  if (issuer === undefined || validity === undefined || subject === undefined) throw unreadableCertificate();
  const [notBefore, notAfter] = derChildren(der, validity).map((time) => readTime(der, time));
  if (notBefore === undefined || notAfter === undefined) throw unreadableCertificate();
  return { subject: readName(der, subject), issuer: readName(der, issuer), notBefore, notAfter, spki };
}

const UTC_TIME = 0x17;
const TIME_FORM = /^(\d{2,4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;

/** UTCTime has two digits of the year, from 1950 to 2049. @see RFC 5280 § 4.1.2.5 */
function readTime(der: Uint8Array, element: DerElement): Instant {
  const [, ...groups] = TIME_FORM.exec(textOf(der, element)) ?? [];
  const [year, month, day, hour, minute, second] = groups.map(Number);
  if (year === undefined || month === undefined) throw unreadableCertificate();
  const century = element.tag !== UTC_TIME ? 0 : year < 50 ? 2000 : 1900;
  return Instant(Date.UTC(century + year, month - 1, day, hour, minute, second));
}

/** The names of a name's parts, by the octets of their object identifiers. @see RFC 4514 § 3 */
const ATTRIBUTES = new Map([
  ['550403', 'CN'],
  ['550405', 'SERIALNUMBER'],
  ['550406', 'C'],
  ['550407', 'L'],
  ['550408', 'ST'],
  ['550409', 'STREET'],
  ['55040a', 'O'],
  ['55040b', 'OU'],
  ['0992268993f22c640119', 'DC'],
]);

/** Name ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value } */
function readName(der: Uint8Array, name: DerElement): string {
  return derChildren(der, name)
    .map((rdn) =>
      derChildren(der, rdn)
        .map((attribute) => readAttribute(der, attribute))
        .join('+'),
    )
    .toReversed()
    .join(',');
}

function readAttribute(der: Uint8Array, attribute: DerElement): string {
  const [type, value] = derChildren(der, attribute);
  if (type === undefined || value === undefined) throw unreadableCertificate();
  const oid = toHex(der.subarray(type.content, type.end));
  return `${ATTRIBUTES.get(oid) ?? oid}=${textOf(der, value).replaceAll(/[,+"\\<>;=]|^[ #]| $/g, '\\$&')}`;
}

function textOf(der: Uint8Array, { content, end }: DerElement): string {
  const text = fromUtf8(der.subarray(content, end));
  if (text === undefined) throw unreadableCertificate();
  return text;
}
