import { systemClock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import { parseDuration } from '#core/time.ts';
import type { CertificateIdHash } from '#pki/ocsp-certificate-id.ts';
import {
  REVOCATION_DEFAULTS,
  type RevocationMode,
  type RevocationService,
  revocationService,
} from '#pki/revocation-service.ts';

/** How a site learns whether certificates are revoked, as configurations and options write it. */
export interface RevocationSettings {
  readonly mode?: RevocationMode | 'off';
  readonly whenUnavailable?: 'hard-fail' | 'soft-fail';
  readonly recheckAfter?: string;
  readonly responder?: string;
  readonly lists?: string;
  readonly certificateIds?: CertificateIdHash;
}

/** `undefined` for a site that has switched it off. */
export function revocationBy(settings: RevocationSettings, log: Log): RevocationService | undefined {
  const { mode = REVOCATION_DEFAULTS.mode, responder, lists } = settings;
  if (mode === 'off') return undefined;
  return revocationService({
    mode,
    whenUnavailable: settings.whenUnavailable ?? REVOCATION_DEFAULTS.whenUnavailable,
    recheckAfter: parseDuration(settings.recheckAfter ?? '') ?? REVOCATION_DEFAULTS.recheckAfter,
    certificateIdHash: settings.certificateIds ?? REVOCATION_DEFAULTS.certificateIdHash,
    fetch,
    clock: systemClock,
    log,
    ...(responder === undefined ? {} : { responderUrl: responder }),
    ...(lists === undefined ? {} : { listFolderUrl: lists }),
  });
}
