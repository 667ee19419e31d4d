import { SealmeterError } from '#core/errors.ts';
import { addTime, type Duration, type Instant } from '#core/time.ts';
import type { Certificate } from './certificate.ts';
import type { CertificateRequest } from './certificate-request.ts';
import { makeCrl } from './crl.ts';
import { type CertificateOrder, type Issuer, issueCertificate, type RevocationAddresses } from './issue.ts';
import { issuedEvent, type Ledger, type LedgerEntry, type LedgerEvent, ledgerOf, type Revocation } from './ledger.ts';
import type { Profile } from './profiles.ts';
import type { SigningKey } from './signing-key.ts';

/** Keeps an event for good; the promise is kept once it cannot be lost any more. */
export type RecordEvent = (event: LedgerEvent) => Promise<void>;

/** A certification authority at work: its certificate, its key, and a memory of what it did. */
export class Authority implements Issuer {
  readonly certificate: Certificate;
  readonly key: SigningKey;
  readonly revocation: RevocationAddresses;
  readonly #record: RecordEvent;
  readonly #events: LedgerEvent[];

  constructor({ certificate, key, revocation }: Issuer, events: readonly LedgerEvent[], record: RecordEvent) {
    this.certificate = certificate;
    this.key = key;
    this.revocation = revocation;
    this.#events = [...events];
    this.#record = record;
  }

  get ledger(): Ledger {
    return ledgerOf(this.#events);
  }

  /** Issues a certificate and hands it out only after it is in the ledger. */
  async issue(order: CertificateOrder): Promise<Certificate> {
    const certificate = await issueCertificate(this, order);
    await this.#remember(issuedEvent(certificate, order.profile.name));
    return certificate;
  }

  /** Issues what a request asks for: its subject, key and host names. The profile decides all else. */
  async issueRequested(request: CertificateRequest, profile: Profile, now: Instant): Promise<Certificate> {
    const { subject, publicKey, altNames } = request;
    return await this.issue({ profile, subject, publicKey, altNames, now });
  }

  /**
   * Revokes a certificate by its serial number. Only one that is on hold can be revoked a second time, for good.
   * @throws SealmeterError (configuration) `PKI_CERTIFICATE_UNKNOWN`, `PKI_ALREADY_REVOKED`
   */
  async revoke(serial: string, revocation: Revocation): Promise<LedgerEntry> {
    const entry = this.ledger.issued.get(serial);
    if (entry === undefined) {
      throw new SealmeterError('configuration', 'PKI_CERTIFICATE_UNKNOWN', `no certificate ${serial} was issued here`, {
        mend: 'check the serial number, and whether the other PKI issued it',
      });
    }
    if (entry.revocation !== undefined && entry.revocation.reason !== 'certificateHold') {
      throw new SealmeterError('configuration', 'PKI_ALREADY_REVOKED', `certificate ${serial} is revoked already`, {
        mend: 'nothing needs to be done',
      });
    }
    await this.#remember({ event: 'revoked', serial, revocation });
    return { ...entry, revocation };
  }

  /** The DER of a new CRL, under the next number. Certificates that have expired need not be on it any more. */
  async makeCrl(now: Instant, validity: Duration): Promise<Uint8Array> {
    const { issued, crlNumber } = this.ledger;
    const number = crlNumber + 1;
    const revoked = [...issued.values()].flatMap(({ serial, notAfter, revocation }) =>
      revocation !== undefined && notAfter >= now ? [[serial, revocation] as const] : [],
    );
    await this.#remember({ event: 'crl', number });
    return await makeCrl(this, { number, thisUpdate: now, nextUpdate: addTime(now, validity), revoked });
  }

  async #remember(event: LedgerEvent): Promise<void> {
    await this.#record(event);
    this.#events.push(event);
  }
}
