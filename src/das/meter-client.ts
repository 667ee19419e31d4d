import { Agent, type RequestOptions, request } from 'node:https';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import { type Duration, Seconds } from '#core/time.ts';

/** Larger than a year's load profile as XML; an answer that goes on is cut off. */
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
}

/**
 * Asks meters over mutual TLS. Connections are kept and sessions resumed; nothing that comes back is believed here.
 */
export class MeterClient implements Disposable {
  readonly #agent: Agent;

  constructor(identity: TlsIdentity) {
    this.#agent = new Agent({
      cert: identity.certificate,
      key: identity.key,
      ca: [...identity.roots],
      minVersion: 'TLSv1.2',
      keepAlive: true,
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  /**
   * One GET. `host` and `path` go out exactly as they stand in the URL, because signatures cover them.
   * @throws SealmeterError (peer) `METER_UNREACHABLE`, `METER_SILENT`, `METER_ANSWER_TOO_LARGE`
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
      const outgoing = request(url, options, (incoming) => {
        const parts: Buffer[] = [];
        let length = 0;
        incoming.on('data', (part: Buffer) => {
          length += part.length;
          if (length > LARGEST_ANSWER) incoming.destroy(tooLarge(url));
          else parts.push(part);
        });
        incoming.on('error', reject);
        incoming.on('end', () => {
          resolve({
            status: incoming.statusCode ?? 0,
            headers: flat(incoming.headersDistinct),
            body: Buffer.concat(parts),
          });
        });
      });
      outgoing.on('timeout', () => outgoing.destroy(silent(url)));
      outgoing.on('error', (error) => reject(error instanceof SealmeterError ? error : unreachable(url, error)));
      outgoing.end();
    });
  }
}

function flat(headers: NodeJS.Dict<string[]>): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, (values ?? []).join(', ')]));
}

function unreachable(url: URL, cause: unknown): SealmeterError {
  return new SealmeterError('peer', 'METER_UNREACHABLE', `no answer from ${url.origin}: ${reasonOf(cause)}`, {
    mend: 'check address, port and certificates; the log of the meter says why it refused a connection',
    cause,
  });
}

function silent(url: URL): SealmeterError {
  return new SealmeterError('peer', 'METER_SILENT', `${url.origin} took longer than ${PATIENCE} ms`, {
    mend: 'try again; the log of the meter says what it is busy with',
  });
}

function tooLarge(url: URL): SealmeterError {
  return new SealmeterError('peer', 'METER_ANSWER_TOO_LARGE', `${url.href} answers with over ${LARGEST_ANSWER} bytes`, {
    mend: 'ask for a part of it with q.fromidx and q.count',
  });
}
