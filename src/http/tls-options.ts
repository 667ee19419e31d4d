import { constants, type KeyObject } from 'node:crypto';
import type { TlsOptions } from 'node:tls';

import { type Duration, Hours, toSeconds } from '#core/time.ts';
import type { Certificate, CertificateList } from '#pki/certificate.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { exportKey } from '#pki/signing-key.ts';

/**
 * TLS 1.2: the four suites of the documented system, those with GCM first, as the server's order counts.
 * TLS 1.3: what remains of its suites when AES is demanded. Without a name here its defaults would stay on.
 */
export const CIPHER_SUITES = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-SHA384',
  'ECDHE-ECDSA-AES128-SHA256',
] as const;

/**
 * P-256, P-384, P-521, as OpenSSL calls them. At TLS 1.2 the list also says which curves a certificate's key may be on,
 * so the one of our own certificates must be in it.
 */
const GROUPS = ['prime256v1', 'secp384r1', 'secp521r1'] as const;

/** With which a client may prove its key, and its CA may have signed. Without the list RSA and DSA would do too. */
const SIGNATURE_ALGORITHMS = ['ECDSA+SHA256', 'ECDSA+SHA384', 'ECDSA+SHA512'] as const;

/** How long a session may be resumed, counted from its full handshake. */
const SESSION_TIME: Duration = Hours(1);

/** Read and understood beforehand: out of a PEM that it cannot read, Node.js would silently take nothing. */
export interface TlsCredentials {
  /** The server's certificate, then its sub-CA. */
  readonly certificates: CertificateList;
  readonly privateKey: KeyObject;
  /** What the clients' certificates chain up to. */
  readonly clientRoots: readonly Certificate[];
}

/**
 * How the meter speaks TLS.
 *
 * `rejectUnauthorized: false` does not let anybody in: with `true` Node.js would end the handshake with no more in the log
 * than "socket hang up". `admission.ts` decides instead, before the first byte of HTTP is read, and says why.
 */
export const tlsOptions = ({ certificates, privateKey, clientRoots }: TlsCredentials): TlsOptions => ({
  cert: certificatesToPem(certificates),
  key: exportKey(privateKey),
  ca: certificatesToPem(clientRoots),
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  ciphers: CIPHER_SUITES.join(':'),
  honorCipherOrder: true,
  ecdhCurve: GROUPS.join(':'),
  sigalgs: SIGNATURE_ALGORITHMS.join(':'),
  requestCert: true,
  rejectUnauthorized: false,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  sessionTimeout: toSeconds(SESSION_TIME),
  sessionIdContext: 'sealmeter',
});
