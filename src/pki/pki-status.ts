import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { fromUtf8 } from '#core/bytes.ts';
import { readAs, SealmeterError } from '#core/errors.ts';
import { formatInstant, type Instant } from '#core/time.ts';
import { unreadable } from '#core/unreadable.ts';
import { type Certificate, readCertificates } from './certificate.ts';
import { daysLeft, type LifeStage, lifeStage } from './certificate-life.ts';
import { readPublicFile } from './public-files.ts';

/** One certificate file, and how long its first certificate lives. */
export interface CertificateStatusRow {
  readonly file: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notAfter: string;
  readonly daysLeft: number;
  readonly stage: LifeStage;
}

/**
 * The certificate files below a folder, the one that expires first in front.
 * @throws SealmeterError (configuration) `FILE_UNREADABLE`
 */
export async function statusOfFolder(folder: string, now: Instant): Promise<readonly CertificateStatusRow[]> {
  const names = await namesIn(folder);
  const rows = await Promise.all(
    names.filter((name) => name.endsWith('.pem')).map((name) => statusOf(folder, name, now)),
  );
  return rows.flat().toSorted((a, b) => a.daysLeft - b.daysLeft || a.file.localeCompare(b.file));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder, { recursive: true, encoding: 'utf8' });
  } catch (cause) {
    const { problem, mend } = unreadable(cause);
    throw new SealmeterError('configuration', 'FILE_UNREADABLE', `the folder ${folder} ${problem}`, { mend, cause });
  }
}

/** A PEM file may hold something else, a CRL or a request: it has no row. */
async function statusOf(folder: string, file: string, now: Instant): Promise<readonly CertificateStatusRow[]> {
  const content = await readPublicFile(join(folder, file));
  if (!(fromUtf8(content) ?? '').includes('-----BEGIN CERTIFICATE-----')) return [];
  const [certificate] = readAs(join(folder, file), content, readCertificates);
  return [rowOf(file, certificate, now)];
}

function rowOf(file: string, certificate: Certificate, now: Instant): CertificateStatusRow {
  return {
    file,
    subject: certificate.subject.text,
    issuer: certificate.issuer.text,
    serial: certificate.serial,
    notAfter: formatInstant(certificate.notAfter),
    daysLeft: daysLeft(certificate, now),
    stage: lifeStage(certificate, now),
  };
}
