import { existsSync } from 'node:fs';

import { formatInstant, type Instant } from '#core/time.ts';
import type { CertificateList } from './certificate.ts';
import { hasExpired } from './certificate-life.ts';
import { EnrolmentError } from './enrolment-problems.ts';
import { readKeyFile } from './key-files.ts';
import type { KeyPairFiles } from './key-pair-files.ts';
import { resolvePair } from './key-pair-store.ts';
import { readCertificateFile } from './public-files.ts';

/** What to show a server that asks for a client certificate. */
export interface TlsIdentity {
  /** The client certificate, then what leads to its root. */
  readonly certificates: CertificateList;
  /** PKCS#8 PEM. */
  readonly key: string;
}

/**
 * Reads the pair that the files hold now, if it can still be shown to anybody.
 * @throws EnrolmentError `ENROLMENT_OWN_CERTIFICATE_MISSING`, `ENROLMENT_OWN_CERTIFICATE_EXPIRED`; what reading throws
 */
export async function readTlsIdentity(names: KeyPairFiles, now: Instant): Promise<TlsIdentity> {
  const files = await resolvePair(names);
  if (!existsSync(files.certificate)) {
    throw new EnrolmentError('ENROLMENT_OWN_CERTIFICATE_MISSING', `there is no certificate ${names.certificate} yet`);
  }
  const certificates = await readCertificateFile(files.certificate);
  const [leaf] = certificates;
  if (hasExpired(leaf, now)) {
    const until = formatInstant(leaf.notAfter);
    throw new EnrolmentError('ENROLMENT_OWN_CERTIFICATE_EXPIRED', `${leaf.subject.text} was valid until ${until}`);
  }
  return { certificates, key: await readKeyFile(files.key) };
}
