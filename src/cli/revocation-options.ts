import { type LogFields, silentLog } from '#core/log.ts';
import { signatureTrust } from '#das/signature-trust.ts';
import type { AskRevocation } from '#das/verdict.ts';
import type { Certificate } from '#pki/certificate.ts';
import { type RevocationService, revocationModes } from '#pki/revocation-service.ts';
import { type Options, type Terminal, usageError, type Values } from './command.ts';
import { certificatesIn } from './files.ts';
import { revocationBy } from './revocation.ts';

const REVOCATION_MODES = [...revocationModes, 'off'] as const;

/** How a reader learns whether certificates are revoked. */
export const REVOCATION_OPTIONS = {
  revocation: {
    type: 'string',
    value: 'MODE',
    help: `Whether certificates are revoked: ${REVOCATION_MODES.join(', ')}. Default ocsp.`,
  },
  'ocsp-url': { type: 'string', value: 'URL', help: 'Whom to ask, instead of the responder that they name.' },
  'crl-url': { type: 'string', value: 'URL', help: 'The folder with the CRLs, instead of the one that they name.' },
  'soft-fail': { type: 'boolean', help: 'Go on, with a warning, where nobody says whether they are revoked.' },
  'signature-ca': {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'Root or sub-CA of the certificate that seals; given, they are asked whether it was revoked. May be repeated.',
  },
} as const satisfies Options;

type RevocationValues = Values<typeof REVOCATION_OPTIONS>;

/** @param known the responder to ask where no option names one. Returns `undefined` where it is switched off. */
export function revocationFrom(
  values: RevocationValues,
  terminal: Terminal,
  known?: string,
): RevocationService | undefined {
  const mode = REVOCATION_MODES.find((name) => name === (values.revocation ?? 'ocsp'));
  if (mode === undefined) {
    throw usageError(`--revocation "${values.revocation}" is not known`, `use one of: ${REVOCATION_MODES.join(', ')}`);
  }
  const responder = values['ocsp-url'] ?? known;
  const lists = values['crl-url'];
  return revocationBy(
    {
      mode,
      whenUnavailable: values['soft-fail'] === true ? 'soft-fail' : 'hard-fail',
      ...(responder === undefined ? {} : { responder }),
      ...(lists === undefined ? {} : { lists }),
    },
    warnings(terminal),
  );
}

/** What `judge` expects of the certificate that seals: nothing, unless its CAs are given. */
export function signatureRevocation(
  values: RevocationValues,
  installed: readonly Certificate[],
  service: RevocationService | undefined,
): { readonly revocation?: AskRevocation } {
  const authorities = values['signature-ca'];
  if (authorities === undefined || service === undefined) return {};
  const revocation = signatureTrust({
    installed,
    authorities: authorities.flatMap(certificatesIn),
    checker: service.checker,
  });
  return { revocation };
}

/** Of what is refused the error speaks; what passes all the same has to be told. */
const warnings = (terminal: Terminal) => ({
  ...silentLog,
  warn(event: string, { message }: LogFields = {}): void {
    if (event === 'revocation.passed-without-answer') terminal.say(`sealmeter: ${String(message)}\n`);
  },
});
