import { join } from 'node:path';
import { type Options, usageError } from '#cli/command.ts';
import { readText } from '#cli/files.ts';
import { type Duration, parseDuration } from '#core/time.ts';
import { type CurrentAuthority, PRIVATE_FOLDER } from '#pki/pki-directory.ts';
import { builtInProfiles, type Profiles, readProfiles } from '#pki/profiles.ts';

/** What most of what a certification authority does needs to know. */
export const CA_OPTIONS = {
  dir: { type: 'string', value: 'DIR', help: 'The folder of the PKI. Default .sealmeter/pki.' },
  profiles: { type: 'string', value: 'FILE', help: 'Profiles of your own instead of certs/profiles.json.' },
} as const satisfies Options;

export const caFolder = (values: { readonly dir?: string | undefined }): string => values.dir ?? '.sealmeter/pki';

export const caProfiles = (values: { readonly profiles?: string | undefined }): Profiles =>
  values.profiles === undefined ? builtInProfiles() : readProfiles(readText(values.profiles));

/** Where the key of a certificate lies. */
export const keyFileOf = (certificate: string): string => `${certificate.replace(/\.pem$/, '')}.key`;

/** Where the one-time passwords of EST are kept. */
export const passwordFolder = (folder: string): string => join(folder, PRIVATE_FOLDER, 'est');

/** The authorities of a PKI folder that issue. */
export const AUTHORITIES = [
  'tls-sub',
  'signature-sub',
  'tls-root',
  'signature-root',
] as const satisfies readonly CurrentAuthority[];

/** The value of an option that can only be one of some words. */
export function oneOf<Word extends string>(option: string, text: string | undefined, words: readonly Word[]): Word {
  const word = words.find((known) => known === text);
  if (word === undefined) {
    const problem = text === undefined ? `--${option} is missing` : `--${option} "${text}" is not known`;
    throw usageError(problem, `use one of: ${words.join(', ')}`);
  }
  return word;
}

export function durationOf(option: string, text: string | undefined, otherwise: Duration): Duration {
  const duration = text === undefined ? otherwise : parseDuration(text);
  if (duration === undefined) throw usageError(`--${option} "${text}" is no length of time`, 'write it as in "7 d"');
  return duration;
}
