import { createPublicKey, type KeyObject } from 'node:crypto';

import { addTime, Days, type Duration, Instant, Milliseconds } from '#core/time.ts';
import type { Certificate } from '#pki/certificate.ts';
import { makeName } from '#pki/distinguished-name.ts';
import type { AltName } from '#pki/extensions.ts';
import { type Issuer, issueCertificate, issueSelfSigned } from '#pki/issue.ts';
import { builtInProfiles, type Profile } from '#pki/profiles.ts';
import { generateKey, type SigningKey, softwareKey } from '#pki/signing-key.ts';

export const NOW = Instant(Date.UTC(2026, 10, 20, 9, 15));
export const profiles = builtInProfiles();

export const later = (duration: Duration): Instant => addTime(NOW, duration);
export const earlier = (duration: Duration): Instant => addTime(NOW, Milliseconds(0 - duration));

/** A certificate with its key, able to issue others. */
export interface TestIdentity extends Issuer {
  readonly privateKey: KeyObject;
  readonly certificate: Certificate;
  readonly key: SigningKey;
}

export interface TestOrder {
  readonly name?: string;
  readonly now?: Instant;
  readonly privateKey?: KeyObject;
  readonly altNames?: readonly AltName[];
}

const REVOCATION = { ocspUrls: ['http://127.0.0.1:8889/ocsp'], crlUrls: ['http://127.0.0.1:8889/crl/test.crl'] };

export async function makeRoot(order: TestOrder = {}, profile: Profile = profiles.root): Promise<TestIdentity> {
  const { privateKey = generateKey(profile.keys[0]), now = NOW } = order;
  const key = softwareKey(privateKey);
  const certificate = await issueSelfSigned(key, { profile, subject: nameOf(order, 'root'), now });
  return { privateKey, key, certificate, revocation: REVOCATION };
}

export async function issueTo(issuer: Issuer, profile: Profile, order: TestOrder = {}): Promise<TestIdentity> {
  const { privateKey = generateKey(profile.keys[0]), now = NOW, altNames } = order;
  const certificate = await issueCertificate(issuer, {
    profile,
    subject: nameOf(order, profile.name),
    publicKey: createPublicKey(privateKey),
    altNames: altNames ?? (profile.subjectAltName === 'required' ? [{ dns: 'localhost' }] : []),
    now,
  });
  return { privateKey, key: softwareKey(privateKey), certificate, revocation: REVOCATION };
}

export interface TestPki {
  readonly root: TestIdentity;
  readonly sub: TestIdentity;
}

/** A root that was made ten days ago, and its sub-CA. */
export async function makePki(name: string, today = NOW): Promise<TestPki> {
  const now = addTime(today, Days(-10));
  const root = await makeRoot({ name: `${name} root`, now });
  return { root, sub: await issueTo(root, profiles['sub-ca'], { name: `${name} sub-CA`, now }) };
}

const nameOf = ({ name }: TestOrder, otherwise: string) =>
  makeName([
    ['CN', name ?? otherwise],
    ['O', 'test'],
  ]);
