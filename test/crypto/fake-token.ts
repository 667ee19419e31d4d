import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { signatureAlgorithm } from '#crypto/algorithms.ts';
import { rawFromDer } from '#crypto/ecdsa-encoding.ts';
import type {
  KeyDescription,
  OpenSession,
  Operation,
  PinState,
  PrivateKey,
  TokenDescription,
  TokenModule,
} from '#crypto/pkcs11/token-module.ts';
import { TokenError, type TokenProblemCode } from '#crypto/pkcs11/token-problems.ts';

interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const makeKeyPair = (): KeyPair => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spkiOf = ({ publicKey }: KeyPair): Uint8Array => publicKey.export({ format: 'der', type: 'spki' });

/** A token with one P-256 key, to which a test does what SoftHSM cannot: pull it, lock it, let it fail or fall silent. */
export class FakeToken implements TokenModule {
  inserted = true;
  pin = '1234';
  tries = 3;
  loginRequired = true;
  alwaysAuthenticate = false;
  readonly #rightKey = makeKeyPair();
  key: KeyPair | undefined = this.#rightKey;
  /** The public key of the configured certificate. */
  readonly publicKey = spkiOf(this.#rightKey);
  /** The public keys that it shows. A session remembers those of its beginning, as with OpenSC. */
  shows: readonly Uint8Array[] = [this.publicKey];
  /** Every call that came, in order. */
  readonly calls: Operation[] = [];
  /** Every PIN that was tried. */
  readonly pins: string[] = [];
  readonly signed: string[] = [];
  readonly #failures: { operation: Operation; code: TokenProblemCode }[] = [];
  #session = 0;
  #loggedIn = false;
  #remembered: readonly Uint8Array[] = [];
  #silence: Promise<void> = Promise.resolve();

  /** The next call of the operation fails so. */
  failNext(operation: Operation, code: TokenProblemCode): void {
    this.#failures.push({ operation, code });
  }

  /** Answers nothing more until the returned function is called. */
  fallSilent(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#silence = promise;
    return resolve;
  }

  /** As if another card of the same name were inserted. */
  changeKey(): void {
    this.key = makeKeyPair();
    this.shows = [spkiOf(this.key)];
    this.loseSession();
  }

  loseSession(): void {
    this.#session += 1;
    this.#loggedIn = false;
  }

  takeOut(): void {
    this.inserted = false;
    this.loseSession();
  }

  async open(): Promise<OpenSession> {
    await this.#begin('open');
    if (!this.inserted) throw new TokenError('TOKEN_ABSENT', 'no token');
    this.#session += 1;
    this.#remembered = this.shows;
    return { session: `${this.#session}`, serial: '42', loginRequired: this.loginRequired, pin: this.#pinState() };
  }

  async login(session: string, pin: string): Promise<void> {
    await this.#begin('login', session);
    this.#check(pin);
    this.#loggedIn = true;
  }

  async publicKeys(session: string): Promise<readonly Uint8Array[]> {
    await this.#begin('publicKeys', session);
    return this.#remembered;
  }

  async useKey(session: string): Promise<PrivateKey> {
    await this.#begin('useKey', session);
    if (this.key === undefined || (this.loginRequired && !this.#loggedIn)) {
      throw new TokenError('TOKEN_KEY_MISSING', 'no key');
    }
    return { alwaysAuthenticate: this.alwaysAuthenticate };
  }

  async sign(session: string, data: Uint8Array, pin?: string): Promise<Uint8Array> {
    await this.#begin('sign', session);
    if (this.alwaysAuthenticate) this.#check(pin ?? '');
    if (this.key === undefined) throw new TokenError('TOKEN_FAILED', 'CKR_OBJECT_HANDLE_INVALID');
    const text = Buffer.from(data).toString();
    if (!text.startsWith('sealmeter asks')) this.signed.push(text);
    const raw = rawFromDer(sign('sha256', data, this.key.privateKey), signatureAlgorithm('ecdsa-p256-sha256').curve);
    if (!Buffer.from(this.publicKey).equals(spkiOf(this.key))) throw new TokenError('TOKEN_SIGNATURE_WRONG', 'wrong');
    return raw ?? Uint8Array.of();
  }

  async close(): Promise<void> {
    await this.#begin('close');
  }

  listTokens(): readonly TokenDescription[] {
    throw new Error('not needed here');
  }

  listKeys(): readonly KeyDescription[] {
    throw new Error('not needed here');
  }

  createKey(): void {
    throw new Error('not needed here');
  }

  async #begin(operation: Operation, session?: string): Promise<void> {
    this.calls.push(operation);
    await this.#silence;
    const failure = this.#failures.findIndex((planned) => planned.operation === operation);
    const [planned] = failure < 0 ? [] : this.#failures.splice(failure, 1);
    if (planned !== undefined) throw new TokenError(planned.code, 'planned by the test');
    if (session === undefined) return;
    if (!this.inserted) throw new TokenError('TOKEN_ABSENT', 'CKR_DEVICE_REMOVED');
    if (session !== `${this.#session}`) throw new TokenError('TOKEN_FAILED', 'CKR_SESSION_HANDLE_INVALID');
  }

  #check(pin: string): void {
    this.pins.push(pin);
    if (this.tries === 0 || pin !== this.pin) {
      this.tries = Math.max(0, this.tries - 1);
      throw new TokenError('TOKEN_PIN_REFUSED', 'CKR_PIN_INCORRECT');
    }
    this.tries = 3;
  }

  #pinState(): PinState {
    return (['locked', 'final-try', 'few-tries', 'usable'] as const)[this.tries] ?? 'usable';
  }
}
