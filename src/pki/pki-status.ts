import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { fromUtf8 } from '#core/bytes.ts';
import { formatInstant, type Instant } from '#core/time.ts';
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

/** The certificate files below a folder, the one that expires first in front. */
export async function statusOfFolder(folder: string, now: Instant): Promise<readonly CertificateStatusRow[]> {
  const names = await readdir(folder, { recursive: true, encoding: 'utf8' });
  const rows = await Promise.all(
    names.filter((name) => name.endsWith('.pem')).map((name) => statusOf(folder, name, now)),
  );
  return rows.flat().toSorted((a, b) => a.daysLeft - b.daysLeft || a.file.localeCompare(b.file));
}

/** A PEM file may hold something else, a CRL or a request: it has no row. */
async function statusOf(folder: string, file: string, now: Instant): Promise<readonly CertificateStatusRow[]> {
  const content = await readPublicFile(join(folder, file));
  if (!(fromUtf8(content) ?? '').includes('-----BEGIN CERTIFICATE-----')) return [];
  const [certificate] = readCertificates(content);
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
