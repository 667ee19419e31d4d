import type { Cancel, Clock } from '#core/clock.ts';
import type { SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { type Duration, Milliseconds, Seconds } from '#core/time.ts';
import { certificateId } from './node-crypto.ts';
import { shareModule } from './pkcs11/shared-module.ts';
import { TokenAccess } from './pkcs11/token-access.ts';
import { type SignerState, type StateListener, TokenKeeper } from './pkcs11/token-keeper.ts';
import type { KeySelector, TokenSelector } from './pkcs11/token-module.ts';
import type { Signer, SignOptions } from './signer.ts';
import { algorithmOfSpki, spkiOfCertificate } from './spki.ts';

export interface Pkcs11SignerOptions {
  /** The path of the PKCS#11 module, a shared library. */
  readonly module: string;
  readonly token: TokenSelector;
  readonly key: KeySelector;
  /** DER: the certificate that was issued for the key. */
  readonly certificate: Uint8Array;
  /** Asked for the PIN each time that it is needed; it is kept nowhere but in the memory of this process. */
  readonly readPin: () => string | Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long to wait between two looks for a token that is away; default 2 s. */
  readonly pollPeriod?: Duration;
  /** How many signatures of each priority may wait before more are refused; default 100. */
  readonly mostWaiting?: number;
  /** For tests and benchmarks only: each signature takes so much longer, as on a slow card. */
  readonly artificialDelay?: Duration;
}

/** A signer whose key is in a token, and which may be away. */
export interface Pkcs11Signer extends Signer, AsyncDisposable {
  readonly state: SignerState;
  /** Why it is not ready. */
  readonly problem: SealmeterError | undefined;
  /** Calls back whenever the state, or the reason for it, changes. */
  onState(listener: StateListener): Cancel;
  /**
   * @throws SignerUnavailable `SIGNER_UNAVAILABLE` at once while the token is away or too many wait;
   *   SealmeterError `TOKEN_PIN_REFUSED`, `TOKEN_CANNOT_SIGN` after it stopped for good
   */
  sign(data: Uint8Array, options?: SignOptions): Promise<Uint8Array>;
}

/**
 * A signer on a PKCS#11 token. A token that is not there yet, or that refuses the PIN, gives a signer that is not
 * `ready`: the program runs on without it, and is not restarted into another try.
 * @throws SealmeterError for what only a better configuration or installation mends: `TOKEN_SUPPORT_MISSING`,
 *   `TOKEN_MODULE_UNUSABLE`, `TOKEN_AMBIGUOUS`, `TOKEN_PIN_UNREADABLE`, `TOKEN_KEY_MISSING`, `TOKEN_KEY_AMBIGUOUS`,
 *   `TOKEN_KEY_NOT_OF_CERTIFICATE`, `TOKEN_CANNOT_SIGN`, `CERTIFICATE_UNREADABLE`, `KEY_UNSUPPORTED`
 */
export async function openPkcs11Signer(options: Pkcs11SignerOptions): Promise<Pkcs11Signer> {
  const publicKey = spkiOfCertificate(options.certificate);
  const algorithm = algorithmOfSpki(publicKey);
  const keeper = keeperOf(options, publicKey);
  try {
    await keeper.start();
  } catch (error) {
    await keeper[Symbol.asyncDispose]();
    throw error;
  }
  return {
    algorithm,
    keyId: certificateId(options.certificate),
    get state() {
      return keeper.state;
    },
    get problem() {
      return keeper.problem;
    },
    onState: (listener) => keeper.onState(listener),
    sign: (data, signOptions) => keeper.sign(data, signOptions),
    [Symbol.asyncDispose]: () => keeper[Symbol.asyncDispose](),
  };
}

function keeperOf(options: Pkcs11SignerOptions, publicKey: Uint8Array): TokenKeeper {
  const { token, key, readPin, clock, log, artificialDelay = Milliseconds(0) } = options;
  if (artificialDelay > 0) log.warn('token.artificial-delay', { milliseconds: artificialDelay });
  const shared = shareModule(options.module, clock);
  return new TokenKeeper({
    access: new TokenAccess({
      module: shared.calls,
      guard: shared.guard,
      session: { token, artificialDelay },
      key,
      publicKey,
      readPin,
      log,
    }),
    release: () => shared[Symbol.asyncDispose](),
    clock,
    log,
    pollPeriod: options.pollPeriod ?? Seconds(2),
    mostWaiting: options.mostWaiting ?? 100,
  });
}
