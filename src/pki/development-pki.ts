import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { SealmeterError } from '#core/errors.ts';
import type { Instant } from '#core/time.ts';
import { altNameOf } from './alt-names.ts';
import type { Authority } from './authority.ts';
import { createAuthority, openAuthority } from './authority-files.ts';
import { type DistinguishedName, makeName } from './distinguished-name.ts';
import { issueSelfSigned } from './issue.ts';
import { issueKeyPair } from './key-pair-files.ts';
import { type PkiName, type PkiSettings, PRIVATE_FOLDER, writeSettings } from './pki-directory.ts';
import { builtInProfiles, type ProfileName, type Profiles } from './profiles.ts';
import { writeCertificateFile } from './public-files.ts';
import { issueResponder } from './responder-files.ts';
import { generateKey, softwareKey } from './signing-key.ts';

type Holder = 'meter' | 'das';

export interface DevelopmentPkiOptions {
  readonly now: Instant;
  /** The common name in each holder's certificates; the meter's is its logical device. */
  readonly names: Readonly<Record<Holder, string>>;
  /** Host names and IP addresses under which the meter and the DAS are reached. */
  readonly meterHosts: readonly string[];
  readonly settings: PkiSettings;
}

export const DEVELOPMENT_DEFAULTS = {
  names: { meter: '1sie0012345678.sm', das: 'das' },
  meterHosts: ['localhost', '127.0.0.1', '::1'],
  settings: {
    organization: 'sealmeter development',
    ocspUrl: 'http://127.0.0.1:8889/ocsp',
    crlBaseUrl: 'http://127.0.0.1:8889/crl',
  },
} as const satisfies Omit<DevelopmentPkiOptions, 'now'>;

/** A certificate of the meter or the DAS, and the files that it goes to. */
interface Position {
  readonly file: string;
  readonly holder: Holder;
  readonly pki: PkiName;
  readonly profile: ProfileName;
  /** Who shakes hands has to send the sub-CA along. */
  readonly withIssuer: boolean;
  /** Signature certificates are not exchanged in the protocol: the other side has them beforehand. */
  readonly installedAt?: string;
}

const POSITIONS: readonly Position[] = [
  { file: 'meter/tls', holder: 'meter', pki: 'tls', profile: 'tls-server', withIssuer: true },
  {
    file: 'meter/signature',
    holder: 'meter',
    pki: 'signature',
    profile: 'signature',
    withIssuer: false,
    installedAt: 'das/meter-signature',
  },
  { file: 'das/tls', holder: 'das', pki: 'tls', profile: 'tls-client', withIssuer: true },
  { file: 'das/server', holder: 'das', pki: 'tls', profile: 'tls-server', withIssuer: true },
  {
    file: 'das/signature',
    holder: 'das',
    pki: 'signature',
    profile: 'signature',
    withIssuer: false,
    installedAt: 'meter/das-signature',
  },
];

const FOLDERS = ['pki', 'meter', 'das'] as const;

/**
 * Makes both PKIs, and the certificates of a meter and of a data acquisition system, in the layout of the contract
 * (DESIGN § Contract 6).
 * @throws SealmeterError (configuration) `PKI_EXISTS` where there is one already.
 */
export async function initPki(folder: string, options: DevelopmentPkiOptions): Promise<void> {
  refuseToOverwrite(folder);
  const pki = join(folder, 'pki');
  for (const name of FOLDERS) await mkdir(join(folder, name), { recursive: true });
  await mkdir(join(pki, PRIVATE_FOLDER), { recursive: true, mode: 0o700 });
  await writeSettings(pki, options.settings);
  const work = { folder, pki, options, profiles: builtInProfiles() };
  const issuers = { tls: await makeBranch(work, 'tls'), signature: await makeBranch(work, 'signature') };
  for (const position of POSITIONS) await fillPosition(work, position, issuers[position.pki]);
}

/** Issues what this version has beside the certificates that an older one made. Does nothing where all are there. */
export async function completePki(folder: string, options: DevelopmentPkiOptions): Promise<void> {
  const missing = POSITIONS.filter(({ file }) => !existsSync(join(folder, `${file}.pem`)));
  if (missing.length === 0) return;
  const pki = join(folder, 'pki');
  const work = { folder, pki, options, profiles: builtInProfiles() };
  for (const position of missing) await fillPosition(work, position, await openAuthority(pki, `${position.pki}-sub`));
}

interface Work {
  readonly folder: string;
  readonly pki: string;
  readonly options: DevelopmentPkiOptions;
  readonly profiles: Profiles;
}

/** Makes a root, a sub-CA and the OCSP responder of each. Returns the sub-CA, which issues all else. */
async function makeBranch({ pki: folder, options, profiles }: Work, pki: PkiName): Promise<Authority> {
  const { now } = options;
  const rootKey = generateKey(profiles.root.keys[0]);
  const rootCertificate = await issueSelfSigned(softwareKey(rootKey), {
    profile: profiles.root,
    subject: authorityName(options, `${pki} root`),
    now,
  });
  const root = await createAuthority(folder, `${pki}-root`, rootCertificate, rootKey);
  await issueResponder(folder, `${pki}-root`, root, profiles, now);

  const subKey = generateKey(profiles['sub-ca'].keys[0]);
  const subCertificate = await root.issue({
    profile: profiles['sub-ca'],
    subject: authorityName(options, `${pki} sub-CA`),
    publicKey: createPublicKey(subKey),
    now,
  });
  const sub = await createAuthority(folder, `${pki}-sub`, subCertificate, subKey);
  await issueResponder(folder, `${pki}-sub`, sub, profiles, now);
  return sub;
}

async function fillPosition({ folder, options, profiles }: Work, position: Position, sub: Authority): Promise<void> {
  const certificate = await issueKeyPair(
    sub,
    {
      profile: profiles[position.profile],
      subject: makeName([
        ['CN', options.names[position.holder]],
        ['O', options.settings.organization],
      ]),
      now: options.now,
      altNames: position.profile === 'tls-server' ? options.meterHosts.map(altNameOf) : [],
    },
    { certificate: join(folder, `${position.file}.pem`), key: join(folder, `${position.file}.key`) },
    position.withIssuer ? [sub.certificate] : [],
  );
  if (position.installedAt !== undefined) {
    await writeCertificateFile(join(folder, `${position.installedAt}.pem`), [certificate]);
  }
}

const authorityName = ({ settings }: DevelopmentPkiOptions, name: string): DistinguishedName =>
  makeName([
    ['CN', `${settings.organization} ${name}`],
    ['O', settings.organization],
  ]);

function refuseToOverwrite(folder: string): void {
  const taken = ['pki', ...POSITIONS.flatMap(({ file }) => [`${file}.pem`, `${file}.key`])]
    .map((name) => join(folder, name))
    .find(existsSync);
  if (taken === undefined) return;
  throw new SealmeterError('configuration', 'PKI_EXISTS', `${taken} exists already`, {
    mend: 'name another folder, or move this PKI away: a PKI is never written over',
  });
}
