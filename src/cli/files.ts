import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readAs, SealmeterError } from '#core/errors.ts';
import { unreadable } from '#core/unreadable.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import type { PinnedCertificate } from '#das/verdict.ts';
import { type CertificateList, readCertificates } from '#pki/certificate.ts';

/** @throws SealmeterError `FILE_UNREADABLE` (configuration), naming the file and what stands in the way */
export function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { problem, mend } = unreadable(cause);
    throw new SealmeterError('configuration', 'FILE_UNREADABLE', `${path} ${problem}`, { mend, cause });
  }
}

/** @throws SealmeterError as `readFile` and `readCertificates`, naming the file */
export const certificatesIn = (path: string): CertificateList => readAs(path, readFile(path), readCertificates);

/** The certificates of meters that were named, or that of the development set-up. */
export function meterCertificates(given: readonly string[] | undefined): readonly string[] {
  if (given !== undefined) return given;
  const own = join('.sealmeter', 'das', 'meter-signature.pem');
  if (existsSync(own)) return [own];
  const mend = "name the meter's signature certificate with --meter, or run this beside .sealmeter";
  throw new SealmeterError('configuration', 'USAGE', `--meter is missing, and there is no ${own}`, { mend });
}

/** @throws SealmeterError as `certificatesIn` */
export const pinnedIn = (path: string): readonly PinnedCertificate[] => readAs(path, readFile(path), pinCertificates);

export const readText = (path: string): string => readFile(path).toString('utf8');

/** A reader sees the old content or the new one. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
