import { createPublicKey } from 'node:crypto';
import { rename } from 'node:fs/promises';

import { SealmeterError } from '#core/errors.ts';
import type { Authority } from './authority.ts';
import type { Certificate, CertificateList } from './certificate.ts';
import type { CertificateOrder } from './issue.ts';
import { readKeyFile, writeKeyFile } from './key-files.ts';
import { readCertificateFile, writeCertificateFile } from './public-files.ts';
import { exportKey, generateKey, parsePrivateKey, type SigningKey, softwareKey } from './signing-key.ts';

/** A certificate file, and the file of its key. */
export interface KeyPairFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface KeyPair {
  readonly certificates: CertificateList;
  readonly key: SigningKey;
}

/**
 * Reads both files and checks that they belong together.
 * @throws SealmeterError (configuration) `PKI_KEY_OF_ANOTHER`, and as the reading of each
 */
export async function readKeyPair(files: KeyPairFiles): Promise<KeyPair> {
  const certificates = await readCertificateFile(files.certificate);
  const key = softwareKey(parsePrivateKey(await readKeyFile(files.key)));
  if (key.publicKey.equals(certificates[0].publicKey)) return { certificates, key };
  throw new SealmeterError(
    'configuration',
    'PKI_KEY_OF_ANOTHER',
    `the key in ${files.key} is not that of the certificate in ${files.certificate}`,
    { mend: 'put the two files that belong together in place' },
  );
}

/** Makes a key, has it certified, and writes both files. `followedBy` goes into the certificate's file after it. */
export async function issueKeyPair(
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

/** The same in place of a pair that is there: each file is replaced at once, never half. */
export async function replaceKeyPair(
  authority: Authority,
  order: Omit<CertificateOrder, 'publicKey'>,
  files: KeyPairFiles,
  followedBy: readonly Certificate[] = [],
): Promise<Certificate> {
  const fresh = { certificate: `${files.certificate}.new`, key: `${files.key}.new` };
  const certificate = await issueKeyPair(authority, order, fresh, followedBy);
  await rename(fresh.key, files.key);
  await rename(fresh.certificate, files.certificate);
  return certificate;
}
