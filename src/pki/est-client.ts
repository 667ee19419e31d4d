import type { CertificateId } from '#crypto/certificate-id.ts';
import { wantedCurve } from '#pki/est/csr-attributes.ts';
import {
  callEst,
  certificatesOf,
  checkAddress,
  type EstCall,
  type EstServer,
  type OneTimePassword,
} from '#pki/est/est-call.ts';
import { readBody } from '#pki/est/message-body.ts';
import { readRetryAfter } from '#pki/est/retry-after.ts';
import { type Certificate, isCertificateAuthority } from './certificate.ts';
import { type CertificateSource, certificatesFrom } from './certificate-source.ts';
import type { Enroller, EnrolmentAnswer } from './enroller.ts';
import { EnrolmentError } from './enrolment-problems.ts';
import type { TransportAnswer } from './est-transport.ts';
import type { CurveName } from './signing-key.ts';
import type { TlsIdentity } from './tls-identity.ts';

export type { EstServer, OneTimePassword };

export interface EstClientOptions extends EstServer {
  /** The roots that the server's own TLS certificate chains up to. */
  readonly trust: CertificateSource;
}

/** How a client shows who it is: beside TLS, or in it. */
export type EstAuthentication = { readonly password: OneTimePassword } | { readonly identity: TlsIdentity };

/** Asks an EST server. What it answers is read strictly, and still to be judged by `checkIssued`. @see RFC 7030 */
export class EstClient {
  readonly #options: EstClientOptions;

  /** @throws EnrolmentError `EST_ADDRESS_INVALID` */
  constructor(options: EstClientOptions) {
    checkAddress(options);
    this.#options = options;
  }

  /** The CA's certificates: roots, and what may lead to them. @see RFC 7030 § 4.1 */
  async caCertificates(signal?: AbortSignal): Promise<readonly Certificate[]> {
    return certificatesOf(await this.#call({ operation: 'cacerts', signal }), this.#options);
  }

  /**
   * The curve that the CA wants a key to be on, if it says so. Most servers say nothing, in one way or another.
   * @see RFC 7030 § 4.5
   */
  async wantedCurve(signal?: AbortSignal): Promise<CurveName | undefined> {
    const { status, body } = await this.#call({ operation: 'csrattrs', signal });
    return status === 200 ? wantedCurve(readBody(body) ?? new Uint8Array()) : undefined;
  }

  /** @see RFC 7030 § 4.2.1 */
  async simpleEnrol(request: Uint8Array, by: EstAuthentication, signal?: AbortSignal): Promise<EnrolmentAnswer> {
    return await this.#enrol({ operation: 'simpleenroll', request, ...by, signal });
  }

  /** @param identity of the certificate that is renewed, or of the same holder. @see RFC 7030 § 2.3, § 4.2.2 */
  async simpleReEnrol(request: Uint8Array, identity: TlsIdentity, signal?: AbortSignal): Promise<EnrolmentAnswer> {
    return await this.#enrol({ operation: 'simplereenroll', request, identity, signal });
  }

  /** The CA's certificates come first: a password must not be spent on a certificate that then cannot be checked. */
  async #enrol(call: Omit<EstCall, 'trust'>): Promise<EnrolmentAnswer> {
    const { identity, signal } = call;
    // With the identity, for servers that let nobody in without one.
    const issuers = certificatesOf(await this.#call({ operation: 'cacerts', identity, signal }), this.#options);
    const answer = await this.#call(call);
    if (answer.status === 202) {
      const now = this.#options.clock.now();
      return { state: 'pending', askAgainAfter: readRetryAfter(answer.headers['retry-after'], now) };
    }
    const certificates = certificatesOf(answer, this.#options);
    const [leaf] = certificates;
    if (leaf !== undefined && certificates.length === 1) return { state: 'issued', issued: { leaf, issuers } };
    const problem = `${this.#options.url} answered with ${certificates.length} certificates instead of one`;
    throw new EnrolmentError('ENROLMENT_EXTRA_CERTIFICATES', problem);
  }

  async #call(call: Omit<EstCall, 'trust'>): Promise<TransportAnswer> {
    return await callEst(this.#options, { ...call, trust: await certificatesFrom(this.#options.trust) });
  }
}

/**
 * Fetches the root that has a fingerprint, from a server that nobody vouches for yet. No secret is sent, and nothing
 * that comes back is believed but that one certificate.
 * @see RFC 7030 § 4.1.1, bootstrap distribution of CA certificates
 * @throws EnrolmentError `ENROLMENT_FINGERPRINT_UNKNOWN`, `EST_…`
 */
export async function bootstrapRoot(
  server: EstServer,
  fingerprint: CertificateId,
  signal?: AbortSignal,
): Promise<Certificate> {
  checkAddress(server);
  const answer = await callEst(server, { operation: 'cacerts', trust: 'unverified', signal });
  const authorities = certificatesOf(answer, server).filter(isCertificateAuthority);
  const root = authorities.find(({ id }) => id === fingerprint);
  if (root !== undefined) return root;
  const offered = authorities.map(({ id, subject }) => `${id} (${subject.text})`).join(', ');
  throw new EnrolmentError('ENROLMENT_FINGERPRINT_UNKNOWN', `${server.url} offers ${offered}, not ${fingerprint}`);
}

/** The first certificate, by a password that is good for one. It is read only when it is needed. */
export const enrolByPassword = (client: EstClient, readPassword: () => Promise<OneTimePassword>): Enroller => ({
  name: 'EST, by one-time password',
  enrol: async ({ der }, signal) => await client.simpleEnrol(der, { password: await readPassword() }, signal),
});

/** The first certificate, by another: the one that the device was made with, or its TLS certificate for signatures. */
export const enrolByCertificate = (client: EstClient, readIdentity: () => Promise<TlsIdentity>): Enroller => ({
  name: 'EST, by another certificate',
  enrol: async ({ der }, signal) => await client.simpleEnrol(der, { identity: await readIdentity() }, signal),
});

/**
 * The next certificate, by the current one. A signature certificate cannot shake hands: the TLS certificate of the same
 * holder does it for it.
 */
export const renewByCertificate = (client: EstClient, readIdentity: () => Promise<TlsIdentity>): Enroller => ({
  name: 'EST, renewal by the current certificate',
  enrol: async ({ der }, signal) => await client.simpleReEnrol(der, await readIdentity(), signal),
});
