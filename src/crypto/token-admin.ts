import { randomBytes } from 'node:crypto';
import { toHex } from '#core/bytes.ts';
import { systemClock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import { type SignatureAlgorithm, type SignatureAlgorithmId, signatureAlgorithm } from './algorithms.ts';
import type { Awaitable } from './crypto-port.ts';
import { logIn, type ReadPin } from './pkcs11/log-in.ts';
import { shareModule } from './pkcs11/shared-module.ts';
import { TokenAccess } from './pkcs11/token-access.ts';
import {
  type KeyDescription,
  type KeySelector,
  keyName,
  type SessionId,
  type TokenDescription,
  type TokenModule,
  type TokenSelector,
} from './pkcs11/token-module.ts';
import { TokenError } from './pkcs11/token-problems.ts';
import { algorithmOfSpki } from './spki.ts';

// What an operator does with a token, by hand and one thing at a time. Each function loads the module and lets it go.

export type { KeyDescription, TokenDescription };

export interface TokenSource {
  /** The path of the PKCS#11 module, a shared library. */
  readonly module: string;
  readonly token: TokenSelector;
}

export interface LoginSource extends TokenSource {
  readonly readPin: ReadPin;
}

export interface NewTokenKey {
  readonly algorithm: SignatureAlgorithmId;
  readonly label: string;
  /** CKA_ID in hex; default: 8 random bytes. */
  readonly id?: string;
}

export interface CreatedKey {
  /** CKA_ID in hex. */
  readonly id: string;
  readonly label: string;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/** A key on a token that may have no certificate yet: what a certificate request needs. */
export interface TokenKey extends AsyncDisposable {
  readonly algorithm: SignatureAlgorithm;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** Hashes `data` with the algorithm's hash and signs it: r‖s. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** Every token that the module sees. @throws SealmeterError `TOKEN_SUPPORT_MISSING`, `TOKEN_MODULE_UNUSABLE` */
export async function listTokens(modulePath: string): Promise<readonly TokenDescription[]> {
  await using shared = shareModule(modulePath, systemClock);
  return await shared.calls.listTokens();
}

/**
 * The keys of a token. Without a PIN those that the token shows to everybody, as a rule the public ones.
 * @throws SealmeterError `TOKEN_ABSENT`, `TOKEN_AMBIGUOUS`; with a PIN what a log-in throws
 */
export async function listKeys(source: TokenSource & Partial<LoginSource>): Promise<readonly KeyDescription[]> {
  return await inSession(source, (module, session) => module.listKeys(session));
}

/**
 * Makes a key that cannot leave the token.
 * @throws SealmeterError `TOKEN_KEY_EXISTS` if the id or the label is taken
 */
export async function createTokenKey(source: LoginSource, key: NewTokenKey): Promise<CreatedKey> {
  const { label, algorithm, id = toHex(randomBytes(8)) } = key;
  return await inSession({ ...source, writable: true }, async (module, session) => {
    await module.createKey(session, { id, label, curve: signatureAlgorithm(algorithm).curve.oidDer });
    return { id, label, publicKey: await publicKeyOf(module, session, { id }) };
  });
}

/** Opens a key that may have no certificate yet, to sign with it: its own certificate request, for one. */
export async function openTokenKey(source: LoginSource, key: KeySelector): Promise<TokenKey> {
  const { token, readPin } = source;
  const publicKey = await inSession({ ...source, readPin: undefined }, (module, session) =>
    publicKeyOf(module, session, key),
  );
  const shared = shareModule(source.module, systemClock);
  const { calls: module, guard } = shared;
  const access = new TokenAccess({ module, guard, session: { token }, key, publicKey, readPin, log: silentLog });
  const close = async (): Promise<void> => {
    await access.close();
    await shared[Symbol.asyncDispose]();
  };
  try {
    await access.establish();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    algorithm: algorithmOfSpki(publicKey),
    publicKey,
    sign: (data) => access.sign(data),
    [Symbol.asyncDispose]: close,
  };
}

interface SessionSource extends TokenSource {
  readonly readPin?: ReadPin | undefined;
  readonly writable?: boolean;
}

async function inSession<T>(
  { module: path, token, readPin, writable = false }: SessionSource,
  act: (module: TokenModule, session: SessionId) => Awaitable<T>,
): Promise<T> {
  await using shared = shareModule(path, systemClock);
  const { calls: module, guard } = shared;
  const opened = await module.open({ token, writable });
  try {
    if (readPin !== undefined) await logIn(module, opened, guard(opened.serial), readPin);
    return await act(module, opened.session);
  } finally {
    await module.close(opened.session);
  }
}

async function publicKeyOf(module: TokenModule, session: SessionId, key: KeySelector): Promise<Uint8Array> {
  const [publicKey, ...others] = await module.publicKeys(session, key);
  const name = keyName(key);
  if (publicKey === undefined) throw new TokenError('TOKEN_KEY_MISSING', `the token shows no public key ${name}`);
  if (others.length > 0) throw new TokenError('TOKEN_KEY_AMBIGUOUS', `the token shows several public keys ${name}`);
  return publicKey;
}
