import { utf8 } from '#core/bytes.ts';
import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { writeCertificateBag } from '#pki/est/certificate-bag.ts';
import {
  type Entitlement,
  type EstClaim,
  type EstLabel,
  type EstPolicy,
  entitleFirst,
  entitleNext,
} from '#pki/est/entitlement.ts';
import { EstRefusal, REFUSAL_STATUS } from '#pki/est/est-refusal.ts';
import { readBody, writeBody } from '#pki/est/message-body.ts';
import { type EstOperation, MEDIA, mediaTypeOf, OPERATIONS, readPath } from '#pki/est/operations.ts';
import { openAuthority } from './authority-files.ts';
import { readBounded } from './bounded-body.ts';
import type { Certificate } from './certificate.ts';
import { type CertificateRequest, readCertificateRequest } from './certificate-request.ts';
import { type CertificateOrder, checkOrder } from './issue.ts';
import { type PkiName, pairOf } from './pki-directory.ts';
import type { Profiles } from './profiles.ts';
import { readCertificateFile } from './public-files.ts';
import { issuersToSend } from './roll-over.ts';

export interface EstServiceOptions extends EstPolicy {
  readonly profiles: Profiles;
  readonly log: Log;
}

/** An HTTP request, as far as EST looks at it. */
export interface EstRequest extends EstClaim {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface EstResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Our PKIs by their labels. Without a label a client means the TLS certificate of a server, a meter's. */
const LABELS: readonly EstLabel[] = [
  { name: 'tls', pki: 'tls', profile: 'tls-server' },
  { name: 'tls-client', pki: 'tls', profile: 'tls-client' },
  { name: 'signature', pki: 'signature', profile: 'signature' },
];

export const estLabels: readonly string[] = LABELS.map(({ name }) => name);

const DEFAULT_LABEL = 'tls';

/** A certificate request has some 500 bytes. */
const MAX_BODY = 16 * 1024;

/**
 * Enrolment over Secure Transport, for development: the CA's part of RFC 7030 on the authorities of a PKI folder, without
 * the socket.
 */
export class EstService {
  readonly #options: EstServiceOptions;

  constructor(options: EstServiceOptions) {
    this.#options = options;
  }

  async answer(request: EstRequest): Promise<EstResponse> {
    const { log } = this.#options;
    try {
      return await this.#serve(request);
    } catch (cause) {
      const { method, path } = request;
      if (!(cause instanceof EstRefusal)) {
        log.error('est.failed', { method, path, problem: reasonOf(cause) });
        return text(500, 'the server cannot do it now; its log says why');
      }
      log.warn('est.refused', { method, path, code: cause.code, problem: cause.message });
      return refusal(cause);
    }
  }

  async #serve(request: EstRequest): Promise<EstResponse> {
    const { label, operation } = resourceOf(request);
    const { method } = OPERATIONS[operation];
    if (request.method !== method) return text(405, `${operation} is a resource for ${method}`, { allow: method });
    return await this.#operations[operation](label, request);
  }

  readonly #operations: Readonly<Record<EstOperation, (label: EstLabel, request: EstRequest) => Promise<EstResponse>>> =
    {
      cacerts: async ({ pki }) => certsOnly(await this.#caCertificates(pki)),
      // RFC 7030 § 4.5.2: 204 says that there are no wishes.
      csrattrs: () => Promise.resolve({ status: 204, headers: {}, body: new Uint8Array() }),
      simpleenroll: (label, request) => this.#enrol(label, request, entitleFirst),
      simplereenroll: (label, request) => this.#enrol(label, request, entitleNext),
    };

  async #caCertificates(pki: PkiName): Promise<readonly Certificate[]> {
    const { folder } = this.#options;
    const roots = await readCertificateFile(pairOf(folder, `${pki}-root`).certificate);
    return [...roots, ...(await issuersToSend(folder, pki))];
  }

  async #enrol(label: EstLabel, request: EstRequest, entitle: typeof entitleFirst): Promise<EstResponse> {
    const csr = await readRequest(request);
    const entitlement = await entitle(this.#options, label, request, csr);
    const certificate = await this.#issue(label, csr, entitlement);
    const { by } = entitlement;
    this.#options.log.info('est.issued', {
      label: label.name,
      subject: certificate.subject.text,
      id: certificate.id,
      by,
    });
    return certsOnly([certificate]);
  }

  /** The right is used up first: a crash in between costs a password; the other way round it could serve twice. */
  async #issue({ pki, profile }: EstLabel, csr: CertificateRequest, entitlement: Entitlement): Promise<Certificate> {
    const { folder, profiles, clock } = this.#options;
    const order = { ...csr, profile: profiles[profile], now: clock.now() };
    refuseUnfit(order);
    const authority = await openAuthority(folder, `${pki}-sub`);
    if (!(await entitlement.use())) throw new EstRefusal('EST_LOGIN_WRONG', 'the password is not good');
    return await authority.issue(order);
  }
}

function resourceOf({ path }: EstRequest): { readonly label: EstLabel; readonly operation: EstOperation } {
  const resource = readPath(path);
  const label = LABELS.find(({ name }) => name === (resource?.label ?? DEFAULT_LABEL));
  if (resource !== undefined && label !== undefined) return { label, operation: resource.operation };
  throw new EstRefusal('EST_RESOURCE_UNKNOWN', `there is no ${path}; the labels are ${estLabels.join(', ')}`);
}

async function readRequest({ contentType, body }: EstRequest): Promise<CertificateRequest> {
  if (mediaTypeOf(contentType) !== MEDIA.request) {
    throw new EstRefusal('EST_MEDIA_TYPE_WRONG', `a request has to be ${MEDIA.request}`);
  }
  const bytes = await readBounded(body, MAX_BODY);
  if (bytes === undefined) throw new EstRefusal('EST_BODY_TOO_LARGE', `a request has at most ${MAX_BODY} bytes`);
  const der = readBody(bytes);
  if (der === undefined) throw new EstRefusal('EST_REQUEST_UNREADABLE', 'the request is not base64');
  try {
    return readCertificateRequest(der);
  } catch (cause) {
    throw new EstRefusal('EST_REQUEST_UNREADABLE', reasonOf(cause), cause);
  }
}

function refuseUnfit(order: CertificateOrder): void {
  try {
    checkOrder(order);
  } catch (cause) {
    throw new EstRefusal('EST_REQUEST_UNFIT', reasonOf(cause), cause);
  }
}

/** @see RFC 7030 § 4.1.3, § 4.2.3 */
const certsOnly = (certificates: readonly Certificate[]): EstResponse => ({
  status: 200,
  headers: { 'content-type': `${MEDIA.certificates}; smime-type=certs-only`, 'content-transfer-encoding': 'base64' },
  body: writeBody(writeCertificateBag(certificates)),
});

/** @see RFC 9110 § 11.6.1: with 401 a server MUST say how to log in */
const CHALLENGE = { 'www-authenticate': 'Basic realm="enrolment", charset="UTF-8"' };

function refusal({ code, message }: EstRefusal): EstResponse {
  const status = REFUSAL_STATUS[code];
  return text(status, message, status === 401 ? CHALLENGE : {});
}

/** An explanation for a person. @see RFC 7030 § 4.2.3 */
const text = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): EstResponse => ({
  status,
  headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
  body: utf8(`${message}\n`),
});
