import { addTime, type Duration, Hours, type Instant } from '#core/time.ts';
import type { Certificate } from '#pki/certificate.ts';
import { toArrayBuffer } from '#pki/der.ts';
import type { Fetch } from '#pki/http-exchange.ts';
import { issuedEvent, type LedgerEvent, ledgerOf, type Revocation } from '#pki/ledger.ts';
import { OCSP_LIMITS, ocspClient } from '#pki/ocsp-client.ts';
import { type AnsweredAuthority, answerOcsp } from '#pki/ocsp-responder.ts';
import { CHECKER_DEFAULTS, RevocationChecker, type RevocationCheckerOptions } from '#pki/revocation-checker.ts';
import { DEFAULT_FRESHNESS, type RevocationSource } from '#pki/revocation-statement.ts';
import { issueTo, makePki, profiles, type TestIdentity } from '../../pki/support/test-pki.ts';
import type { FakeClock } from '../../support/fake-clock.ts';
import { party, TODAY } from './tls-parties.ts';

/** How long an answer of the responder holds. */
export const ANSWER_HOLDS = Hours(1);

const pki = await makePki('revocable', TODAY);
const issued = addTime(TODAY, Hours(-12));
const responders = {
  root: await issueTo(pki.root, profiles['ocsp-responder'], { now: issued }),
  sub: await issueTo(pki.sub, profiles['ocsp-responder'], { now: issued }),
};
const das = await issueTo(pki.sub, profiles['tls-client'], { name: 'das', now: issued });
const server = await issueTo(pki.sub, profiles['tls-server'], {
  now: issued,
  altNames: [{ dns: 'localhost' }, { ip: '127.0.0.1' }],
});

/** Certificates of today whose CAs can be asked. */
export const revocable = {
  root: pki.root.certificate,
  sub: pki.sub.certificate,
  meter: party(server, pki.sub),
  das: party(das, pki.sub),
};

/** The responder of those CAs, in this process: it can be told what to say, and to be away. */
export class ExampleResponder {
  readonly #clock: FakeClock;
  readonly #revoked: (LedgerEvent & { readonly serial: string })[] = [];
  /** How often it was asked. */
  asked = 0;
  /** How long its answers hold. */
  holds: Duration = ANSWER_HOLDS;
  /** Said instead of an answer. */
  trouble: (() => Promise<Response>) | undefined;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  readonly fetch: Fetch = async (_url, { body }) => {
    this.asked += 1;
    if (this.trouble !== undefined) return await this.trouble();
    const request = new Uint8Array(body as ArrayBuffer);
    const timing = { now: this.#clock.now(), validity: this.holds };
    return new Response(toArrayBuffer(await answerOcsp(request, this.#authorities(), timing)));
  };

  source(): RevocationSource {
    return ocspClient({
      fetch: this.fetch,
      clock: this.#clock,
      limits: OCSP_LIMITS,
      freshness: DEFAULT_FRESHNESS,
      certificateIdHash: 'sha-256',
    });
  }

  checker(log: RevocationCheckerOptions['log'], options: Partial<RevocationCheckerOptions> = {}): RevocationChecker {
    return new RevocationChecker({ ...CHECKER_DEFAULTS, source: this.source(), clock: this.#clock, log, ...options });
  }

  goAway(): void {
    this.trouble = () => Promise.reject(new TypeError('connection refused'));
  }

  comeBack(): void {
    this.trouble = undefined;
  }

  revoke({ serial }: Certificate, at: Instant = this.#clock.now()): void {
    const revocation: Revocation = { at, reason: 'keyCompromise' };
    this.#revoked.push({ event: 'revoked', serial, revocation });
  }

  #authorities(): readonly AnsweredAuthority[] {
    return [
      this.#authority(pki.root, responders.root, [pki.sub]),
      this.#authority(pki.sub, responders.sub, [das, server]),
    ];
  }

  #authority(ca: TestIdentity, responder: TestIdentity, holders: readonly TestIdentity[]): AnsweredAuthority {
    const issuedHere = holders.map(({ certificate }) => certificate);
    const revokedHere = this.#revoked.filter(({ serial }) => issuedHere.some((holder) => holder.serial === serial));
    const events = [...issuedHere.map((holder) => issuedEvent(holder, 'tls-client')), ...revokedHere];
    return { certificate: ca.certificate, ledger: ledgerOf(events), responder };
  }
}
