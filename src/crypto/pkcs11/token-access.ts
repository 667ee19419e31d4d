import { randomUUID } from 'node:crypto';
import { equalBytes, utf8 } from '#core/bytes.ts';
import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { logIn, type ReadPin, readPinWith } from './log-in.ts';
import type { LoginGuard } from './login-guard.ts';
import type { KeySelector, OpenSession, PrivateKey, SessionId, SessionRequest, TokenModule } from './token-module.ts';
import { ruleOf, TokenError } from './token-problems.ts';

export interface TokenAccessParts {
  readonly module: TokenModule;
  readonly guard: (serial: string) => LoginGuard;
  readonly session: SessionRequest;
  readonly key: KeySelector;
  /** DER SubjectPublicKeyInfo of the configured certificate. */
  readonly publicKey: Uint8Array;
  readonly readPin: ReadPin;
  readonly log: Log;
}

/**
 * The way to one private key on one token, in steps: a session on the token, a log-in, the key, the proof that it is
 * the certificate's. A failure takes back as many steps as it must, `establish` climbs the missing ones again.
 * The caller sees to it that one call ends before the next.
 */
export class TokenAccess {
  readonly #parts: TokenAccessParts;
  #session: OpenSession | undefined;
  #loggedIn = false;
  #key: PrivateKey | undefined;
  #guard: LoginGuard | undefined;
  #pinUses = 0;

  constructor(parts: TokenAccessParts) {
    this.#parts = parts;
  }

  /** How often a PIN was accepted. Each time, a card writes its try counter, and its memory wears out. */
  get pinUses(): number {
    return this.#pinUses;
  }

  /** Does nothing when nothing is missing. */
  async establish(): Promise<void> {
    await this.#orStepBack(async () => {
      this.#session ??= await this.#open();
      if (!this.#loggedIn) await this.#logIn(this.#session);
      this.#key ??= await this.#proveKey(this.#session);
    });
  }

  /** Signs; if the session was lost, once more in a new one. */
  async sign(data: Uint8Array): Promise<Uint8Array> {
    try {
      return await this.#orStepBack(() => this.#sign(data));
    } catch (error) {
      if (ruleOf(error).afterwards === 'stop') throw error;
      this.#parts.log.warn('token.retry', { reason: reasonOf(error) });
      await this.establish();
      return await this.#orStepBack(() => this.#sign(data));
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#loggedIn = false;
    this.#key = undefined;
    if (session !== undefined) await this.#parts.module.close(session.session);
  }

  async #open(): Promise<OpenSession> {
    const session = await this.#parts.module.open(this.#parts.session);
    this.#guard = this.#parts.guard(session.serial);
    return session;
  }

  /** A wrong key that shows before the log-in costs no try of the PIN. */
  async #logIn(session: OpenSession): Promise<void> {
    await this.#comparePublicKey(session);
    const { module, guard, readPin } = this.#parts;
    await logIn(module, session, guard(session.serial), readPin);
    if (session.loginRequired) this.#pinUses += 1;
    this.#loggedIn = true;
  }

  async #comparePublicKey({ session }: OpenSession): Promise<void> {
    const { module, key, publicKey } = this.#parts;
    const visible = await module.publicKeys(session, key);
    if (visible.length > 0 && !visible.some((candidate) => equalBytes(candidate, publicKey))) throw notOfCertificate();
  }

  /**
   * Not every token shows a public key, and one that does may show that of another pair: what counts is a signature
   * that the certificate verifies.
   */
  async #proveKey({ session }: OpenSession): Promise<PrivateKey> {
    const { module, key: selector, publicKey } = this.#parts;
    const key = await module.useKey(session, selector, publicKey);
    try {
      await this.#signWith(session, key, utf8(`sealmeter asks whose key this is ${randomUUID()}`));
    } catch (error) {
      throw error instanceof TokenError && error.code === 'TOKEN_SIGNATURE_WRONG' ? notOfCertificate() : error;
    }
    return key;
  }

  async #sign(data: Uint8Array): Promise<Uint8Array> {
    if (this.#session === undefined || this.#key === undefined) throw new TypeError('establish() comes before sign()');
    return await this.#signWith(this.#session.session, this.#key, data);
  }

  async #signWith(session: SessionId, { alwaysAuthenticate }: PrivateKey, data: Uint8Array): Promise<Uint8Array> {
    const { module, readPin } = this.#parts;
    if (!alwaysAuthenticate) return await module.sign(session, data);
    const pin = await readPinWith(readPin);
    this.#pinUses += 1;
    return await module.sign(session, data, pin);
  }

  async #orStepBack<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      this.#guard?.note(error);
      if (!this.#loggedIn || ruleOf(error).login === 'drop') await this.#drop();
      throw error;
    }
  }

  async #drop(): Promise<void> {
    try {
      await this.close();
    } catch (error) {
      // It is given up in any case; what matters is the error that led here.
      this.#parts.log.debug('token.close', { reason: reasonOf(error) });
    }
  }
}

const notOfCertificate = (): TokenError =>
  new TokenError('TOKEN_KEY_NOT_OF_CERTIFICATE', "the token's key is not the key of the configured certificate");
