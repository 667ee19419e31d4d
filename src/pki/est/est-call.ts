import { fromUtf8, toBase64, utf8 } from '#core/bytes.ts';
import type { Clock } from '#core/clock.ts';
import { type Duration, Seconds } from '#core/time.ts';
import type { Certificate } from '#pki/certificate.ts';
import { EnrolmentError, type EnrolmentProblem } from '#pki/enrolment-problems.ts';
import type { SendHttps, TransportAnswer, TransportRequest } from '#pki/est-transport.ts';
import type { TlsIdentity } from '#pki/tls-identity.ts';
import { readCertificateBag } from './certificate-bag.ts';
import { readBody, writeBody } from './message-body.ts';
import { type EstOperation, isLabel, MEDIA, mediaTypeOf, OPERATIONS, pathOf } from './operations.ts';

/** A user name with a password that is good for one certificate. */
export interface OneTimePassword {
  readonly user: string;
  readonly password: string;
}

export interface EstServer {
  /** `https://host` or `https://host:port`. */
  readonly url: string;
  /** Which of the server's CAs: one for TLS, one for signatures. */
  readonly label?: string | undefined;
  readonly send: SendHttps;
  readonly clock: Clock;
}

export interface EstCall {
  readonly operation: EstOperation;
  readonly trust: TransportRequest['trust'];
  /** PKCS#10. */
  readonly request?: Uint8Array;
  readonly password?: OneTimePassword;
  readonly identity?: TlsIdentity | undefined;
  readonly signal?: AbortSignal | undefined;
}

const TIMEOUT: Duration = Seconds(30);
/** More than any message with as many certificates as we read takes in base64. */
const MAX_ANSWER = 128 * 1024;
/** What a server says in plain text goes into messages and logs. */
const MAX_EXPLANATION = 200;

const REFUSALS: Readonly<Record<number, EnrolmentProblem>> = {
  400: 'EST_REQUEST_REFUSED',
  401: 'EST_NOT_AUTHENTICATED',
  403: 'EST_NOT_ENTITLED',
  404: 'EST_LABEL_UNKNOWN',
};

/** @throws EnrolmentError `EST_ADDRESS_INVALID` */
export function checkAddress({ url, label }: Pick<EstServer, 'url' | 'label'>): void {
  if (!URL.canParse(url) || !/^https:\/\/[^/?#@]+\/?$/i.test(url)) {
    throw new EnrolmentError('EST_ADDRESS_INVALID', `"${url}" is not the address of an EST server`);
  }
  if (label !== undefined && !isLabel(label)) {
    throw new EnrolmentError('EST_ADDRESS_INVALID', `"${label}" is not an EST label`);
  }
}

/** One exchange; any status is an answer. */
export async function callEst({ url, label, send }: EstServer, call: EstCall): Promise<TransportAnswer> {
  const { operation, trust, request, password, identity, signal } = call;
  return await send({
    method: OPERATIONS[operation].method,
    url: new URL(pathOf(operation, label), url),
    headers: {
      ...(request === undefined ? {} : { 'content-type': MEDIA.request, 'content-transfer-encoding': 'base64' }),
      ...(password === undefined ? {} : { authorization: basicAuthorization(password) }),
    },
    trust,
    timeout: TIMEOUT,
    size: MAX_ANSWER,
    ...(request === undefined ? {} : { body: writeBody(request) }),
    ...(identity === undefined ? {} : { identity }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/**
 * The certificates in an answer.
 * @throws EnrolmentError what `REFUSALS` says, `EST_REDIRECTED`, `EST_SERVER_FAILED`, `EST_WRONG_CONTENT_TYPE`,
 *   `EST_ANSWER_UNREADABLE`; what `readCertificate` throws
 */
export function certificatesOf(answer: TransportAnswer, { url }: EstServer): readonly Certificate[] {
  if (answer.status !== 200) throw refusal(answer, url);
  const contentType = answer.headers['content-type'];
  if (mediaTypeOf(contentType) !== MEDIA.certificates) {
    const problem = `${url} answered with ${contentType ?? 'no content type'} instead of ${MEDIA.certificates}`;
    throw new EnrolmentError('EST_WRONG_CONTENT_TYPE', problem);
  }
  const der = readBody(answer.body);
  if (der === undefined) throw new EnrolmentError('EST_ANSWER_UNREADABLE', `the answer of ${url} is not base64`);
  return readCertificateBag(der);
}

function refusal({ status, headers, body }: TransportAnswer, url: string): EnrolmentError {
  if (status >= 300 && status < 400) {
    return new EnrolmentError('EST_REDIRECTED', `${url} wants to send us elsewhere (status ${status})`);
  }
  const explanation = mediaTypeOf(headers['content-type']) === 'text/plain' ? `: ${explanationIn(body)}` : '';
  const problem = `${url} answered with status ${status}${explanation}`;
  return new EnrolmentError(REFUSALS[status] ?? 'EST_SERVER_FAILED', problem);
}

/** On one line, and without anything that a terminal would take for a command. */
const explanationIn = (body: Uint8Array): string =>
  (fromUtf8(body) ?? '')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_EXPLANATION);

/** @see RFC 7617 § 2 */
const basicAuthorization = ({ user, password }: OneTimePassword): string =>
  `Basic ${toBase64(utf8(`${user}:${password}`))}`;
