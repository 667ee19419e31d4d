import { randomUUID } from 'node:crypto';
import type { Module, PrivateKey as PrivateKeyObject, Session, Slot, Token } from 'graphene-pk11';
import { reasonOf } from '#core/errors.ts';
import type { PublicKey } from '#crypto/crypto-port.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import type { Binding } from './binding.ts';
import { returnValueOf } from './return-values.ts';
import type {
  KeyDescription,
  KeySelector,
  NewKey,
  OpenSession,
  PinState,
  PrivateKey,
  SessionId,
  SessionRequest,
  TokenDescription,
  TokenModule,
  TokenSelector,
} from './token-module.ts';
import { createKeyPair, describeKeys, findPrivateKey, publicKeysOf } from './token-objects.ts';
import { TokenError } from './token-problems.ts';

interface TokenInSlot {
  readonly slot: Slot;
  readonly token: Token;
}

interface KeyInUse {
  readonly privateKey: PrivateKeyObject;
  readonly publicKey: PublicKey;
}

interface Use {
  readonly session: Session;
  readonly artificialDelay: number;
  key: KeyInUse | undefined;
}

/**
 * A PKCS#11 module, called synchronously: an asynchronous C_Sign of the binding does not keep its input alive and then
 * signs other bytes. Runs in the process of `module-worker.ts` and nowhere else.
 */
export class Pkcs11Module implements TokenModule {
  readonly #binding: Binding;
  readonly #path: string;
  readonly #sessions = new Map<SessionId, Use>();
  #loaded: Module | undefined;
  #initialized = false;

  constructor(binding: Binding, path: string) {
    this.#binding = binding;
    this.#path = path;
  }

  open({ token: selector, writable = false, artificialDelay = 0 }: SessionRequest): OpenSession {
    const { slot, token } = this.#findToken(selector);
    const { SERIAL_SESSION, RW_SESSION } = this.#binding.SessionFlag;
    const flags: number = writable ? SERIAL_SESSION | RW_SESSION : SERIAL_SESSION;
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- an enum of the binding whose members are flags
    const session = slot.open(flags);
    const id = randomUUID();
    this.#sessions.set(id, { session, artificialDelay, key: undefined });
    return {
      session: id,
      serial: token.serialNumber,
      loginRequired: this.#has(token, 'LOGIN_REQUIRED'),
      pin: this.#pinStateOf(token),
    };
  }

  login(id: SessionId, pin: string): void {
    try {
      this.#use(id).session.login(pin);
    } catch (error) {
      // The state is the process's, not the session's: another signer on this token was first.
      if (returnValueOf(error) !== 'CKR_USER_ALREADY_LOGGED_IN') throw error;
    }
  }

  publicKeys(id: SessionId, key: KeySelector): readonly Uint8Array[] {
    return publicKeysOf(this.#binding, this.#use(id).session, key);
  }

  useKey(id: SessionId, selector: KeySelector, publicKey: Uint8Array): PrivateKey {
    const use = this.#use(id);
    // OpenSC finds objects in its memory. Only asking for the slots makes it see that the card is another one, and end
    // the session.
    this.#module().getSlots(true);
    const privateKey = findPrivateKey(this.#binding, use.session, selector).toType<PrivateKeyObject>();
    use.key = { privateKey, publicKey: nodeCrypto.importPublicKey(publicKey) };
    return { alwaysAuthenticate: privateKey.getAttribute('alwaysAuth') === true };
  }

  sign(id: SessionId, data: Uint8Array, pin?: string): Uint8Array {
    const { session, key, artificialDelay } = this.#use(id);
    if (key === undefined) throw new TypeError('useKey() comes before sign()');
    if (artificialDelay > 0) standStill(artificialDelay);
    const { algorithm } = key.publicKey;
    const operation = session.createSign(this.#binding.MechanismEnum.ECDSA, key.privateKey);
    if (pin !== undefined) session.login(pin, this.#binding.UserType.CONTEXT_SPECIFIC);
    // Of a digest longer than the curve's order, ECDSA takes the leftmost bits. SoftHSM does so itself, other tokens
    // answer CKR_DATA_LEN_RANGE. @see FIPS 186-5 § 6.4.1
    const digest = nodeCrypto.digest(algorithm.hash, data).subarray(0, algorithm.curve.fieldSize);
    const signature = new Uint8Array(operation.once(Buffer.from(digest)));
    if (!nodeCrypto.verify(key.publicKey, data, signature)) {
      throw new TokenError('TOKEN_SIGNATURE_WRONG', "the token's signature does not verify with the public key");
    }
    return signature;
  }

  listTokens(): readonly TokenDescription[] {
    return this.#tokens().map(({ slot, token }) => ({
      label: token.label,
      serial: token.serialNumber,
      manufacturer: token.manufacturerID,
      model: token.model,
      slot: slot.slotDescription,
      loginRequired: this.#has(token, 'LOGIN_REQUIRED'),
      pin: this.#pinStateOf(token),
    }));
  }

  listKeys(id: SessionId): readonly KeyDescription[] {
    return describeKeys(this.#binding, this.#use(id).session);
  }

  createKey(id: SessionId, key: NewKey): void {
    createKeyPair(this.#binding, this.#use(id).session, key);
  }

  close(id: SessionId): void {
    const use = this.#sessions.get(id);
    this.#sessions.delete(id);
    try {
      use?.session.close();
    } catch (error) {
      // A session on a token that was taken out is gone before we close it.
      if (returnValueOf(error) === undefined) throw error;
    }
  }

  /** Lets go of the module unless a session is open. */
  finalizeIfIdle(): void {
    if (!this.#initialized || this.#sessions.size > 0) return;
    this.#initialized = false;
    try {
      this.#loaded?.finalize();
    } catch (error) {
      // A module that lost its daemon may say so here, too. The next C_Initialize tells whether it recovered.
      if (returnValueOf(error) === undefined) throw error;
    }
  }

  #use(id: SessionId): Use {
    const use = this.#sessions.get(id);
    if (use === undefined) throw new TokenError('TOKEN_FAILED', 'this session ended with the process that opened it');
    return use;
  }

  #findToken({ label, serial }: TokenSelector): TokenInSlot {
    const all = this.#tokens();
    const [found, ...others] = all.filter(
      ({ token }) => token.label === label && (serial === undefined || token.serialNumber === serial),
    );
    const wanted = serial === undefined ? `"${label}"` : `"${label}" with serial number ${serial}`;
    if (found === undefined) throw new TokenError('TOKEN_ABSENT', `no token ${wanted}; there is ${namesOf(all)}`);
    if (others.length > 0) {
      throw new TokenError('TOKEN_AMBIGUOUS', `several tokens ${wanted}: ${namesOf([found, ...others])}`);
    }
    return found;
  }

  /** The tokens of all slots, but those that do not answer: one broken reader must not hide the others. */
  #tokens(): TokenInSlot[] {
    const slots = this.#module().getSlots(true);
    return Array.from({ length: slots.length }, (_, index) => index).flatMap((index) => {
      try {
        const slot = slots.items(index);
        const token = slot.getToken();
        return this.#has(token, 'TOKEN_INITIALIZED') ? [{ slot, token }] : [];
      } catch (error) {
        if (returnValueOf(error) === undefined) throw error;
        return [];
      }
    });
  }

  #module(): Module {
    this.#loaded ??= this.#load();
    if (!this.#initialized) {
      // Without CKF_OS_LOCKING_OK: all calls of this process come from this thread.
      this.#loaded.initialize();
      this.#initialized = true;
    }
    return this.#loaded;
  }

  #load(): Module {
    try {
      return this.#binding.Module.load(this.#path);
    } catch (cause) {
      const message = `${this.#path} cannot be used as a PKCS#11 module: ${reasonOf(cause)}`;
      throw new TokenError('TOKEN_MODULE_UNUSABLE', message, cause);
    }
  }

  #has(token: Token, flag: keyof Binding['TokenFlag']): boolean {
    return (token.flags & this.#binding.TokenFlag[flag]) !== 0;
  }

  #pinStateOf(token: Token): PinState {
    if (this.#has(token, 'USER_PIN_LOCKED')) return 'locked';
    if (this.#has(token, 'USER_PIN_FINAL_TRY')) return 'final-try';
    return this.#has(token, 'USER_PIN_COUNT_LOW') ? 'few-tries' : 'usable';
  }
}

const namesOf = (tokens: readonly TokenInSlot[]): string =>
  tokens.map(({ token }) => `"${token.label}" with serial number ${token.serialNumber}`).join(', ') || 'none';

/** Blocks as a token does that is still computing. */
function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
