import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Request, Response } from 'express';

import type { CertificateId } from '#crypto/certificate-id.ts';
import { members, queryEntries, type Reader } from './input.ts';
import type { SessionUser } from './rights.ts';
import type { Session } from './sessions.ts';

/** Who asks, and by what. */
export interface Caller {
  readonly user: SessionUser;
  /** Absent where a client certificate speaks for itself; such a caller changes nothing. */
  readonly session: Session | undefined;
  /** Which the connection has shown, if any. */
  readonly certificate: CertificateId | undefined;
}

/** One request and its answer. */
export class Call {
  readonly request: Request;
  readonly response: Response;
  /** Under which the log and a problem document speak of it. */
  readonly id: string = randomUUID();
  /** What came along, read as JSON; `undefined` for nothing. */
  body: unknown = undefined;
  /** Who asks, as far as that is known. */
  caller: Caller | undefined;
  /** Why it was refused. */
  problem: string | undefined;

  constructor(request: Request, response: Response) {
    this.request = request;
    this.response = response;
  }

  /** Where the caller comes from. */
  get address(): string {
    return this.request.socket.remoteAddress ?? '';
  }

  /** @throws TypeError where the route is open to who is not logged in */
  get user(): SessionUser {
    if (this.caller === undefined) throw new TypeError('nobody is logged in');
    return this.caller.user;
  }

  /** @throws ApiError `INPUT_INVALID` */
  parameter<Value>(name: string, reader: Reader<Value>): Value {
    return reader(this.request.params[name], name);
  }

  /** The whole query. @throws ApiError `INPUT_INVALID`, for a parameter that is not named here as well */
  query<Shape extends Readonly<Record<string, Reader<unknown>>>>(shape: Shape) {
    const { originalUrl } = this.request;
    const start = originalUrl.indexOf('?');
    return members(shape)(queryEntries(start === -1 ? '' : originalUrl.slice(start)), 'query');
  }
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers with JSON. */
export function sendJson(call: Call, answer: object, status = 200): void {
  call.response.status(status).setHeader('Content-Type', JSON_TYPE);
  call.response.end(JSON.stringify(answer));
}

const compress = promisify(brotliCompress);

/** Quick rather than small: a list of a thousand meters takes some 5 ms, and is a tenth as long. */
const QUICK = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/**
 * The same for what is long, compressed for those who take that. Never for an answer that has a secret in it: its length
 * would tell of it. @see RFC 8446 appendix E.3 and the BREACH attack
 */
export async function sendLongJson(call: Call, answer: object): Promise<void> {
  const { request, response } = call;
  response.setHeader('Vary', 'Accept-Encoding');
  if (request.acceptsEncodings('br') !== 'br') {
    sendJson(call, answer);
    return;
  }
  const body = await compress(JSON.stringify(answer), QUICK);
  response.setHeader('Content-Type', JSON_TYPE).setHeader('Content-Encoding', 'br').end(body);
}

/** Answers that it is done. */
export function sendNothing(call: Call): void {
  call.response.status(204).end();
}
