import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Log } from '#core/log.ts';
import { type Duration, Minutes } from '#core/time.ts';
import { type CertificateSource, certificatesFrom } from './certificate-source.ts';
import type { Enroller } from './enroller.ts';
import { writePem } from './pem.ts';
import { readCertificateFile } from './public-files.ts';

export interface RequestDropOptions {
  /** Where requests are put, and where their certificates are expected. */
  readonly folder: string;
  /** What the files' names begin with: `meter7-tls`. */
  readonly name: string;
  /** Certificates of the CA, in case that they are not in the file with ours. */
  readonly issuers: CertificateSource;
  readonly log: Log;
}

/** Names of certificate files as CAs give them. */
const ENDINGS = ['pem', 'crt', 'cer'] as const;

const LOOK_AGAIN: Duration = Minutes(1);

/**
 * The way to a CA that speaks no protocol: a person carries the request there and the certificate back. Each request has
 * a name of its own, so that the certificate of an earlier one is never taken for that of the next.
 */
export const requestDrop = (options: RequestDropOptions): Enroller => ({
  name: 'file drop',
  async enrol({ der }) {
    const { request, certificates } = dropFiles(options, der);
    const certificate = certificates.find(existsSync);
    if (certificate !== undefined) {
      const [leaf, ...issuers] = await readCertificateFile(certificate);
      return { state: 'issued', issued: { leaf, issuers: [...issuers, ...(await certificatesFrom(options.issuers))] } };
    }
    if (!existsSync(request)) await dropRequest(options, request, der);
    return { state: 'pending', askAgainAfter: LOOK_AGAIN };
  },
});

/** The file of a request, and the files that its certificate is looked for in. */
export function dropFiles(
  { folder, name }: Pick<RequestDropOptions, 'folder' | 'name'>,
  der: Uint8Array,
): { readonly request: string; readonly certificates: readonly string[] } {
  const mark = createHash('sha256').update(der).digest('hex').slice(0, 8);
  const base = join(folder, `${name}-${mark}`);
  return { request: `${base}.csr`, certificates: ENDINGS.map((ending) => `${base}.${ending}`) };
}

/** Whoever watches the folder never sees half a request. */
async function dropRequest({ log }: RequestDropOptions, request: string, der: Uint8Array): Promise<void> {
  await writeFile(`${request}.new`, writePem('CERTIFICATE REQUEST', der));
  await rename(`${request}.new`, request);
  log.info('enrolment.request-dropped', { request, putCertificateAt: request.replace(/csr$/, 'pem') });
}
