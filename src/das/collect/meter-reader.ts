import { randomBytes } from 'node:crypto';
import type { Clock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import { type Duration, type Instant, Minutes, Seconds } from '#core/time.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import type { Signer } from '#crypto/signer.ts';
import type { Answer, MeterClient } from '#das/meter-client.ts';
import type { Certificate } from '#pki/certificate.ts';
import { requestTo, signRequest } from '#signature/request-signer.ts';
import type { SignatureForm } from '#signature/signature-format.ts';

/** A sealed document as it came, which nobody has judged yet. */
export interface Fetched {
  readonly body: Uint8Array;
  /** By our clock, as what follows. */
  readonly askedAt: Instant;
  readonly receivedAt: Instant;
  /** Who answered. */
  readonly certificate: Certificate;
}

export interface MeterReaderParts {
  readonly client: Pick<MeterClient, 'get'>;
  readonly signer: Signer;
  readonly clock: Clock;
}

/** The meter answers, but not now: it has too much to do, or its signer is away. */
export class MeterBusy extends SealmeterError {
  override readonly name = 'MeterBusy';
  readonly retryAfter: Duration | undefined;

  constructor(message: string, retryAfter: Duration | undefined) {
    super('peer', 'METER_BUSY', message, { mend: 'ask again later' });
    this.retryAfter = retryAfter;
  }
}

/** The meter answers that it will not, and would not a moment later. */
export class MeterRefusal extends SealmeterError {
  override readonly name = 'MeterRefusal';
  /** What was asked for, without its query. */
  readonly path: string;
  /** The code of the meter's problem document; empty where there is none. */
  readonly problem: string;

  constructor(message: string, path: string, problem: string) {
    super('peer', 'METER_REFUSES', message, {
      mend: 'see at the meter whether this client is known, with which role, and with which signature certificate',
    });
    this.path = path;
    this.problem = problem;
  }
}

const BUSY: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Asks one meter with signed requests. */
export class MeterReader {
  readonly #parts: MeterReaderParts;
  readonly #origin: URL;
  readonly #form: SignatureForm;

  constructor(origin: URL, form: SignatureForm, parts: MeterReaderParts) {
    this.#parts = parts;
    this.#origin = origin;
    this.#form = form;
  }

  /**
   * @param target path and query
   * @throws SealmeterError (peer) `METER_BUSY` ({@link MeterBusy}), `METER_REFUSES` ({@link MeterRefusal}), and as `MeterClient.get`
   */
  async get(target: string, signal: AbortSignal): Promise<Fetched> {
    const { client, signer, clock } = this.#parts;
    const url = new URL(target, this.#origin);
    const signing = { form: this.#form, signer, clock, crypto: nodeCrypto, random: randomBytes };
    const headers = await signRequest(requestTo('GET', url), signing);
    const askedAt = clock.now();
    const answer = await withinPatience(clock, signal, url, (both) => client.get(url, headers, both));
    if (answer.status === 200) {
      return { body: answer.body, askedAt, receivedAt: clock.now(), certificate: answer.certificate };
    }
    const told = `${url.href} answers ${answer.status} ${codeOf(answer)}`;
    if (BUSY.has(answer.status)) throw new MeterBusy(told, retryAfterOf(answer, clock));
    throw new MeterRefusal(told, url.pathname, codeOf(answer));
  }
}

/** A whole answer at some kilobytes a second. Who sends one octet now and then must not keep its place for ever. */
const PATIENCE: Duration = Minutes(2);

/** Passes on the abort of a signal, and aborts by itself after a while. */
async function withinPatience<Result>(
  clock: Clock,
  signal: AbortSignal,
  { origin }: URL,
  ask: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const both = new AbortController();
  const pass = (): void => both.abort(signal.reason);
  const cancel = clock.after(PATIENCE, () => both.abort());
  signal.addEventListener('abort', pass, { once: true });
  try {
    return await ask(both.signal);
  } catch (cause) {
    if (!both.signal.aborted || signal.aborted) throw cause;
    throw new SealmeterError('peer', 'METER_SILENT', `${origin} has not given a whole answer within ${PATIENCE} ms`, {
      mend: 'see how fast the line to the meter is',
      cause,
    });
  } finally {
    cancel();
    signal.removeEventListener('abort', pass);
  }
}

/** The code of the problem, as far as there is one. */
function codeOf({ body }: Answer): string {
  const [, code = ''] = /"code":\s*"([A-Z_]{1,60})"/.exec(Buffer.from(body).toString('latin1')) ?? [];
  return code;
}

const LONGEST_OBEYED: Duration = Seconds(3_600);

/** @see RFC 9110 § 10.2.3: seconds, or a date */
function retryAfterOf({ headers }: Answer, clock: Clock): Duration | undefined {
  const written = headers['retry-after'];
  if (written === undefined) return undefined;
  const wanted = /^\d{1,9}$/.test(written) ? Number(written) * 1_000 : Date.parse(written) - clock.now();
  return wanted > 0 ? (Math.min(wanted, LONGEST_OBEYED) as Duration) : undefined;
}
