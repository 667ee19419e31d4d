import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { fromUtf8, toHex } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Certificate } from './certificate.ts';
import type { RevocationAddresses } from './issue.ts';
import { readPublicFile } from './public-files.ts';

/** The two PKIs. They share nothing, so that a TLS key can never vouch for a reading. */
export const pkiNames = ['tls', 'signature'] as const;
export type PkiName = (typeof pkiNames)[number];

export type AuthorityName = `${PkiName}-root` | `${PkiName}-sub`;

/** A subject with a certificate and a key in the folder of the PKI: an authority, or the OCSP responder of one. */
type FileOwner = AuthorityName | `${AuthorityName}-ocsp`;

export const PRIVATE_FOLDER = 'private';
const SETTINGS_FILE = 'settings.json';

export const certificatePath = (folder: string, owner: FileOwner): string => join(folder, `${owner}.pem`);
export const keyPath = (folder: string, owner: FileOwner): string => join(folder, PRIVATE_FOLDER, `${owner}.key`);
export const ledgerPath = (folder: string, authority: AuthorityName): string => join(folder, `${authority}.ledger`);

/** What the certificates of a PKI folder have in common. */
export interface PkiSettings {
  readonly organization: string;
  /** One responder answers for all authorities: a request says which it means. */
  readonly ocspUrl: string;
  /** The address of the folder with the CRLs. */
  readonly crlBaseUrl: string;
}

export const writeSettings = (folder: string, settings: PkiSettings): Promise<void> =>
  writeFile(join(folder, SETTINGS_FILE), `${JSON.stringify(settings, undefined, 2)}\n`, { flag: 'wx' });

/** @throws SealmeterError (configuration) `PKI_FILE_MISSING`, `PKI_SETTINGS_INVALID` */
export async function readSettings(folder: string): Promise<PkiSettings> {
  const path = join(folder, SETTINGS_FILE);
  const settings = parseObject(fromUtf8(await readPublicFile(path)));
  const member = (name: keyof PkiSettings): string => {
    const value = settings?.[name];
    if (typeof value !== 'string') throw invalidSettings(path, name);
    return value;
  };
  return { organization: member('organization'), ocspUrl: member('ocspUrl'), crlBaseUrl: member('crlBaseUrl') };
}

export const revocationAddresses = (
  { ocspUrl, crlBaseUrl }: PkiSettings,
  name: AuthorityName,
  authority: Certificate,
): RevocationAddresses => ({ ocspUrls: [ocspUrl], crlUrls: [`${crlBaseUrl}/${crlFileName(name, authority)}`] });

/** Each key of an authority has a CRL of its own, whose name stays when the authority rolls over to another key. */
export const crlFileName = (name: AuthorityName, { extensions }: Certificate): string =>
  `${name}-${toHex(extensions.subjectKeyIdentifier ?? new Uint8Array()).slice(0, 8)}.crl`;

function parseObject(json: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const invalidSettings = (path: string, member: string): SealmeterError =>
  new SealmeterError('configuration', 'PKI_SETTINGS_INVALID', `${path}: "${member}" is not a text`, {
    mend: `write "${member}" as a text, as \`sealmeter pki init\` does`,
  });
