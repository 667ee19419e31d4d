import { createPublicKey, type KeyObject } from 'node:crypto';
import { appendFile, writeFile } from 'node:fs/promises';

import { fromUtf8 } from '#core/bytes.ts';
import { Authority } from './authority.ts';
import type { Certificate } from './certificate.ts';
import type { CertificateOrder } from './issue.ts';
import { readKeyFile, writeKeyFile } from './key-files.ts';
import { formatEvent, type LedgerEvent, parseLedger } from './ledger.ts';
import {
  type AuthorityName,
  certificatePath,
  keyPath,
  ledgerPath,
  readSettings,
  revocationAddresses,
} from './pki-directory.ts';
import { readCertificateFile, readPublicFile, writeCertificateFile } from './public-files.ts';
import { exportKey, generateKey, parsePrivateKey, softwareKey } from './signing-key.ts';

/** Writes the files of a new authority (certificate, key, and a ledger without an entry) and opens it. */
export async function createAuthority(
  folder: string,
  name: AuthorityName,
  certificate: Certificate,
  privateKey: KeyObject,
): Promise<Authority> {
  await writeKeyFile(keyPath(folder, name), exportKey(privateKey));
  await writeCertificateFile(certificatePath(folder, name), [certificate]);
  await writeFile(ledgerPath(folder, name), '', { flag: 'wx' });
  return await openAuthority(folder, name);
}

/**
 * Opens an authority of a PKI folder.
 * @throws SealmeterError (configuration) `PKI_FILE_MISSING`, `KEY_FILE_…`, `PKI_SETTINGS_INVALID`, `PKI_LEDGER_DAMAGED`
 */
export async function openAuthority(folder: string, name: AuthorityName): Promise<Authority> {
  const [certificate] = await readCertificateFile(certificatePath(folder, name));
  const key = softwareKey(parsePrivateKey(await readKeyFile(keyPath(folder, name))));
  const revocation = revocationAddresses(await readSettings(folder), name, certificate);
  const ledger = ledgerPath(folder, name);
  const events = parseLedger(fromUtf8(await readPublicFile(ledger)) ?? '');
  const record = (event: LedgerEvent): Promise<void> => appendFile(ledger, formatEvent(event), { flush: true });
  return new Authority({ name, certificate, key, revocation }, events, record);
}

/** A certificate file and the file of its key. */
export interface KeyPairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a key, has it certified, and writes both files. `followedBy` goes into the certificate's file after it. */
export async function issueWithNewKey(
  authority: Authority,
  order: Omit<CertificateOrder, 'publicKey'>,
  files: KeyPairFiles,
  followedBy: readonly Certificate[] = [],
): Promise<Certificate> {
  const privateKey = generateKey(order.profile.keys[0]);
  const certificate = await authority.issue({ ...order, publicKey: createPublicKey(privateKey) });
  await writeKeyFile(files.key, exportKey(privateKey));
  await writeCertificateFile(files.certificate, [certificate, ...followedBy]);
  return certificate;
}
