import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import { type Duration, Milliseconds } from '#core/time.ts';
import { CRL_EXCHANGE_LIMITS, crlClient } from './crl-client.ts';
import type { Fetch } from './http-exchange.ts';
import type { CertificateIdHash } from './ocsp-certificate-id.ts';
import { OCSP_LIMITS, ocspClient } from './ocsp-client.ts';
import { inTurn } from './revocation.ts';
import { CHECKER_DEFAULTS, RevocationChecker } from './revocation-checker.ts';
import { DEFAULT_FRESHNESS, type RevocationSource } from './revocation-statement.ts';

/** Whom a site asks. */
export const revocationModes = ['ocsp', 'crl', 'ocsp-then-crl'] as const;
export type RevocationMode = (typeof revocationModes)[number];

export interface RevocationServiceOptions {
  readonly mode: RevocationMode;
  /** What to do with a certificate of which nobody tells anything. */
  readonly whenUnavailable: 'hard-fail' | 'soft-fail';
  /** Within this time a certificate that is revoked is cut off. */
  readonly recheckAfter: Duration;
  /** Instead of the responder that the certificates name. */
  readonly responderUrl?: string;
  /** The folder that has the CRLs, instead of the one that the certificates name. */
  readonly listFolderUrl?: string;
  /** SHA-1 for responders that know no other. */
  readonly certificateIdHash: CertificateIdHash;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly log: Log;
}

export const REVOCATION_DEFAULTS = {
  mode: 'ocsp',
  whenUnavailable: CHECKER_DEFAULTS.whenUnavailable,
  recheckAfter: CHECKER_DEFAULTS.recheckAfter,
  certificateIdHash: 'sha-256',
} as const satisfies Partial<RevocationServiceOptions>;

/** All that one side needs to learn whether the other's certificates are revoked, and to prove that its own is not. */
export interface RevocationService {
  readonly checker: RevocationChecker;
  readonly recheckAfter: Duration;
  /** Where proofs come from that can be stapled; `undefined` where nobody is asked by OCSP. */
  readonly responder: RevocationSource | undefined;
}

export function revocationService(options: RevocationServiceOptions): RevocationService {
  const { mode, recheckAfter, whenUnavailable, clock, log } = options;
  const responder = ocspSource(options);
  const lists = listSource(options);
  const source = { ocsp: responder, crl: lists, 'ocsp-then-crl': inTurn(responder, lists) }[mode];
  const recheck = {
    ...CHECKER_DEFAULTS,
    whenUnavailable,
    recheckAfter: mode === 'ocsp' ? recheckAfter : half(options),
  };
  return {
    checker: new RevocationChecker({ ...recheck, source, clock, log }),
    recheckAfter,
    responder: mode === 'crl' ? undefined : responder,
  };
}

function ocspSource({ responderUrl, certificateIdHash, fetch, clock }: RevocationServiceOptions): RevocationSource {
  return ocspClient({
    fetch,
    clock,
    limits: OCSP_LIMITS,
    freshness: DEFAULT_FRESHNESS,
    certificateIdHash,
    ...(responderUrl === undefined ? {} : { responderUrl }),
  });
}

function listSource(options: RevocationServiceOptions): RevocationSource {
  const { listFolderUrl, fetch, clock } = options;
  return crlClient({
    fetch,
    clock,
    limits: CRL_EXCHANGE_LIMITS,
    freshness: DEFAULT_FRESHNESS,
    keep: half(options),
    ...(listFolderUrl === undefined ? {} : { folderUrl: listFolderUrl }),
  });
}

/** A list serves all certificates of its CA: it may be half as old when one of them is looked up, for the other half. */
const half = ({ recheckAfter }: RevocationServiceOptions): Duration => Milliseconds(recheckAfter / 2);
