import type { ClientRequest, IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { createSecureContext, type TLSSocket } from 'node:tls';

import { utf8 } from '#core/bytes.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import { type Duration, Seconds } from '#core/time.ts';
import { type Certificate, readCertificates } from '#pki/certificate.ts';
import { MeterAgent } from './meter-agent.ts';
import { MeterTrust, type MeterTrustParts, untrustedMeter } from './meter-trust.ts';

const LARGEST_ANSWER = 256 * 1024 * 1024;

const PATIENCE: Duration = Seconds(30);

/** PEM texts. */
export interface TlsIdentity {
  /** The client certificate, then its sub-CA. */
  readonly certificate: string;
  readonly key: string;
  /** The roots that meters' server certificates chain up to. */
  readonly roots: readonly string[];
}

export type Headers = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** Who answered, proven. */
  readonly certificate: Certificate;
}

export interface MeterClientParts extends Omit<MeterTrustParts, 'roots'> {
  readonly identity: TlsIdentity;
  /** In octets. One that goes on is cut off. Default: longer than a year's load profile as XML. */
  readonly largestAnswer?: number;
}

/** Those that meters agree to. A wrong first guess would cost a round trip, and at TLS 1.3 the stapled answer. */
const GROUPS = 'prime256v1:secp384r1:secp521r1';

/**
 * Asks meters over mutual TLS. Connections are kept and sessions resumed. Of an answer nothing is handed on before the
 * meter's certificates were found valid and not revoked; beyond that, nothing that comes back is believed here.
 */
export class MeterClient implements Disposable {
  readonly #agent: MeterAgent;
  readonly #trust: MeterTrust;
  readonly #largest: number;

  /** @throws SealmeterError where a root cannot be read */
  constructor({ identity, revocation, clock, largestAnswer = LARGEST_ANSWER }: MeterClientParts) {
    this.#largest = largestAnswer;
    const roots = identity.roots.flatMap((root) => readCertificates(utf8(root)));
    this.#trust = new MeterTrust({ roots, revocation, clock });
    // One for all connections: each of its own would have read certificates and roots anew, and kept them.
    const secureContext = createSecureContext({
      cert: identity.certificate,
      key: identity.key,
      ca: [...identity.roots],
      minVersion: 'TLSv1.2',
      ecdhCurve: GROUPS,
    });
    this.#agent = new MeterAgent(this.#trust, clock, { secureContext });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  /**
   * One GET. `host` and `path` go out exactly as they stand in the URL, because signatures cover them.
   * @throws SealmeterError (peer) `METER_UNREACHABLE`, `METER_SILENT`, `METER_ANSWER_TOO_LARGE`, (evidence)
   *   `METER_CERTIFICATE_INVALID`, and as `MeterTrust.demand`
   */
  get(url: URL, headers: Headers, signal?: AbortSignal): Promise<Answer> {
    const options: RequestOptions = {
      method: 'GET',
      agent: this.#agent,
      headers,
      timeout: PATIENCE,
      ...(signal === undefined ? {} : { signal }),
    };
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => reject(error instanceof SealmeterError ? error : unreachable(url, error));
      let answered = false;
      const outgoing = request(url, options, (incoming) => {
        answered = true;
        this.#receive(incoming, url).then(resolve, (error: unknown) => {
          incoming.destroy();
          fail(error);
        });
      });
      outgoing.on('timeout', () => outgoing.destroy(silent(url)));
      outgoing.on('error', (error) => {
        if (!answered && this.#wasEnded(outgoing, error)) resolve(this.get(url, headers, signal));
        else fail(error);
      });
      outgoing.end();
    });
  }

  /**
   * To be called between reads: what would run out within `ahead` is renewed now, be it what is known of revocation, the keys of
   * the connection or, where there is none, the session that another one would resume, so that no read waits for it.
   * @throws whatever a handshake comes to
   */
  async tend(url: URL, ahead: Duration): Promise<void> {
    const path = this.#agent.pathOf(url);
    if (path === undefined) return;
    await Promise.all([this.#trust.renew(path, ahead), this.#agent.prepare(url, ahead)]);
  }

  /**
   * Whether the meter had ended a kept connection before this request came, as it may at any time. Such a request was never
   * seen, and goes out again on another connection; a new one is never ended so, which ends the tries.
   * @see RFC 9110 § 9.2.2: a GET may be sent again
   */
  #wasEnded({ reusedSocket, socket }: ClientRequest, { code }: NodeJS.ErrnoException): boolean {
    return (reusedSocket || this.#agent.wasMadeAhead(socket)) && (code === 'ECONNRESET' || code === 'EPIPE');
  }

  async #receive(incoming: IncomingMessage, url: URL): Promise<Answer> {
    const [certificate] = await this.#trust.demand(incoming.socket as TLSSocket);
    return {
      certificate,
      status: incoming.statusCode ?? 0,
      headers: flat(incoming.headersDistinct),
      body: await readBody(incoming, url, this.#largest),
    };
  }
}

async function readBody(incoming: IncomingMessage, url: URL, largest: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > largest) throw tooLarge(url, largest);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function flat(headers: NodeJS.Dict<string[]>): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, (values ?? []).join(', ')]));
}

/** What OpenSSL and Node.js call it when a server cannot prove who it is; `ERR_SSL_…` is about something else. */
const DISTRUST = /^(?!ERR_(SSL|OSSL)_).*(CERT|ISSUER|VERIFY|ALTNAME|PURPOSE|PATH_LENGTH|KEY_TOO_SMALL)/;

/** Nobody answers, or who answers is not to be believed: to confuse the two would hide an impostor. */
function unreachable(url: URL, cause: unknown): SealmeterError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (DISTRUST.test(code)) return untrustedMeter(`${url.origin}: ${reasonOf(cause)}`, cause);
  return new SealmeterError('peer', 'METER_UNREACHABLE', `no answer from ${url.origin}: ${reasonOf(cause)}`, {
    mend: 'check address and port, and whether the meter knows our certificate: its log says why it refused a connection',
    cause,
  });
}

function silent(url: URL): SealmeterError {
  return new SealmeterError('peer', 'METER_SILENT', `${url.origin} took longer than ${PATIENCE} ms`, {
    mend: 'try again; the log of the meter says what it is busy with',
  });
}

function tooLarge(url: URL, largest: number): SealmeterError {
  return new SealmeterError('peer', 'METER_ANSWER_TOO_LARGE', `${url.href} answers with over ${largest} bytes`, {
    mend: 'ask for a part of it with q.fromidx and q.count',
  });
}
