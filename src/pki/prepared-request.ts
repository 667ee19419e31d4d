import { createPublicKey, randomBytes } from 'node:crypto';

import { toHex } from '#core/bytes.ts';
import type { Awaitable } from '#crypto/crypto-port.ts';
import { createTokenKey, type LoginSource, type NewTokenKey, openTokenKey } from '#crypto/token-admin.ts';
import { makeCertificateRequest } from './certificate-request.ts';
import type { DistinguishedName } from './distinguished-name.ts';
import type { AltName } from './extensions.ts';
import { type CurveName, exportKey, generateKey, keyOfSigner, softwareKey } from './signing-key.ts';
import { tokenKeyUri } from './token-key-uri.ts';

/** What a certificate is to say. */
export interface CertificateWish {
  readonly subject: DistinguishedName;
  readonly altNames: readonly AltName[];
}

/** A key that was made where it is to stay, and the request that it signed. */
export interface PreparedRequest {
  /** PKCS#10. */
  readonly der: Uint8Array;
  /** What the key's file is to say: the key itself in PKCS#8 PEM, or on which token it is. */
  readonly key: string;
}

/** Makes a key in place, or takes one that is there, and has it sign its request. */
export type PrepareRequest = (wish: CertificateWish) => Promise<PreparedRequest>;

/** A new key in a file, on the curve that the CA wants, for example. */
export const softwareRequest =
  (chooseCurve: () => Awaitable<CurveName>): PrepareRequest =>
  async ({ subject, altNames }) => {
    const key = generateKey(await chooseCurve());
    return { der: await makeCertificateRequest(softwareKey(key), subject, altNames), key: exportKey(key) };
  };

/** A key that is on a token already. */
export const tokenRequest =
  (source: LoginSource, id: string): PrepareRequest =>
  async ({ subject, altNames }) => {
    await using key = await openTokenKey(source, { id });
    const publicKey = createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' });
    const der = await makeCertificateRequest(keyOfSigner(key, publicKey), subject, altNames);
    return { der, key: `${tokenKeyUri(source.token, id)}\n` };
  };

/** A new key on a token. Earlier ones stay there until somebody deletes them: `label` gets the new key's id added. */
export const newTokenKeyRequest =
  (source: LoginSource, { algorithm, label }: Omit<NewTokenKey, 'id'>): PrepareRequest =>
  async (wish) => {
    const id = toHex(randomBytes(8));
    await createTokenKey(source, { algorithm, id, label: `${label}-${id}` });
    return await tokenRequest(source, id)(wish);
  };
