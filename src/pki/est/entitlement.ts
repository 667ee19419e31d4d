import { equalBytes, fromBase64, fromUtf8 } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import { altNameOf, altNameText, otherThan } from '#pki/alt-names.ts';
import { openAuthority } from '#pki/authority-files.ts';
import type { Certificate } from '#pki/certificate.ts';
import type { CertificateRequest } from '#pki/certificate-request.ts';
import { type ChainVerdict, validateChain } from '#pki/chain.ts';
import { commonNameOf } from '#pki/distinguished-name.ts';
import type { EstPasswords } from '#pki/est-passwords.ts';
import type { AltName } from '#pki/extensions.ts';
import type { LedgerEntry } from '#pki/ledger.ts';
import { listAuthorities, type PkiName, pairOf, pkiOf } from '#pki/pki-directory.ts';
import type { ProfileName } from '#pki/profiles.ts';
import { readCertificateFile } from '#pki/public-files.ts';
import { EstRefusal } from './est-refusal.ts';

/** What a label stands for. */
export interface EstLabel {
  readonly name: string;
  readonly pki: PkiName;
  readonly profile: ProfileName;
}

/** Whom the server serves. */
export interface EstPolicy {
  /** The PKI's folder. */
  readonly folder: string;
  readonly passwords: EstPasswords;
  /** Of the makers of devices; a device may then have the certificate that bears its own common name. */
  readonly factoryAnchors: readonly Certificate[];
  /** Hosts, beside its own name, that a new certificate may be for: `localhost`, `192.0.2.7`. */
  readonly hosts: readonly string[];
  readonly clock: Clock;
}

/** Who asks, as far as the connection and the headers say. */
export interface EstClaim {
  readonly authorization: string | undefined;
  /** As TLS showed them, leaf first; nobody has judged them yet. */
  readonly clientCertificates: readonly Certificate[];
}

/** The right to one certificate. */
export interface Entitlement {
  /** For the log. */
  readonly by: string;
  /** Uses the right up. `false` if that has happened already. */
  use(): Promise<boolean>;
}

/**
 * Whether somebody may have a first certificate: by a one-time password, by the certificate that the device was made
 * with, or, for signatures, by the TLS certificate that it got here.
 * @see RFC 7030 § 3.2.3, § 3.3.2
 * @throws EstRefusal `EST_LOGIN_…`, `EST_NOT_PERMITTED`
 */
export async function entitleFirst(
  policy: EstPolicy,
  label: EstLabel,
  claim: EstClaim,
  request: CertificateRequest,
): Promise<Entitlement> {
  const [leaf] = claim.clientCertificates;
  if (claim.authorization !== undefined) return await byPassword(policy, label, claim.authorization, request);
  if (leaf === undefined) throw new EstRefusal('EST_LOGIN_MISSING', 'neither a password nor a certificate was shown');
  if (judge(policy, claim, policy.factoryAnchors).valid) return byFactoryCertificate(policy, leaf, request);
  const own = await ownCertificate(policy, claim);
  if (label.pki !== 'signature') throw new EstRefusal('EST_NOT_PERMITTED', 'this certificate is to be re-enrolled');
  refuseOtherSubject(request, leaf);
  return lasting(`TLS certificate ${own.serial}`);
}

/**
 * Whether somebody may have a next certificate: for the same subject and the same hosts, by the TLS certificate that is
 * to be replaced, or, for signatures, by that of the same holder.
 * @see RFC 7030 § 4.2.2: subject and SubjectAltName MUST be those of the certificate that is renewed
 * @throws EstRefusal `EST_LOGIN_…`, `EST_NOT_PERMITTED`
 */
export async function entitleNext(
  policy: EstPolicy,
  label: EstLabel,
  claim: EstClaim,
  request: CertificateRequest,
): Promise<Entitlement> {
  const [leaf] = claim.clientCertificates;
  if (leaf === undefined) throw new EstRefusal('EST_LOGIN_MISSING', 'no certificate was shown');
  const own = await ownCertificate(policy, claim);
  refuseOtherSubject(request, leaf);
  const replaced = label.pki === 'tls' ? own : await latestOf(policy.folder, label, request);
  if (replaced?.profile !== label.profile || replaced.revocation !== undefined) {
    throw new EstRefusal('EST_NOT_PERMITTED', `${request.subject.text} has no ${label.profile} certificate to renew`);
  }
  if (label.pki === 'tls') refuseOtherHosts(request, leaf.extensions.subjectAltName ?? []);
  return lasting(`certificate ${replaced.serial}`);
}

async function byPassword(
  policy: EstPolicy,
  label: EstLabel,
  authorization: string,
  request: CertificateRequest,
): Promise<Entitlement> {
  const login = readBasic(authorization);
  if (login === undefined) throw new EstRefusal('EST_LOGIN_WRONG', 'Authorization is not that of HTTP Basic');
  const claim = { ...login, label: label.name };
  if (!(await policy.passwords.check(claim))) throw new EstRefusal('EST_LOGIN_WRONG', 'the password is not good');
  refuseOtherName(request, login.user);
  refuseOtherHosts(request, [...policy.hosts, login.user].map(altNameOf));
  return { by: `password of ${login.user}`, use: () => policy.passwords.spend(claim) };
}

function byFactoryCertificate(policy: EstPolicy, leaf: Certificate, request: CertificateRequest): Entitlement {
  const name = commonNameOf(leaf.subject);
  refuseOtherName(request, name);
  refuseOtherHosts(request, [...policy.hosts, ...(name === undefined ? [] : [name])].map(altNameOf));
  return lasting(`factory certificate ${leaf.serial}`);
}

/** The ledger's entry of a TLS certificate that this PKI issued, if it is valid and not revoked. */
async function ownCertificate(policy: EstPolicy, claim: EstClaim): Promise<LedgerEntry> {
  const { folder } = policy;
  const anchors = await readCertificateFile(pairOf(folder, 'tls-root').certificate);
  const verdict = judge(policy, claim, anchors, await authoritiesOf(folder));
  if (!verdict.valid)
    throw new EstRefusal('EST_LOGIN_WRONG', verdict.problems.map(({ message }) => message).join('; '));
  const [{ serial, subject }] = verdict.path;
  const entry = (await entriesOf(folder, 'tls')).find((candidate) => candidate.serial === serial);
  if (entry !== undefined && entry.revocation === undefined) return entry;
  throw new EstRefusal('EST_LOGIN_WRONG', `the certificate of ${subject.text} is revoked`);
}

function judge(
  { clock }: EstPolicy,
  { clientCertificates }: EstClaim,
  anchors: readonly Certificate[],
  known: readonly Certificate[] = [],
): ChainVerdict {
  const [leaf, ...issuers] = clientCertificates;
  if (leaf === undefined) throw new EstRefusal('EST_LOGIN_MISSING', 'no certificate was shown');
  const intermediates = [...known, ...issuers];
  return validateChain({ leaf, intermediates, anchors, at: clock.now(), purpose: 'tls-client' });
}

/** Every TLS authority of the folder: some releases of Node.js show a server nothing but its client's leaf. */
async function authoritiesOf(folder: string): Promise<readonly Certificate[]> {
  const names = (await listAuthorities(folder)).filter((name) => pkiOf(name) === 'tls');
  const files = await Promise.all(names.map((name) => readCertificateFile(pairOf(folder, name).certificate)));
  return files.flat();
}

/** The last certificate that a subject got under a label. */
async function latestOf(
  folder: string,
  { pki, profile }: EstLabel,
  { subject }: CertificateRequest,
): Promise<LedgerEntry | undefined> {
  const entries = await entriesOf(folder, pki);
  return entries
    .filter((entry) => entry.subject === subject.text && entry.profile === profile)
    .toSorted((a, b) => a.notAfter - b.notAfter)
    .at(-1);
}

async function entriesOf(folder: string, pki: PkiName): Promise<readonly LedgerEntry[]> {
  const names = (await listAuthorities(folder)).filter((name) => pkiOf(name) === pki);
  const authorities = await Promise.all(names.map((name) => openAuthority(folder, name)));
  return authorities.flatMap(({ ledger }) => [...ledger.issued.values()]);
}

/** @see RFC 7617 § 2 */
function readBasic(authorization: string): { readonly user: string; readonly password: string } | undefined {
  const [, credentials] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? [];
  const text = fromUtf8(fromBase64(credentials ?? '') ?? new Uint8Array()) ?? '';
  const colon = text.indexOf(':');
  return colon < 1 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function refuseOtherName({ subject }: CertificateRequest, name: string | undefined): void {
  if (name !== undefined && commonNameOf(subject) === name) return;
  throw new EstRefusal('EST_NOT_PERMITTED', `${subject.text} was asked for, and the common name has to be ${name}`);
}

function refuseOtherSubject({ subject }: CertificateRequest, own: Certificate): void {
  if (equalBytes(subject.der, own.subject.der)) return;
  throw new EstRefusal('EST_NOT_PERMITTED', `${subject.text} was asked for by ${own.subject.text}`);
}

function refuseOtherHosts({ altNames }: CertificateRequest, permitted: readonly AltName[]): void {
  const [other] = otherThan(altNames, permitted);
  if (other === undefined) return;
  const list = permitted.map(altNameText).join(', ');
  throw new EstRefusal('EST_NOT_PERMITTED', `${altNameText(other)} was asked for, and only ${list} may`);
}

const lasting = (by: string): Entitlement => ({ by, use: () => Promise.resolve(true) });
