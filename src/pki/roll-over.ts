import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';

import { type Instant, Milliseconds, Seconds, timeBetween } from '#core/time.ts';
import type { Authority } from './authority.ts';
import { createAuthority, openAuthority } from './authority-files.ts';
import type { Certificate } from './certificate.ts';
import { issueSelfSigned } from './issue.ts';
import type { KeyPairFiles } from './key-pair-files.ts';
import {
  type CurrentAuthority,
  crossCertificatesPath,
  ledgerPath,
  type PkiName,
  pairOf,
  responderOf,
  retiredName,
} from './pki-directory.ts';
import type { Profile, Profiles } from './profiles.ts';
import { readCertificateFile, replaceCertificateFile } from './public-files.ts';
import { issueResponder } from './responder-files.ts';
import { generateKey, softwareKey } from './signing-key.ts';

/**
 * Gives a sub-CA a new key under its old name. From now on the new one issues; what the old one issued stays valid,
 * and the old one, retired, goes on answering for it.
 */
export async function rollOverSub(folder: string, pki: PkiName, profiles: Profiles, now: Instant): Promise<void> {
  const name = `${pki}-sub` as const;
  const root = await openAuthority(folder, `${pki}-root`);
  const { certificate: old } = await openAuthority(folder, name);
  const profile = profiles['sub-ca'];
  const privateKey = generateKey(profile.keys[0]);
  const certificate = await root.issue({
    profile,
    subject: old.subject,
    publicKey: createPublicKey(privateKey),
    now,
  });
  await retire(folder, name, old);
  const fresh = await createAuthority(folder, name, certificate, privateKey);
  await issueResponder(folder, name, fresh, profiles, now);
}

/**
 * Gives a root a new key under its old name, and has the new root certify the sub-CA's key as it is. Nobody needs a new
 * certificate: who trusts the new root goes over the sub-CA's new certificate, who trusts the old one over its old
 * certificate or the cross-certificate. The root's file holds both roots until `endRootOverlap`.
 * @see RFC 4210 § 4.4: the new key certified with the old, and the old with the new. Such certificates have the same
 * subject and issuer, so a path length does not count them (RFC 5280 § 4.2.1.9)
 */
export async function rollOverRoot(folder: string, pki: PkiName, profiles: Profiles, now: Instant): Promise<void> {
  const name = `${pki}-root` as const;
  const old = await openAuthority(folder, name);
  const profile = profiles.root;
  const privateKey = generateKey(profile.keys[0]);
  const subject = old.certificate.subject;
  const certificate = await issueSelfSigned(softwareKey(privateKey), { profile, subject, now });
  const newWithOld = await crossCertify(old, certificate, profile, now);
  await retire(folder, name, old.certificate);
  const fresh = await createAuthority(folder, name, certificate, privateKey);
  await issueResponder(folder, name, fresh, profiles, now);
  const oldWithNew = await crossCertify(fresh, old.certificate, profile, now);
  await replaceCertificateFile(crossCertificatesPath(folder, pki), [newWithOld, oldWithNew]);
  await replaceCertificateFile(pairOf(folder, name).certificate, [certificate, old.certificate]);
  await recertifySub(folder, pki, fresh, profiles['sub-ca'], now);
}

/** Takes the old root out of the root's file: from now on it is trusted no longer. */
export async function endRootOverlap(folder: string, pki: PkiName): Promise<void> {
  const path = pairOf(folder, `${pki}-root`).certificate;
  const [current] = await readCertificateFile(path);
  await replaceCertificateFile(path, [current]);
  await rm(crossCertificatesPath(folder, pki), { force: true });
}

/**
 * What a holder of a TLS certificate has to send after it: the sub-CA, and during a root's roll-over the new root by
 * the old one, for peers that trust only that.
 */
export async function issuersToSend(folder: string, pki: PkiName): Promise<readonly Certificate[]> {
  const [sub] = await readCertificateFile(pairOf(folder, `${pki}-sub`).certificate);
  const cross = crossCertificatesPath(folder, pki);
  return existsSync(cross) ? [sub, (await readCertificateFile(cross))[0]] : [sub];
}

/** Certifies a root's key by the other root. Unlike a root, a cross-certificate can be revoked, and says where to ask. */
async function crossCertify(
  issuer: Authority,
  root: Certificate,
  profile: Profile,
  now: Instant,
): Promise<Certificate> {
  const rest = Milliseconds(timeBetween(now, root.notAfter) + Seconds(1));
  return await issuer.issue({
    profile: { ...profile, revocationAddresses: true, validity: rest },
    subject: root.subject,
    publicKey: root.publicKey,
    now,
  });
}

/** The sub-CA keeps name, key and ledger; only the signature on its certificate is the new root's. */
async function recertifySub(
  folder: string,
  pki: PkiName,
  root: Authority,
  profile: Profile,
  now: Instant,
): Promise<void> {
  const path = pairOf(folder, `${pki}-sub`).certificate;
  const [{ subject, publicKey }] = await readCertificateFile(path);
  await replaceCertificateFile(path, [await root.issue({ profile, subject, publicKey, now })]);
}

/** Renames the files of an authority, its responder's too, to those of a retired one. */
async function retire(folder: string, name: CurrentAuthority, certificate: Certificate): Promise<void> {
  const retired = retiredName(name, certificate);
  await rename(ledgerPath(folder, name), ledgerPath(folder, retired));
  await renamePair(pairOf(folder, name), pairOf(folder, retired));
  await renamePair(pairOf(folder, responderOf(name)), pairOf(folder, responderOf(retired)));
}

async function renamePair(from: KeyPairFiles, to: KeyPairFiles): Promise<void> {
  await rename(from.key, to.key);
  await rename(from.certificate, to.certificate);
}
