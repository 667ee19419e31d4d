import type { Awaitable } from '#crypto/crypto-port.ts';
import type { Certificate } from './certificate.ts';

/**
 * Certificates that are fixed, or that others may change while we run, such as the roots during a roll-over: those are
 * read each time.
 */
export type CertificateSource = readonly Certificate[] | (() => Awaitable<readonly Certificate[]>);

export const certificatesFrom = async (source: CertificateSource): Promise<readonly Certificate[]> =>
  typeof source === 'function' ? await source() : source;
