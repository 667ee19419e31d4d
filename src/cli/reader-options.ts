import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LogFields, silentLog } from '#core/log.ts';
import type { Signer } from '#crypto/signer.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import type { TlsIdentity } from '#das/meter-client.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import type { PinnedCertificate } from '#das/verdict.ts';
import { readKeyFile } from '#pki/key-files.ts';
import { type RevocationService, revocationModes } from '#pki/revocation-service.ts';
import type { SignatureForm } from '#signature/signature-format.ts';
import { type Options, type Terminal, usageError, type Values } from './command.ts';
import { readFile, readText } from './files.ts';
import { revocationBy } from './revocation.ts';

/** What a reader has to have, as options: one folder of the development set-up, or each file by itself. */
export const READER_OPTIONS = {
  dir: {
    type: 'string',
    value: 'DIR',
    help: 'The folder of `sealmeter demo`; default .sealmeter. Files below default to it.',
  },
  cert: { type: 'string', value: 'FILE', help: 'TLS client certificate, then its sub-CA. Default DIR/das/tls.pem.' },
  key: { type: 'string', value: 'FILE', help: 'Its private key. Default DIR/das/tls.key.' },
  cacert: { type: 'string', value: 'FILE', help: "Root of the meter's TLS certificate. Default DIR/pki/tls-root.pem." },
  'signature-cert': { type: 'string', value: 'FILE', help: 'Signature certificate. Default DIR/das/signature.pem.' },
  'signature-key': { type: 'string', value: 'FILE', help: 'Its private key. Default DIR/das/signature.key.' },
  meter: {
    type: 'string',
    value: 'FILE',
    help: "The meter's signature certificate, installed beforehand. Default DIR/das/meter-signature.pem.",
  },
  form: { type: 'string', value: 'FORM', help: 'How requests are signed: rfc9421 (default) or draft-cavage.' },
} as const satisfies Options;

type ReaderValues = Values<typeof READER_OPTIONS>;

const REVOCATION_MODES = [...revocationModes, 'off'] as const;

/** How a reader learns whether the meter's TLS certificates are revoked. */
export const REVOCATION_OPTIONS = {
  revocation: {
    type: 'string',
    value: 'MODE',
    help: `Whether the meter's TLS certificates are revoked: ${REVOCATION_MODES.join(', ')}. Default ocsp.`,
  },
  'ocsp-url': { type: 'string', value: 'URL', help: 'Whom to ask, instead of the responder that they name.' },
  'crl-url': { type: 'string', value: 'URL', help: 'The folder with the CRLs, instead of the one that they name.' },
  'soft-fail': { type: 'boolean', help: 'Go on, with a warning, where nobody says whether they are revoked.' },
} as const satisfies Options;

type RevocationValues = ReaderValues & Values<typeof REVOCATION_OPTIONS>;

const FORMS: readonly SignatureForm[] = ['rfc9421', 'draft-cavage'];

const folderOf = (values: ReaderValues): string => values.dir ?? '.sealmeter';

export async function tlsIdentity(values: ReaderValues): Promise<TlsIdentity> {
  const folder = folderOf(values);
  return {
    certificate: readText(values.cert ?? join(folder, 'das', 'tls.pem')),
    key: await readKeyFile(values.key ?? join(folder, 'das', 'tls.key')),
    roots: [readText(values.cacert ?? join(folder, 'pki', 'tls-root.pem'))],
  };
}

export async function requestSigner(values: ReaderValues): Promise<Signer> {
  const folder = folderOf(values);
  return softwareSigner({
    certificatePem: readText(values['signature-cert'] ?? join(folder, 'das', 'signature.pem')),
    privateKeyPem: await readKeyFile(values['signature-key'] ?? join(folder, 'das', 'signature.key')),
  });
}

export function pinnedMeter(values: ReaderValues): readonly PinnedCertificate[] {
  return pinCertificates(readFile(values.meter ?? join(folderOf(values), 'das', 'meter-signature.pem')));
}

export function signatureForm(values: ReaderValues): SignatureForm {
  const form = FORMS.find((name) => name === (values.form ?? 'rfc9421'));
  if (form === undefined) throw usageError(`--form "${values.form}" is not known`, `use one of: ${FORMS.join(', ')}`);
  return form;
}

/** @param target what is asked for: a path is at the meter of the development set-up, and so is its responder */
export function meterRevocation(
  values: RevocationValues,
  target: string,
  terminal: Terminal,
): RevocationService | undefined {
  const mode = REVOCATION_MODES.find((name) => name === (values.revocation ?? 'ocsp'));
  if (mode === undefined) {
    throw usageError(`--revocation "${values.revocation}" is not known`, `use one of: ${REVOCATION_MODES.join(', ')}`);
  }
  const responder = values['ocsp-url'] ?? (target.startsWith('/') ? developmentUrls(values).ocsp : undefined);
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

/** Of what is refused the error speaks; what passes all the same has to be told. */
const warnings = (terminal: Terminal) => ({
  ...silentLog,
  warn(event: string, { message }: LogFields = {}): void {
    if (event === 'revocation.passed-without-answer') terminal.say(`sealmeter: ${String(message)}\n`);
  },
});

/** A whole URL, or a path at the meter of the development set-up (`/cosem/ldevs/`). */
export function meterUrl(text: string, values: ReaderValues): URL {
  if (!text.startsWith('/')) return absoluteUrl(text);
  const { meter } = developmentUrls(values);
  if (meter === undefined) {
    const file = urlsFile(values);
    throw usageError(`"${text}" is a path, and there is no ${file} to say where`, 'give a whole URL');
  }
  return absoluteUrl(`${meter}${text}`);
}

const urlsFile = (values: ReaderValues): string => join(folderOf(values), 'urls.json');

/** What the development set-up says of itself; nothing where there is none. */
function developmentUrls(values: ReaderValues): { readonly meter?: string; readonly ocsp?: string } {
  const file = urlsFile(values);
  return existsSync(file) ? (JSON.parse(readText(file)) as { meter?: string; ocsp?: string }) : {};
}

function absoluteUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:') throw usageError(`"${text}" is no https URL`, 'write https://host:port/cosem/…');
  return url;
}
