import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { fromUtf8, toHex } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Certificate } from './certificate.ts';
import type { RevocationAddresses } from './issue.ts';
import type { KeyPairFiles } from './key-pair-files.ts';
import { readPublicFile } from './public-files.ts';

/** The two PKIs. They share nothing, so that a TLS key can never vouch for a reading. */
export type PkiName = 'tls' | 'signature';

/** An authority as it is now. */
export type CurrentAuthority = `${PkiName}-root` | `${PkiName}-sub`;

/** An authority with an earlier key, which issues nothing any more but still answers for what it issued. */
export type RetiredAuthority = `${CurrentAuthority}-${KeyMark}`;

export type AuthorityName = CurrentAuthority | RetiredAuthority;

/** Eight hex digits of the key identifier. */
type KeyMark = string;

/** The OCSP responder of an authority. */
type ResponderName = `${AuthorityName}-ocsp`;

export const PRIVATE_FOLDER = 'private';
const SETTINGS_FILE = 'settings.json';
const LEDGER_NAME = /^((?:tls|signature)-(?:root|sub)(?:-[0-9a-f]{8})?)\.ledger$/;

export const responderOf = (authority: AuthorityName): ResponderName => `${authority}-ocsp`;

export const pairOf = (folder: string, owner: AuthorityName | ResponderName): KeyPairFiles => ({
  certificate: join(folder, `${owner}.pem`),
  key: join(folder, PRIVATE_FOLDER, `${owner}.key`),
});

export const ledgerPath = (folder: string, authority: AuthorityName): string => join(folder, `${authority}.ledger`);

/** Certificates of a root's new key by its old one and the other way round, for the time of a roll-over. */
export const crossCertificatesPath = (folder: string, pki: PkiName): string => join(folder, `${pki}-root-cross.pem`);

/** The CRLs, under the names that the certificates' distribution points end with. */
export const crlFolder = (folder: string): string => join(folder, 'crl');

/**
 * Every authority of a PKI folder, current and retired.
 * @throws SealmeterError (configuration) `PKI_FILE_MISSING` where it is none
 */
export async function listAuthorities(folder: string): Promise<readonly AuthorityName[]> {
  const names = await readdir(folder).catch(() => []);
  const authorities = names.flatMap((name) => (LEDGER_NAME.exec(name)?.[1] as AuthorityName | undefined) ?? []);
  if (authorities.length > 0) return authorities;
  throw new SealmeterError('configuration', 'PKI_FILE_MISSING', `${folder} is no folder of a PKI`, {
    mend: 'make one with `sealmeter pki init DIR`, or name DIR/pki with --dir',
  });
}

export const retiredName = (name: CurrentAuthority, authority: Certificate): RetiredAuthority =>
  `${name}-${keyMark(authority)}`;

export const pkiOf = (name: AuthorityName): PkiName => (name.startsWith('tls') ? 'tls' : 'signature');

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
export function crlFileName(name: AuthorityName, authority: Certificate): string {
  const [pki, tier] = name.split('-');
  return `${pki}-${tier}-${keyMark(authority)}.crl`;
}

const keyMark = ({ extensions }: Certificate): KeyMark =>
  toHex(extensions.subjectKeyIdentifier ?? new Uint8Array()).slice(0, 8);

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
