import { open, rename, writeFile } from 'node:fs/promises';

import { readAs, SealmeterError } from '#core/errors.ts';
import { type Certificate, type CertificateList, readCertificates } from './certificate.ts';
import { writePem } from './pem.ts';

/** Ample for a chain, a ledger of thousands of certificates or the list of trust anchors of a whole company. */
const MAX_FILE = 16 * 1024 * 1024;

/**
 * Reads a file that is no secret.
 * @throws SealmeterError (configuration) `PKI_FILE_MISSING`, `PKI_FILE_UNREADABLE`
 */
export async function readPublicFile(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size <= MAX_FILE) return await file.readFile();
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw missing
      ? fileError('MISSING', path, 'does not exist', 'make it with `sealmeter pki`, or correct the path', cause)
      : fileError('UNREADABLE', path, 'cannot be read', 'let the user that runs sealmeter read it', cause);
  }
  throw fileError('UNREADABLE', path, `is longer than ${MAX_FILE} bytes`, 'give the right file');
}

/**
 * Reads a certificate file: PEM, leaf first, or one certificate in DER.
 * @throws SealmeterError as `readPublicFile` and `readCertificates`
 */
export async function readCertificateFile(path: string): Promise<CertificateList> {
  return readAs(path, await readPublicFile(path), readCertificates);
}

/** Writes a new file; never over another. */
export async function writeCertificateFile(path: string, certificates: readonly Certificate[]): Promise<void> {
  await writeFile(path, certificatesToPem(certificates), { flag: 'wx' });
}

/** Writes a file in place of one that may be there; a reader sees the old or the new one, never a half. */
export async function replaceCertificateFile(path: string, certificates: readonly Certificate[]): Promise<void> {
  const fresh = `${path}.new`;
  await writeFile(fresh, certificatesToPem(certificates));
  await rename(fresh, path);
}

export const certificatesToPem = (certificates: readonly Certificate[]): string =>
  certificates.map(({ der }) => writePem('CERTIFICATE', der)).join('');

const fileError = (
  what: 'MISSING' | 'UNREADABLE',
  path: string,
  problem: string,
  mend: string,
  cause?: unknown,
): SealmeterError =>
  new SealmeterError('configuration', `PKI_FILE_${what}`, `file ${path} ${problem}`, { mend, cause });
