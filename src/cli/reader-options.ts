import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Signer } from '#crypto/signer.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import type { TlsIdentity } from '#das/meter-client.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import type { PinnedCertificate } from '#das/verdict.ts';
import { readKeyFile } from '#pki/key-files.ts';
import type { SignatureForm } from '#signature/signature-format.ts';
import { type Options, usageError, type Values } from './command.ts';
import { readFile, readText } from './files.ts';

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

/** A whole URL, or a path at the meter of the development set-up (`/cosem/ldevs/`). */
export function meterUrl(text: string, values: ReaderValues): URL {
  if (!text.startsWith('/')) return absoluteUrl(text);
  const file = join(folderOf(values), 'urls.json');
  if (!existsSync(file))
    throw usageError(`"${text}" is a path, and there is no ${file} to say where`, 'give a whole URL');
  const { meter } = JSON.parse(readText(file)) as { readonly meter?: unknown };
  return absoluteUrl(`${String(meter)}${text}`);
}

function absoluteUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:') throw usageError(`"${text}" is no https URL`, 'write https://host:port/cosem/…');
  return url;
}
