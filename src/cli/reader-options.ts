import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { Signer } from '#crypto/signer.ts';
import type { TlsIdentity } from '#das/meter-client.ts';
import { readKeyFile } from '#pki/key-files.ts';
import { resolvePair } from '#pki/key-pair-store.ts';
import type { SignatureForm } from '#signature/signature-format.ts';
import { type Options, usageError, type Values } from './command.ts';
import { certificatesIn, readText } from './files.ts';
import { signerOfPair } from './signer.ts';

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
    help: "The meter's signature certificates, installed beforehand. Default DIR/das/meter-signature.pem.",
  },
  form: { type: 'string', value: 'FORM', help: 'How requests are signed: rfc9421 (default) or draft-cavage.' },
} as const satisfies Options;

type ReaderValues = Values<typeof READER_OPTIONS>;

const FORMS: readonly SignatureForm[] = ['rfc9421', 'draft-cavage'];

const folderOf = (values: ReaderValues): string => values.dir ?? '.sealmeter';

export async function tlsIdentity(values: ReaderValues): Promise<TlsIdentity> {
  const folder = folderOf(values);
  requireFolder(values, [values.cert, values.cacert]);
  const { certificate, key } = await resolvePair({
    certificate: values.cert ?? join(folder, 'das', 'tls.pem'),
    key: values.key ?? join(folder, 'das', 'tls.key'),
  });
  const roots = values.cacert ?? join(folder, 'pki', 'tls-root.pem');
  certificatesIn(certificate);
  certificatesIn(roots);
  const identity = { certificate: readText(certificate), key: await readKeyFile(key), roots: [readText(roots)] };
  try {
    createSecureContext({ cert: identity.certificate, key: identity.key });
  } catch (cause) {
    const problem = `TLS cannot use ${certificate} with ${key}: ${reasonOf(cause)}`;
    throw new SealmeterError('configuration', 'TLS_CREDENTIALS_UNUSABLE', problem, {
      mend: 'give a certificate and the private key that belongs to it, by --cert and --key',
      cause,
    });
  }
  return identity;
}

/**
 * What is not given lies in the folder of the development set-up: where there is none, to say which of its files is missing
 * would help nobody.
 */
function requireFolder(values: ReaderValues, given: readonly (string | undefined)[]): void {
  const folder = folderOf(values);
  if (given.every((file) => file !== undefined) || existsSync(folder)) return;
  throw usageError(`there is no folder ${folder}`, 'run this beside .sealmeter, name it with --dir, or name each file');
}

export async function requestSigner(values: ReaderValues): Promise<Signer> {
  const folder = folderOf(values);
  return await signerOfPair({
    certificate: values['signature-cert'] ?? join(folder, 'das', 'signature.pem'),
    key: values['signature-key'] ?? join(folder, 'das', 'signature.key'),
  });
}

/** The file with the certificates that seals may be made with. */
export const meterFile = (values: ReaderValues): string =>
  values.meter ?? join(folderOf(values), 'das', 'meter-signature.pem');

export function signatureForm(values: ReaderValues): SignatureForm {
  const form = FORMS.find((name) => name === (values.form ?? 'rfc9421'));
  if (form === undefined) throw usageError(`--form "${values.form}" is not known`, `use one of: ${FORMS.join(', ')}`);
  return form;
}

/** @param target what is asked for: a path is at the meter of the development set-up, and so is its responder */
export const knownResponder = (values: ReaderValues, target: string): string | undefined =>
  target.startsWith('/') ? developmentUrls(values).ocsp : undefined;

/** A whole URL, or a path at the meter of the development set-up (`/cosem/ldevs/`). */
export function meterUrl(text: string, values: ReaderValues): URL {
  if (!text.startsWith('/')) return absoluteUrl(text);
  const { meter } = developmentUrls(values);
  if (meter === undefined) {
    const file = urlsFile(values);
    const mend = 'run this beside the folder of `sealmeter demo`, name it with --dir, or give a whole URL';
    throw usageError(`"${text}" is a path, and there is no ${file} to say where`, mend);
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
