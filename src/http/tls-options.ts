import { constants, type KeyObject } from 'node:crypto';
import type { TlsOptions } from 'node:tls';

import { SealmeterError } from '#core/errors.ts';
import { toSeconds } from '#core/time.ts';
import type { Certificate, CertificateList } from '#pki/certificate.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { curveOf, exportKey } from '#pki/signing-key.ts';
import { type SessionRules, sessionRules } from './session-rules.ts';

/**
 * TLS 1.2: the four suites of the documented system, those with GCM first, as the server's order counts.
 * TLS 1.3: what remains of its suites when AES is demanded.
 */
const SUITES = {
  TLS_AES_256_GCM_SHA384: 'TLS 1.3',
  TLS_AES_128_GCM_SHA256: 'TLS 1.3',
  'ECDHE-ECDSA-AES256-GCM-SHA384': 'TLS 1.2',
  'ECDHE-ECDSA-AES128-GCM-SHA256': 'TLS 1.2',
  'ECDHE-ECDSA-AES256-SHA384': 'TLS 1.2',
  'ECDHE-ECDSA-AES128-SHA256': 'TLS 1.2',
} as const;

export type CipherSuite = keyof typeof SUITES;
export const CIPHER_SUITES = Object.keys(SUITES) as readonly CipherSuite[];

/** As Node.js calls them. */
const VERSIONS = { 'TLS 1.2': 'TLSv1.2', 'TLS 1.3': 'TLSv1.3' } as const;

export type TlsVersion = keyof typeof VERSIONS;
export const TLS_VERSIONS = Object.keys(VERSIONS) as readonly TlsVersion[];

/** As OpenSSL calls them. */
const GROUPS = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const;

export type TlsGroup = keyof typeof GROUPS;
export const TLS_GROUPS = Object.keys(GROUPS) as readonly TlsGroup[];

/** With which a client may prove its key, and its CA may have signed. Without the list RSA and DSA would do too. */
const SIGNATURE_ALGORITHMS = ['ECDSA+SHA256', 'ECDSA+SHA384', 'ECDSA+SHA512'] as const;

/** Read and understood beforehand: out of a PEM that it cannot read, Node.js would silently take nothing. */
export interface TlsCredentials {
  /** The server's certificate, then its sub-CA. */
  readonly certificates: CertificateList;
  readonly privateKey: KeyObject;
  /** What the clients' certificates chain up to. */
  readonly clientRoots: readonly Certificate[];
  /** Sub-CAs of clients that are known beforehand. They need no trust, and get none. */
  readonly clientIssuers?: readonly Certificate[];
}

/** A choice out of what may be spoken here at all. */
export interface TlsRules {
  readonly minimumVersion: TlsVersion;
  readonly suites: readonly CipherSuite[];
  readonly groups: readonly TlsGroup[];
}

export const DEFAULT_TLS_RULES: TlsRules = {
  minimumVersion: 'TLS 1.2',
  suites: CIPHER_SUITES,
  groups: TLS_GROUPS,
};

/**
 * How the meter speaks TLS.
 *
 * `rejectUnauthorized: false` does not let anybody in: with `true` Node.js would end the handshake with no more in the log
 * than "socket hang up". `admission.ts` decides instead, before the first byte of HTTP is read, and says why.
 *
 * @throws SealmeterError (configuration) `TLS_RULES_IMPOSSIBLE` where nobody could ever connect
 */
export function tlsOptions(
  credentials: TlsCredentials,
  rules: TlsRules = DEFAULT_TLS_RULES,
  { resumeFor }: Pick<SessionRules, 'resumeFor'> = sessionRules(),
): TlsOptions {
  const { certificates, privateKey, clientRoots } = credentials;
  const versions = versionsOf(rules);
  if (versions.minVersion === VERSIONS['TLS 1.2']) requireOwnCurve(rules, certificates[0]);
  return {
    cert: certificatesToPem(certificates),
    key: exportKey(privateKey),
    ca: certificatesToPem(clientRoots),
    ...versions,
    ciphers: rules.suites.join(':'),
    honorCipherOrder: true,
    ecdhCurve: rules.groups.map((group) => GROUPS[group]).join(':'),
    sigalgs: SIGNATURE_ALGORITHMS.join(':'),
    requestCert: true,
    rejectUnauthorized: false,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    sessionTimeout: toSeconds(resumeFor),
    sessionIdContext: 'sealmeter',
  };
}

/** A version of which no suite is chosen is not spoken: OpenSSL would fill in its own choice for TLS 1.3. */
function versionsOf({ minimumVersion, suites }: TlsRules): Pick<TlsOptions, 'minVersion' | 'maxVersion'> {
  const spoken = TLS_VERSIONS.filter(
    (version) => version >= minimumVersion && suites.some((suite) => SUITES[suite] === version),
  );
  const [lowest] = spoken;
  const highest = spoken.at(-1);
  if (lowest === undefined || highest === undefined) {
    throw impossible(`no cipher suite of ${minimumVersion} or above is chosen`, 'choose one in tls.suites');
  }
  return { minVersion: VERSIONS[lowest], maxVersion: VERSIONS[highest] };
}

/** At TLS 1.2 the groups also say which curves a certificate's key may be on, so that of our own has to be among them. */
function requireOwnCurve({ groups }: TlsRules, { publicKey, subject }: Certificate): void {
  const curve = curveOf(publicKey);
  if (groups.some((group) => group === curve)) return;
  throw impossible(`${subject.text} has a key on ${curve}, which is not among the groups`, 'add it to tls.groups');
}

const impossible = (problem: string, mend: string): SealmeterError =>
  new SealmeterError('configuration', 'TLS_RULES_IMPOSSIBLE', `TLS cannot be spoken so: ${problem}`, { mend });
