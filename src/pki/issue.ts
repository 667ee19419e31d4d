import { createHash, type KeyObject, randomBytes } from 'node:crypto';

import {
  Certificate as CertificateStructure,
  Extensions,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

import { SealmeterError } from '#core/errors.ts';
import { addTime, Instant, Milliseconds, Minutes, Seconds } from '#core/time.ts';
import type { HashName } from '#crypto/algorithms.ts';
import { authorityKeyOf, type Certificate, readCertificate } from './certificate.ts';
import { encodeDer, parseDer, toArrayBuffer } from './der.ts';
import { type DistinguishedName, nameStructure } from './distinguished-name.ts';
import { type AltName, type CertificateExtensions, writeExtensions } from './extensions.ts';
import type { Profile } from './profiles.ts';
import { signatureAlgorithmIdentifier } from './signed-structure.ts';
import { curveOf, type SigningKey } from './signing-key.ts';
import { wholeSecond } from './x509-time.ts';

/** Where those who rely on a certificate ask whether it is revoked. */
export interface RevocationAddresses {
  readonly ocspUrls: readonly string[];
  readonly crlUrls: readonly string[];
}

/** Who signs. */
export interface Issuer {
  readonly certificate: Certificate;
  readonly key: SigningKey;
  readonly revocation: RevocationAddresses;
}

export interface CertificateOrder {
  readonly profile: Profile;
  readonly subject: DistinguishedName;
  readonly publicKey: KeyObject;
  readonly altNames?: readonly AltName[];
  readonly now: Instant;
}

/** A certificate is valid a little before it was made, for peers whose clocks are behind. */
const BACKDATED = Minutes(-5);

/**
 * Issues a certificate. It lives as long as its profile says, but never longer than its issuer.
 * @throws SealmeterError (configuration) `PKI_ORDER_REFUSED` where the order does not fit the profile.
 */
export async function issueCertificate(issuer: Issuer, order: CertificateOrder): Promise<Certificate> {
  checkOrder(order);
  if (order.now > issuer.certificate.notAfter) throw refused(order, 'its issuer has expired', 'renew the CA first');
  return assemble(order, issuer.key, {
    issuer: issuer.certificate.subject,
    notAfter: Instant(Math.min(lastSecond(order), issuer.certificate.notAfter)),
    extensions: {
      ...profileExtensions(order),
      ...authorityKeyOf(issuer.certificate),
      ...(order.profile.revocationAddresses ? revocationExtensions(issuer.revocation) : {}),
    },
  });
}

/** Makes the certificate of a root: signed with the very key that it certifies. */
export async function issueSelfSigned(
  key: SigningKey,
  order: Omit<CertificateOrder, 'publicKey'>,
): Promise<Certificate> {
  const own = { ...order, publicKey: key.publicKey };
  checkOrder(own);
  return assemble(own, key, { issuer: own.subject, notAfter: lastSecond(own), extensions: profileExtensions(own) });
}

/** @throws SealmeterError (configuration) `PKI_ORDER_REFUSED` where the order does not fit the profile. */
export function checkOrder(order: CertificateOrder): void {
  const { profile, publicKey, altNames = [] } = order;
  const curve = curveOf(publicKey);
  if (curve === undefined || !profile.keys.includes(curve)) {
    throw refused(order, `a key on ${curve ?? 'an unknown curve'} is not allowed`, `use ${profile.keys.join(' or ')}`);
  }
  if (profile.subjectAltName === 'required' && altNames.length === 0) {
    throw refused(order, 'host names are missing', 'give the names and addresses under which it is reached');
  }
  if (profile.subjectAltName === 'none' && altNames.length > 0) {
    throw refused(order, 'it cannot carry host names', 'leave them out');
  }
}

function profileExtensions({ profile, publicKey, altNames = [] }: CertificateOrder): CertificateExtensions {
  return {
    basicConstraints: profile.basicConstraints,
    keyUsage: profile.keyUsage,
    subjectKeyIdentifier: keyIdentifier(subjectPublicKeyInfo(publicKey)),
    ...(profile.extendedKeyUsage.length > 0 ? { extendedKeyUsage: profile.extendedKeyUsage } : {}),
    ...(altNames.length > 0 ? { subjectAltName: altNames } : {}),
    ...(profile.ocspNoCheck ? { ocspNoCheck: true } : {}),
  };
}

const revocationExtensions = ({ ocspUrls, crlUrls }: RevocationAddresses): CertificateExtensions => ({
  ...(ocspUrls.length > 0 ? { ocspUrls } : {}),
  ...(crlUrls.length > 0 ? { crlUrls } : {}),
});

interface Decided {
  readonly issuer: DistinguishedName;
  readonly notAfter: Instant;
  readonly extensions: CertificateExtensions;
}

async function assemble(order: CertificateOrder, key: SigningKey, decided: Decided): Promise<Certificate> {
  const hash: HashName = order.profile.signatureHash;
  const body = new TBSCertificate({
    version: Version.v3,
    serialNumber: toArrayBuffer(newSerialNumber()),
    signature: signatureAlgorithmIdentifier(hash),
    issuer: nameStructure(decided.issuer),
    validity: new Validity({
      notBefore: wholeSecond(addTime(order.now, BACKDATED)),
      notAfter: wholeSecond(decided.notAfter),
    }),
    subject: nameStructure(order.subject),
    subjectPublicKeyInfo: subjectPublicKeyInfo(order.publicKey),
    extensions: new Extensions([...writeExtensions(decided.extensions)]),
  });
  const signature = await key.sign(encodeDer(body), hash);
  return readCertificate(
    encodeDer(
      new CertificateStructure({
        tbsCertificate: body,
        signatureAlgorithm: signatureAlgorithmIdentifier(hash),
        signatureValue: toArrayBuffer(signature),
      }),
    ),
  );
}

/** notAfter is the last second of validity. @see RFC 5280 § 4.1.2.5 */
const lastSecond = ({ profile, now }: CertificateOrder): Instant =>
  addTime(now, Milliseconds(profile.validity - Seconds(1)));

export const subjectPublicKeyInfo = (key: KeyObject): SubjectPublicKeyInfo =>
  parseDer(key.export({ format: 'der', type: 'spki' }), SubjectPublicKeyInfo, 'public key');

/** The SHA-1 of the key's bits, as a name and not as a proof. @see RFC 5280 § 4.2.1.2, method 1 */
const keyIdentifier = ({ subjectPublicKey }: SubjectPublicKeyInfo): Uint8Array =>
  createHash('sha1').update(new Uint8Array(subjectPublicKey)).digest();

/** Positive and of 16 octets, 126 of its bits random. @see RFC 5280 § 4.1.2.2 */
function newSerialNumber(): Uint8Array {
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0);
  return serial;
}

const refused = ({ profile, subject }: CertificateOrder, problem: string, mend: string): SealmeterError =>
  new SealmeterError(
    'configuration',
    'PKI_ORDER_REFUSED',
    `${profile.name} certificate for ${subject.text}: ${problem}`,
    {
      mend,
    },
  );
