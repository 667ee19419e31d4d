import { id_pkix_ocsp_nocheck } from '@peculiar/asn1-ocsp';
import { OctetString } from '@peculiar/asn1-schema';
import {
  AccessDescription,
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CRLDistributionPoints,
  DistributionPoint,
  DistributionPointName,
  ExtendedKeyUsage,
  Extension,
  GeneralName,
  id_ad_ocsp,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_cRLDistributionPoints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_pe_authorityInfoAccess,
  KeyIdentifier,
  KeyUsage,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509';

import { SealmeterError } from '#core/errors.ts';
import { encodeDer, parseDer, toArrayBuffer } from './der.ts';

/** The bits of KeyUsage by their names. @see RFC 5280 § 4.2.1.3 */
const KEY_USAGES = {
  digitalSignature: 1,
  nonRepudiation: 2,
  keyEncipherment: 4,
  dataEncipherment: 8,
  keyAgreement: 16,
  keyCertSign: 32,
  cRLSign: 64,
  encipherOnly: 128,
  decipherOnly: 256,
} as const;

export type KeyUsageName = keyof typeof KEY_USAGES;
export const keyUsageNames = Object.keys(KEY_USAGES) as readonly KeyUsageName[];

/** @see RFC 5280 § 4.2.1.12; RFC 9336 § 3 for documentSigning */
const EXTENDED_KEY_USAGES = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
  documentSigning: '1.3.6.1.5.5.7.3.36',
} as const;

export type ExtendedKeyUsageName = keyof typeof EXTENDED_KEY_USAGES;
export const extendedKeyUsageNames = Object.keys(EXTENDED_KEY_USAGES) as readonly ExtendedKeyUsageName[];

/** A host name or an IP address, as a TLS client compares it. Other kinds of name are left out. */
export type AltName = { readonly dns: string } | { readonly ip: string };

/** What a certificate says beyond name, key and validity: of each extension, what we have a use for. */
export interface CertificateExtensions {
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  readonly keyUsage?: readonly KeyUsageName[];
  /** Names, and object identifiers of usages that we have no name for. */
  readonly extendedKeyUsage?: readonly string[];
  readonly subjectAltName?: readonly AltName[];
  readonly subjectKeyIdentifier?: Uint8Array;
  readonly authorityKeyIdentifier?: Uint8Array;
  readonly ocspUrls?: readonly string[];
  readonly crlUrls?: readonly string[];
  /** The certificate of an OCSP responder is not itself to be asked about. @see RFC 6960 § 4.2.2.2.1 */
  readonly ocspNoCheck?: boolean;
}

/** One extension: where it stands, and both ways between its ASN.1 and our fields. */
interface ExtensionKind {
  readonly oid: string;
  readonly critical: boolean;
  /** Its structure, or `undefined` where the fields ask for none. */
  encode(fields: CertificateExtensions): unknown;
  decode(der: Uint8Array): CertificateExtensions;
}

// BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER (0..MAX) OPTIONAL }
const basicConstraints: ExtensionKind = {
  oid: id_ce_basicConstraints,
  critical: true,
  encode: ({ basicConstraints }) =>
    basicConstraints &&
    new BasicConstraints({
      cA: basicConstraints.ca,
      ...(basicConstraints.pathLength === undefined ? {} : { pathLenConstraint: basicConstraints.pathLength }),
    }),
  decode(der) {
    const { cA, pathLenConstraint } = parseDer(der, BasicConstraints, 'BasicConstraints extension');
    return {
      basicConstraints: { ca: cA, ...(pathLenConstraint === undefined ? {} : { pathLength: pathLenConstraint }) },
    };
  },
};

// KeyUsage ::= BIT STRING { digitalSignature (0), … decipherOnly (8) }
const keyUsage: ExtensionKind = {
  oid: id_ce_keyUsage,
  critical: true,
  encode: ({ keyUsage }) => keyUsage && new KeyUsage(keyUsage.reduce((bits, name) => bits | KEY_USAGES[name], 0)),
  decode(der) {
    const bits = parseDer(der, KeyUsage, 'KeyUsage extension').toNumber();
    return { keyUsage: keyUsageNames.filter((name) => (bits & KEY_USAGES[name]) !== 0) };
  },
};

// ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF KeyPurposeId
const extendedKeyUsage: ExtensionKind = {
  oid: id_ce_extKeyUsage,
  critical: false,
  encode: ({ extendedKeyUsage }) => extendedKeyUsage && new ExtendedKeyUsage(extendedKeyUsage.map(usageOid)),
  decode: (der) => ({
    extendedKeyUsage: [...parseDer(der, ExtendedKeyUsage, 'ExtendedKeyUsage extension')].map(usageName),
  }),
};

// SubjectAltName ::= GeneralNames
const subjectAltName: ExtensionKind = {
  oid: id_ce_subjectAltName,
  critical: false,
  encode: ({ subjectAltName }) =>
    subjectAltName &&
    new SubjectAlternativeName(
      subjectAltName.map((name) => new GeneralName('dns' in name ? { dNSName: name.dns } : { iPAddress: name.ip })),
    ),
  decode: (der) => ({
    subjectAltName: [...parseDer(der, SubjectAlternativeName, 'SubjectAltName extension')].flatMap(altNameOf),
  }),
};

// SubjectKeyIdentifier ::= OCTET STRING
const subjectKeyIdentifier: ExtensionKind = {
  oid: id_ce_subjectKeyIdentifier,
  critical: false,
  encode: ({ subjectKeyIdentifier }) => subjectKeyIdentifier && new SubjectKeyIdentifier(subjectKeyIdentifier),
  decode: (der) => ({
    subjectKeyIdentifier: new Uint8Array(parseDer(der, SubjectKeyIdentifier, 'SubjectKeyIdentifier extension').buffer),
  }),
};

// AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] OCTET STRING OPTIONAL, authorityCertIssuer [1], … [2] }
const authorityKeyIdentifier: ExtensionKind = {
  oid: id_ce_authorityKeyIdentifier,
  critical: false,
  encode: ({ authorityKeyIdentifier }) =>
    authorityKeyIdentifier && new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(authorityKeyIdentifier) }),
  decode(der) {
    const { keyIdentifier } = parseDer(der, AuthorityKeyIdentifier, 'AuthorityKeyIdentifier extension');
    return keyIdentifier === undefined ? {} : { authorityKeyIdentifier: new Uint8Array(keyIdentifier.buffer) };
  },
};

// AuthorityInfoAccessSyntax ::= SEQUENCE OF SEQUENCE { accessMethod OBJECT IDENTIFIER, accessLocation GeneralName }
const ocspUrls: ExtensionKind = {
  oid: id_pe_authorityInfoAccess,
  critical: false,
  encode: ({ ocspUrls }) => ocspUrls && new AuthorityInfoAccessSyntax(ocspUrls.map(ocspAccess)),
  decode: (der) => ({
    ocspUrls: [...parseDer(der, AuthorityInfoAccessSyntax, 'AuthorityInfoAccess extension')]
      .filter(({ accessMethod }) => accessMethod === id_ad_ocsp)
      .flatMap(({ accessLocation }) => accessLocation.uniformResourceIdentifier ?? []),
  }),
};

// CRLDistributionPoints ::= SEQUENCE OF SEQUENCE { distributionPoint [0] { fullName [0] GeneralNames, … }, … }
const crlUrls: ExtensionKind = {
  oid: id_ce_cRLDistributionPoints,
  critical: false,
  encode: ({ crlUrls }) => crlUrls && new CRLDistributionPoints(crlUrls.map(distributionPointOf)),
  decode: (der) => ({
    crlUrls: [...parseDer(der, CRLDistributionPoints, 'CRLDistributionPoints extension')]
      .flatMap(({ distributionPoint }) => distributionPoint?.fullName ?? [])
      .flatMap(({ uniformResourceIdentifier }) => uniformResourceIdentifier ?? []),
  }),
};

// id-pkix-ocsp-nocheck: NULL
const ocspNoCheck: ExtensionKind = {
  oid: id_pkix_ocsp_nocheck,
  critical: false,
  encode: ({ ocspNoCheck }) => (ocspNoCheck === true ? DER_NULL : undefined),
  decode: () => ({ ocspNoCheck: true }),
};

const DER_NULL = Uint8Array.of(0x05, 0x00);

const EXTENSION_KINDS: readonly ExtensionKind[] = [
  basicConstraints,
  keyUsage,
  extendedKeyUsage,
  subjectAltName,
  subjectKeyIdentifier,
  authorityKeyIdentifier,
  ocspUrls,
  crlUrls,
  ocspNoCheck,
];

export const writeExtensions = (fields: CertificateExtensions): readonly Extension[] =>
  EXTENSION_KINDS.flatMap((kind) => extensionOf(kind, fields));

function extensionOf(kind: ExtensionKind, fields: CertificateExtensions): readonly Extension[] {
  const structure = kind.encode(fields);
  return structure === undefined ? [] : [makeExtension(kind.oid, structure, kind.critical)];
}

/** @param structure a class of the ASN.1 schema packages, or DER */
export function makeExtension(oid: string, structure: unknown, critical = false): Extension {
  const der = structure instanceof Uint8Array ? structure : encodeDer(structure);
  return new Extension({ extnID: oid, critical, extnValue: new OctetString(toArrayBuffer(der)) });
}

/** The DER inside an extension. */
export const extensionValue = ({ extnValue }: Extension): Uint8Array => new Uint8Array(extnValue.buffer);

export interface ReadExtensions {
  readonly fields: CertificateExtensions;
  /** Critical, and not known to us: whoever would rely on the certificate must refuse it. @see RFC 5280 § 4.2 */
  readonly unknownCritical: readonly string[];
}

/** @throws SealmeterError (evidence) `PKI_DER_UNREADABLE`, `PKI_EXTENSION_REPEATED` */
export function readExtensions(extensions: Iterable<Extension> | undefined): ReadExtensions {
  refuseRepeated([...(extensions ?? [])].map(({ extnID }) => extnID));
  const unknownCritical: string[] = [];
  let fields: CertificateExtensions = {};
  for (const extension of extensions ?? []) {
    const { extnID, critical } = extension;
    const kind = EXTENSION_KINDS.find(({ oid }) => oid === extnID);
    if (kind !== undefined) fields = { ...fields, ...kind.decode(extensionValue(extension)) };
    else if (critical) unknownCritical.push(extnID);
  }
  return { fields, unknownCritical };
}

/** @see RFC 5280 § 4.2: MUST NOT include more than one instance of a particular extension */
function refuseRepeated(oids: readonly string[]): void {
  const repeated = oids.find((oid, position) => oids.indexOf(oid) !== position);
  if (repeated === undefined) return;
  throw new SealmeterError('evidence', 'PKI_EXTENSION_REPEATED', `extension ${repeated} is there twice`);
}

const usageOid = (usage: string): string => EXTENDED_KEY_USAGES[usage as ExtendedKeyUsageName] ?? usage;
const usageName = (oid: string): string =>
  extendedKeyUsageNames.find((name) => EXTENDED_KEY_USAGES[name] === oid) ?? oid;

function altNameOf({ dNSName, iPAddress }: GeneralName): readonly AltName[] {
  if (dNSName !== undefined) return [{ dns: dNSName }];
  return iPAddress === undefined ? [] : [{ ip: iPAddress }];
}

const uri = (url: string): GeneralName => new GeneralName({ uniformResourceIdentifier: url });

const ocspAccess = (url: string): AccessDescription =>
  new AccessDescription({ accessMethod: id_ad_ocsp, accessLocation: uri(url) });

const distributionPointOf = (url: string): DistributionPoint =>
  new DistributionPoint({ distributionPoint: new DistributionPointName({ fullName: [uri(url)] }) });
