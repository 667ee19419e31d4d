import type { Awaitable } from '#crypto/crypto-port.ts';
import type { TokenProblemCode } from './token-problems.ts';

/** Which token. Its slot is no name: slot numbers change. */
export interface TokenSelector {
  readonly label: string;
  /** Needed where several tokens carry the label. */
  readonly serial?: string | undefined;
}

/** Which key, by CKA_ID in hex, CKA_LABEL or both. It must fit one private key only. */
export type KeySelector =
  | { readonly id: string; readonly label?: string | undefined }
  | { readonly id?: undefined; readonly label: string };

/** What a token says about its PIN tries. Some tokens (TPM) say `usable` until they are locked. */
export type PinState = 'usable' | 'few-tries' | 'final-try' | 'locked';

/** Names one session in one process; after either has ended it names nothing. */
export type SessionId = string;

export interface SessionRequest {
  readonly token: TokenSelector;
  /** To write on the token, as creating a key does. */
  readonly writable?: boolean;
  /** For tests and benchmarks only: every signature takes so many milliseconds longer, as on a slow card. */
  readonly artificialDelay?: number;
}

export interface OpenSession {
  readonly session: SessionId;
  readonly serial: string;
  readonly loginRequired: boolean;
  readonly pin: PinState;
}

export interface PrivateKey {
  /** CKA_ALWAYS_AUTHENTICATE: each signature wants the PIN anew, as PIV's key 9C does. */
  readonly alwaysAuthenticate: boolean;
}

export interface TokenDescription {
  readonly label: string;
  readonly serial: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly slot: string;
  readonly loginRequired: boolean;
  readonly pin: PinState;
}

export interface KeyDescription {
  readonly kind: 'private' | 'public';
  /** CKA_ID in hex. */
  readonly id: string;
  readonly label: string;
  /** `P-256` …, or `undefined` for a key that we cannot use. */
  readonly curve: string | undefined;
}

export interface NewKey {
  /** CKA_ID in hex. */
  readonly id: string;
  readonly label: string;
  /** The named curve in DER: CKA_EC_PARAMS. */
  readonly curve: Uint8Array;
}

/**
 * What is done with one PKCS#11 module: each call in its turn, none beside another. The module is initialised by the
 * first session and finalised after the last, so that what was plugged in since then is seen.
 */
export interface TokenModule {
  /** @throws TokenError `TOKEN_MODULE_UNUSABLE`, `TOKEN_ABSENT`, `TOKEN_AMBIGUOUS` */
  open(request: SessionRequest): Awaitable<OpenSession>;
  /** One try. A token that is logged in already is content. */
  login(session: SessionId, pin: string): Awaitable<void>;
  /** The public keys (SubjectPublicKeyInfo) that the selector fits and that the session may see; perhaps none. */
  publicKeys(session: SessionId, key: KeySelector): Awaitable<readonly Uint8Array[]>;
  /**
   * Finds the session's private key. `publicKey` (DER SubjectPublicKeyInfo) says how it has to sign.
   * @throws TokenError `TOKEN_KEY_MISSING`, `TOKEN_KEY_AMBIGUOUS`
   */
  useKey(session: SessionId, key: KeySelector, publicKey: Uint8Array): Awaitable<PrivateKey>;
  /**
   * Signs with the key in use: r‖s. The PIN is for a key with `alwaysAuthenticate`.
   * @throws TokenError `TOKEN_SIGNATURE_WRONG` if the public key does not verify it
   */
  sign(session: SessionId, data: Uint8Array, pin?: string): Awaitable<Uint8Array>;
  listTokens(): Awaitable<readonly TokenDescription[]>;
  listKeys(session: SessionId): Awaitable<readonly KeyDescription[]>;
  /** Makes a key pair whose private half cannot leave the token. @throws TokenError `TOKEN_KEY_EXISTS` */
  createKey(session: SessionId, key: NewKey): Awaitable<void>;
  /** Closing what is closed already does nothing. */
  close(session: SessionId): Awaitable<void>;
}

export type Operation = keyof TokenModule;

/** What goes over to the process of the module, and what comes back. One call is answered before the next is sent. */
export interface Call {
  readonly operation: Operation;
  readonly args: readonly unknown[];
}

export type Answer = { readonly result: unknown } | { readonly problem: TokenProblemCode; readonly message: string };

/** A key as errors name it. */
export const keyName = ({ id, label }: KeySelector): string =>
  [id !== undefined && `with id ${id}`, label !== undefined && `with label "${label}"`].filter(Boolean).join(' and ');
