import type { Instant } from '#core/time.ts';
import type { Authority } from './authority.ts';
import { openAnsweredAuthority, openAuthority } from './authority-files.ts';
import { isRenewalDue } from './certificate-life.ts';
import { makeName } from './distinguished-name.ts';
import type { CertificateOrder } from './issue.ts';
import { issueKeyPair, replaceKeyPair } from './key-pair-files.ts';
import type { AnsweredAuthority } from './ocsp-responder.ts';
import { type AuthorityName, listAuthorities, pairOf, readSettings, responderOf } from './pki-directory.ts';
import type { Profiles } from './profiles.ts';

/** Makes the key and the certificate of an authority's OCSP responder. */
export async function issueResponder(
  folder: string,
  name: AuthorityName,
  authority: Authority,
  profiles: Profiles,
  now: Instant,
): Promise<void> {
  const order = await responderOrder(folder, name, profiles, now);
  await issueKeyPair(authority, order, pairOf(folder, responderOf(name)));
}

/**
 * Every authority of a PKI folder, ready to be answered for. Responder certificates are short-lived, since they cannot
 * be revoked; one that has lived two thirds of its life is renewed first, with its authority's key.
 */
export async function openResponder(
  folder: string,
  profiles: Profiles,
  now: Instant,
): Promise<readonly AnsweredAuthority[]> {
  const names = await listAuthorities(folder);
  return await Promise.all(names.map((name) => openRenewed(folder, name, profiles, now)));
}

async function openRenewed(
  folder: string,
  name: AuthorityName,
  profiles: Profiles,
  now: Instant,
): Promise<AnsweredAuthority> {
  const answered = await openAnsweredAuthority(folder, name);
  if (!isRenewalDue(answered.responder.certificate, now)) return answered;
  const order = await responderOrder(folder, name, profiles, now);
  await replaceKeyPair(await openAuthority(folder, name), order, pairOf(folder, responderOf(name)));
  return await openAnsweredAuthority(folder, name);
}

async function responderOrder(
  folder: string,
  name: AuthorityName,
  profiles: Profiles,
  now: Instant,
): Promise<Omit<CertificateOrder, 'publicKey'>> {
  const { organization } = await readSettings(folder);
  const subject = makeName([
    ['CN', `OCSP responder of ${name}`],
    ['O', organization],
  ]);
  return { profile: profiles['ocsp-responder'], subject, now };
}
