import {
  CertificateList,
  CRLNumber,
  CRLReason,
  type Extension,
  id_ce_cRLNumber,
  id_ce_cRLReasons,
  RevokedCertificate,
  TBSCertList,
  Version,
} from '@peculiar/asn1-x509';

import { fromHex, toHex } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Instant } from '#core/time.ts';
import { authorityKeyOf } from './certificate.ts';
import { CRL_LIMITS, encodeDer, parseDer, toArrayBuffer } from './der.ts';
import { type DistinguishedName, nameStructure, readName } from './distinguished-name.ts';
import { extensionValue, makeExtension, readExtensions, writeExtensions } from './extensions.ts';
import type { Issuer } from './issue.ts';
import type { Revocation } from './ledger.ts';
import { codeOfReason, type RevocationReason, reasonOfCode } from './revocation-reasons.ts';
import {
  type SignedStructure,
  sameAlgorithm,
  signatureAlgorithmIdentifier,
  signedStructure,
} from './signed-structure.ts';
import { instantOf, timeOf } from './x509-time.ts';

/** A certificate revocation list as read. Whether to believe it is for `crl-check.ts` to say. */
export interface Crl {
  readonly issuer: DistinguishedName;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant | undefined;
  readonly authorityKeyIdentifier: Uint8Array | undefined;
  readonly number: bigint | undefined;
  /** By serial number. */
  readonly revoked: ReadonlyMap<string, Revocation>;
  /** Critical, and not known to us: the list does not mean what it seems to. @see RFC 5280 § 5.2 */
  readonly unknownCriticalExtensions: readonly string[];
  readonly signed: SignedStructure;
}

export interface CrlContent {
  readonly number: number;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant;
  readonly revoked: Iterable<readonly [serial: string, revocation: Revocation]>;
}

/**
 * Makes and signs a list.
 *
 *     TBSCertList ::= SEQUENCE { version, signature, issuer, thisUpdate, nextUpdate,
 *                                revokedCertificates SEQUENCE OF SEQUENCE { serial, date, extensions } OPTIONAL,
 *                                crlExtensions [0] }
 *
 * @see RFC 5280 § 5.1: version 2, with CRL number and authority key identifier, which a CA MUST include
 */
export async function makeCrl(issuer: Issuer, content: CrlContent): Promise<Uint8Array> {
  const algorithm = signatureAlgorithmIdentifier(issuer.key.hash);
  const revoked = Array.from(content.revoked, ([serial, revocation]) => revokedCertificate(serial, revocation));
  const body = new TBSCertList({
    version: Version.v2,
    signature: algorithm,
    issuer: nameStructure(issuer.certificate.subject),
    thisUpdate: timeOf(content.thisUpdate),
    nextUpdate: timeOf(content.nextUpdate),
    ...(revoked.length > 0 ? { revokedCertificates: revoked } : {}),
    crlExtensions: [
      ...writeExtensions(authorityKeyOf(issuer.certificate)),
      makeExtension(id_ce_cRLNumber, new CRLNumber(content.number)),
    ],
  });
  return encodeDer(
    new CertificateList({
      tbsCertList: body,
      signatureAlgorithm: algorithm,
      signature: toArrayBuffer(await issuer.key.sign(encodeDer(body), issuer.key.hash)),
    }),
  );
}

/** @throws SealmeterError (evidence) `PKI_DER_UNREADABLE`, `PKI_CRL_MALFORMED`, `PKI_EXTENSION_REPEATED` */
export function readCrl(der: Uint8Array): Crl {
  const structure = parseDer(der, CertificateList, 'CRL', CRL_LIMITS);
  const { tbsCertList: body } = structure;
  const { fields, unknownCritical } = readExtensions(
    body.crlExtensions?.filter(({ extnID }) => extnID !== id_ce_cRLNumber),
  );
  const entries = body.revokedCertificates ?? [];
  return {
    issuer: readName(body.issuer),
    thisUpdate: instantOf(body.thisUpdate),
    nextUpdate: body.nextUpdate && instantOf(body.nextUpdate),
    authorityKeyIdentifier: fields.authorityKeyIdentifier,
    number: readNumber(body.crlExtensions),
    revoked: new Map(entries.map((entry) => [toHex(new Uint8Array(entry.userCertificate)), revocationOf(entry)])),
    unknownCriticalExtensions: [...unknownCritical, ...entries.flatMap(criticalOf)],
    signed: signedPart(structure),
  };
}

/** A reason that says nothing is left out, as RFC 5280 § 5.3.1 asks. */
function revokedCertificate(serial: string, { at, reason }: Revocation): RevokedCertificate {
  return new RevokedCertificate({
    userCertificate: toArrayBuffer(fromHex(serial) ?? new Uint8Array()),
    revocationDate: timeOf(at),
    ...(reason === 'unspecified' ? {} : { crlEntryExtensions: [reasonExtension(reason)] }),
  });
}

const reasonExtension = (reason: RevocationReason): Extension =>
  makeExtension(id_ce_cRLReasons, new CRLReason(codeOfReason(reason)));

function revocationOf({ revocationDate, crlEntryExtensions = [] }: RevokedCertificate): Revocation {
  const extension = crlEntryExtensions.find(({ extnID }) => extnID === id_ce_cRLReasons);
  const code = extension && parseDer(extensionValue(extension), CRLReason, 'CRL reason').reason;
  return { at: instantOf(revocationDate), reason: reasonOfCode(code) };
}

/** An indirect CRL names another issuer in an entry, by a critical extension. @see RFC 5280 § 5.3.3 */
const criticalOf = ({ crlEntryExtensions = [] }: RevokedCertificate): readonly string[] =>
  crlEntryExtensions
    .filter(({ critical, extnID }) => critical && extnID !== id_ce_cRLReasons)
    .map(({ extnID }) => extnID);

function readNumber(extensions: readonly Extension[] = []): bigint | undefined {
  const extension = extensions.find(({ extnID }) => extnID === id_ce_cRLNumber);
  return extension && BigInt(parseDer(extensionValue(extension), CRLNumber, 'CRL number').value);
}

function signedPart({ tbsCertList, tbsCertListRaw, signatureAlgorithm, signature }: CertificateList): SignedStructure {
  if (!sameAlgorithm(tbsCertList.signature, signatureAlgorithm)) {
    throw new SealmeterError('evidence', 'PKI_CRL_MALFORMED', 'the CRL is refused: it names two signature algorithms');
  }
  return signedStructure(tbsCertListRaw, signatureAlgorithm, signature);
}
