import type { Certificate } from './certificate.ts';
import { type CertificateOrder, type Issuer, issueCertificate, type RevocationAddresses } from './issue.ts';
import { issuedEvent, type Ledger, type LedgerEvent, ledgerOf } from './ledger.ts';
import type { AuthorityName } from './pki-directory.ts';
import type { SigningKey } from './signing-key.ts';

/** Keeps an event for good; the promise is kept once it cannot be lost any more. */
export type RecordEvent = (event: LedgerEvent) => Promise<void>;

/** A certification authority at work: its certificate, its key, and a memory of what it did. */
export class Authority implements Issuer {
  readonly name: AuthorityName;
  readonly certificate: Certificate;
  readonly key: SigningKey;
  readonly revocation: RevocationAddresses;
  readonly #record: RecordEvent;
  readonly #events: LedgerEvent[];

  constructor(
    { name, certificate, key, revocation }: Issuer & { readonly name: AuthorityName },
    events: readonly LedgerEvent[],
    record: RecordEvent,
  ) {
    this.name = name;
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

  async #remember(event: LedgerEvent): Promise<void> {
    await this.#record(event);
    this.#events.push(event);
  }
}
