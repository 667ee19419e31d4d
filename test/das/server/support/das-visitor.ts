import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';

import type { ApiProblem, SessionAnswer } from '#das/api-types.ts';
import { COOKIES } from '#das/server/cookies.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { root, type TlsParty } from '../../../http/support/tls-parties.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
}

/** `undefined`: not this one. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** Speaks to a DAS over TLS, as a browser with the page would: with its cookie, its origin and the session's token. */
export class DasVisitor {
  readonly #port: number;
  readonly #agent: Agent;
  /** Of the session. */
  cookie: string | undefined;
  /** By which the browser is known. */
  device: string | undefined;
  csrf: string | undefined;

  constructor(port: number, who?: Pick<TlsParty, 'cert' | 'key'>) {
    this.#port = port;
    this.#agent = new Agent({
      keepAlive: true,
      // Whatever a Host header says.
      servername: 'localhost',
      ca: certificatesToPem([root]),
      ...(who === undefined ? {} : { cert: who.cert, key: who.key }),
    });
  }

  get origin(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  leave(): void {
    this.#agent.destroy();
  }

  async logIn(user: string, password: string): Promise<SessionAnswer> {
    const reply = await this.send('POST', '/api/session', { user, password });
    assert.equal(reply.status, 200, reply.bytes.toString());
    const session = json(reply) as SessionAnswer;
    this.csrf = session.csrf;
    return session;
  }

  get(path: string, headers: Headers = {}): Promise<Reply> {
    return this.raw('GET', path, this.#headers(headers));
  }

  /** The answer, of which no more is waited for where it would go on for ever. */
  async glance(path: string): Promise<Reply> {
    const response = await this.open('GET', path);
    if (response.headers['content-type'] !== 'text/event-stream') return readAll(response);
    response.destroy();
    return { status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.of() };
  }

  /** What a page sends that changes something. */
  send(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Reply> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const own: Headers = {
      Origin: this.origin,
      ...(this.csrf === undefined ? {} : { 'X-CSRF-Token': this.csrf }),
      ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
    return this.raw(method, path, this.#headers({ ...own, ...headers }), text);
  }

  /** Exactly these headers. */
  async raw(method: string, path: string, headers: Headers, body?: string | Buffer): Promise<Reply> {
    return readAll(await this.open(method, path, headers, body));
  }

  /** The answer as it begins. */
  open(method: string, path: string, headers: Headers = this.#headers({}), body?: string | Buffer) {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const length: Headers = body === undefined ? {} : { 'Content-Length': `${Buffer.byteLength(body)}` };
    const outgoing = request({
      host: '127.0.0.1',
      port: this.#port,
      agent: this.#agent,
      method,
      path,
      headers: given({ ...length, ...headers }),
    });
    outgoing.on('response', (response) => {
      this.#keepCookies(response);
      resolve(response);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
    return promise;
  }

  #headers(headers: Headers): Headers {
    const cookies = [this.cookie, this.device].filter((cookie) => cookie !== undefined);
    return { ...(cookies.length === 0 ? {} : { Cookie: cookies.join('; ') }), ...headers };
  }

  #keepCookies({ headers }: IncomingMessage): void {
    for (const [pair = ''] of headers['set-cookie']?.map((cookie) => cookie.split(';')) ?? []) {
      const kept = pair.endsWith('=') ? undefined : pair;
      if (pair.startsWith(`${COOKIES.device}=`)) this.device = kept;
      else this.cookie = kept;
    }
  }
}

const given = (headers: Headers): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

async function readAll(response: IncomingMessage): Promise<Reply> {
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  return { status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(parts) };
}

export const json = ({ bytes }: Reply): unknown => JSON.parse(bytes.toString());

/** That it was refused, and by which code. */
export function assertRefused(reply: Reply, status: number, code: string): void {
  assert.equal(reply.headers['content-type'], 'application/problem+json', reply.bytes.toString());
  assert.deepEqual([reply.status, (json(reply) as ApiProblem).code], [status, code]);
}
