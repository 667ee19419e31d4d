import { SealmeterError } from '#core/errors.ts';
import type { Instant } from '#core/time.ts';
import type { Authority } from './authority.ts';
import { openAuthority } from './authority-files.ts';
import type { Certificate } from './certificate.ts';
import { type KeyPairFiles, readKeyPair, replaceKeyPair } from './key-pair-files.ts';
import { resolvePair } from './key-pair-store.ts';
import type { LedgerEntry } from './ledger.ts';
import { type AuthorityName, listAuthorities, pkiOf } from './pki-directory.ts';
import type { Profiles } from './profiles.ts';
import { issuersToSend } from './roll-over.ts';

export interface FoundIssuer {
  readonly name: AuthorityName;
  readonly authority: Authority;
  readonly entry: LedgerEntry;
}

/**
 * Replaces a certificate that this PKI issued by one with a new key: same subject, same host names, same profile, issued
 * by the sub-CA of today. It works on expired certificates too.
 * @throws SealmeterError (configuration) `PKI_CERTIFICATE_UNKNOWN`
 */
export async function renewKeyPair(
  folder: string,
  files: KeyPairFiles,
  profiles: Profiles,
  now: Instant,
): Promise<Certificate> {
  const { certificates } = await readKeyPair(await resolvePair(files));
  const [leaf, ...issuers] = certificates;
  const { name, entry } = await findIssuer(folder, leaf.serial);
  const pki = pkiOf(name);
  const order = {
    profile: profiles[entry.profile],
    subject: leaf.subject,
    altNames: leaf.extensions.subjectAltName ?? [],
    now,
  };
  const followedBy = issuers.length > 0 ? await issuersToSend(folder, pki) : [];
  return await replaceKeyPair(await openAuthority(folder, `${pki}-sub`), order, files, followedBy);
}

/**
 * Finds the authority that issued a certificate, to revoke it for example.
 * @throws SealmeterError (configuration) `PKI_CERTIFICATE_UNKNOWN`
 */
export async function findIssuer(folder: string, serial: string): Promise<FoundIssuer> {
  for (const name of await listAuthorities(folder)) {
    const authority = await openAuthority(folder, name);
    const entry = authority.ledger.issued.get(serial);
    if (entry !== undefined) return { name, authority, entry };
  }
  throw new SealmeterError('configuration', 'PKI_CERTIFICATE_UNKNOWN', `certificate ${serial} was not issued here`, {
    mend: 'check the serial number, or turn to the CA that issued it',
  });
}
