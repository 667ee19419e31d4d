import { readFileSync } from 'node:fs';

import { SealmeterError } from '#core/errors.ts';
import { Days, type Duration } from '#core/time.ts';
import type { HashName } from '#crypto/algorithms.ts';
import {
  type CertificateExtensions,
  type ExtendedKeyUsageName,
  extendedKeyUsageNames,
  type KeyUsageName,
  keyUsageNames,
} from './extensions.ts';
import { type CurveName, curveNames } from './signing-key.ts';

/** The kinds of certificate that we issue. */
export const profileNames = ['root', 'sub-ca', 'tls-server', 'tls-client', 'signature', 'ocsp-responder'] as const;

export type ProfileName = (typeof profileNames)[number];

/** What a kind of certificate contains: one entry of `certs/profiles.json`. */
export interface Profile {
  readonly name: ProfileName;
  readonly description: string;
  /** Curves that a key may be on; the first is the default. */
  readonly keys: readonly [CurveName, ...CurveName[]];
  /** With which the issuer signs a certificate of this profile. */
  readonly signatureHash: HashName;
  readonly validity: Duration;
  readonly basicConstraints: NonNullable<CertificateExtensions['basicConstraints']>;
  readonly keyUsage: readonly KeyUsageName[];
  readonly extendedKeyUsage: readonly ExtendedKeyUsageName[];
  readonly subjectAltName: AltNameRule;
  /** Whether it says where its issuer's OCSP responder and CRL are. */
  readonly revocationAddresses: boolean;
  readonly ocspNoCheck: boolean;
}

export type Profiles = Readonly<Record<ProfileName, Profile>>;

const ALT_NAME_RULES = ['none', 'optional', 'required'] as const;
type AltNameRule = (typeof ALT_NAME_RULES)[number];

const HASH_NAMES = ['sha-256', 'sha-384', 'sha-512'] as const satisfies readonly HashName[];

/** The profiles that come with the program. */
export const builtInProfiles = (): Profiles =>
  readProfiles(readFileSync(new URL('../../certs/profiles.json', import.meta.url), 'utf8'));

/**
 * Reads a profile file: JSON, an object with the name of each profile.
 * @throws SealmeterError (configuration) `PKI_PROFILE_INVALID` with profile, member and what was expected.
 */
export function readProfiles(json: string): Profiles {
  const file = objectOf(parseJson(json), 'the file');
  const entries = profileNames.map((name) => [name, readProfile(name, file[name])] as const);
  return Object.fromEntries(entries) as Record<ProfileName, Profile>;
}

function readProfile(name: ProfileName, value: unknown): Profile {
  const profile = objectOf(value, `"${name}"`);
  const at = (member: string): string => `"${name}".${member}`;
  const listOf = <T extends string>(member: string, allowed: readonly T[]): readonly T[] =>
    arrayOf(profile[member] ?? [], at(member)).map((item) => oneOf(item, allowed, at(member)));
  const [defaultKey, ...otherKeys] = listOf('keys', curveNames);
  if (defaultKey === undefined) throw invalid(at('keys'), 'a list with at least one curve');
  return {
    name,
    description: textOf(profile['description'], at('description')),
    keys: [defaultKey, ...otherKeys],
    signatureHash: oneOf(profile['signatureHash'], HASH_NAMES, at('signatureHash')),
    validity: Days(positiveOf(profile['validityDays'], at('validityDays'))),
    basicConstraints: readBasicConstraints(profile['basicConstraints'], at('basicConstraints')),
    keyUsage: listOf('keyUsage', keyUsageNames),
    extendedKeyUsage: listOf('extendedKeyUsage', extendedKeyUsageNames),
    subjectAltName: oneOf(profile['subjectAltName'] ?? 'none', ALT_NAME_RULES, at('subjectAltName')),
    revocationAddresses: profile['revocationAddresses'] === true,
    ocspNoCheck: profile['ocspNoCheck'] === true,
  };
}

function readBasicConstraints(value: unknown, at: string): Profile['basicConstraints'] {
  const { ca, pathLength } = objectOf(value, at);
  if (typeof ca !== 'boolean') throw invalid(`${at}.ca`, 'true or false');
  if (pathLength === undefined) return { ca };
  if (!Number.isSafeInteger(pathLength) || !ca) throw invalid(`${at}.pathLength`, 'a whole number, for a CA only');
  return { ca, pathLength: Number(pathLength) };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw invalid('the file', 'JSON', cause);
  }
}

function objectOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(at, 'an object');
  return value as Record<string, unknown>;
}

function arrayOf(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(at, 'a list');
  return value;
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], at: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw invalid(at, `one of ${allowed.join(', ')}`);
  return found;
}

function textOf(value: unknown, at: string): string {
  if (typeof value !== 'string') throw invalid(at, 'a text');
  return value;
}

function positiveOf(value: unknown, at: string): number {
  if (typeof value !== 'number' || !(value > 0)) throw invalid(at, 'a number above 0');
  return value;
}

const invalid = (at: string, expected: string, cause?: unknown): SealmeterError =>
  new SealmeterError('configuration', 'PKI_PROFILE_INVALID', `certificate profiles: ${at} is not ${expected}`, {
    mend: `make ${at} ${expected}; certs/README.md describes the members`,
    cause,
  });
