import { join } from 'node:path';

/** The arguments with which curl trusts the development PKI in a folder, and is its DAS. */
export function curlIdentity(folder: string): readonly string[] {
  const trust = ['--cacert', join(folder, 'pki', 'tls-root.pem')];
  return [...trust, '--cert', join(folder, 'das', 'tls.pem'), '--key', join(folder, 'das', 'tls.key')];
}
