import { randomBytes } from 'node:crypto';
import { systemClock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import type { Signer } from '#crypto/signer.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { MeterClient } from '#das/meter-client.ts';
import {
  REVOCATION_DEFAULTS,
  type RevocationMode,
  type RevocationService,
  revocationService,
} from '#pki/revocation-service.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { requestTo, signRequest } from '#signature/request-signer.ts';
import { readCertificates, type SealedReading, type Verification, verifyDocument } from './verify.ts';

// `sealmeter/client`: for Node.js, which can do what a browser cannot: mutual TLS with certificates of our own.

export interface MeterAccess {
  /** `https://meter.example:8443` */
  readonly url: string;
  /** PEM texts. */
  readonly tls: {
    /** The client certificate, then its sub-CA. */
    readonly certificate: string;
    readonly key: string;
    /** What the meter's TLS certificate chains up to. */
    readonly roots: readonly string[];
  };
  /** The key that requests are signed with. PEM texts. */
  readonly signature: { readonly certificate: string; readonly key: string };
  /** The meter's signature certificates, PEM, installed beforehand. */
  readonly meterCertificates: string;
  /** How to learn whether TLS certificates are revoked. Default `ocsp`; `off` only where the CA tells nothing. */
  readonly revocation?: RevocationMode | 'off';
  /** Whom to ask instead of the responder that the certificates name. */
  readonly responder?: string;
  /** How requests are signed. Default `rfc9421`. */
  readonly form?: 'rfc9421' | 'draft-cavage';
}

/** A reading with the document that proves it: keep the document. */
export interface ProvenReading extends SealedReading {
  /** The exact bytes, as they came. */
  readonly document: Uint8Array;
  readonly verification: Verification;
}

/** A meter, met over mutual TLS. Connections are kept; dispose of it when it is no longer needed. */
export class Meter implements Disposable {
  readonly #access: MeterAccess;
  readonly #client: MeterClient;
  readonly #signer: Signer;

  /** @throws SealmeterError where a key or a certificate cannot be read */
  constructor(access: MeterAccess) {
    const { tls, signature } = access;
    this.#access = access;
    this.#client = new MeterClient({ identity: tls, revocation: revocationOf(access), clock: systemClock });
    this.#signer = softwareSigner({ certificatePem: signature.certificate, privateKeyPem: signature.key });
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }

  /**
   * Reads a resource by a signed request, and gives it back only if it is proven.
   * @param path `/cosem/ldevs/1sie0012345678.sm/objects/3-0100010800ff/attributes/2`
   * @throws SealmeterError `METER_REFUSED` with what the meter says, `READING_NOT_PROVEN` with the code of the check
   *   that failed, and as `MeterClient.get`
   */
  async read(path: string, signal?: AbortSignal): Promise<ProvenReading> {
    const { status, body } = await this.get(path, signal);
    if (status !== 200) throw refused(path, status, body);
    const verification = await this.#verify(path, body);
    if (!verification.proven || verification.reading === undefined) throw notProven(path, verification);
    return { ...verification.reading, document: body, verification };
  }

  /** One GET by a signed request: whatever comes back, unverified. */
  async get(path: string, signal?: AbortSignal) {
    const url = new URL(path, this.#access.url);
    const headers = await signRequest(requestTo('GET', url), {
      form: this.#access.form ?? 'rfc9421',
      signer: this.#signer,
      clock: systemClock,
      crypto: nodeCrypto,
      random: randomBytes,
    });
    return this.#client.get(url, headers, signal);
  }

  async #verify(path: string, document: Uint8Array): Promise<Verification> {
    const certificates = await readCertificates(this.#access.meterCertificates);
    const { address } = parseResource(path);
    const expected = 'ldev' in address ? { meter: address.ldev } : {};
    return verifyDocument(document, { certificates, resource: path, ...expected });
  }
}

function revocationOf({ revocation = 'ocsp', responder }: MeterAccess): RevocationService | undefined {
  if (revocation === 'off') return undefined;
  return revocationService({
    ...REVOCATION_DEFAULTS,
    mode: revocation,
    ...(responder === undefined ? {} : { responderUrl: responder }),
    fetch,
    clock: systemClock,
    log: silentLog,
  });
}

/** The meter says why in a problem document. @see RFC 9457 */
function refused(path: string, status: number, body: Uint8Array): SealmeterError {
  const said = Buffer.from(body).toString('utf8').slice(0, 500);
  return new SealmeterError('peer', 'METER_REFUSED', `the meter answers ${path} with status ${status}: ${said}`, {
    mend: 'what it says names the check that failed',
  });
}

function notProven(path: string, { marks }: Verification): SealmeterError {
  const failed = marks.filter(({ outcome }) => outcome === 'failed');
  const words = failed.map(({ finding, code }) => `${finding} [${code ?? ''}]`).join('; ');
  return new SealmeterError('evidence', 'READING_NOT_PROVEN', `${path}: ${words}`, {
    mend: 'use nothing of it; look whether the meter has a new certificate',
  });
}
