import { type Duration, Seconds } from '#core/time.ts';
import type { Certificate } from './certificate.ts';
import { type CheckedCrl, checkCrl, statementOf } from './crl-check.ts';
import { type Exchange, type ExchangeLimits, exchange } from './http-exchange.ts';
import { type FreshnessLimits, RevocationError, type RevocationSource } from './revocation-statement.ts';
import { SingleFlight } from './single-flight.ts';

export interface CrlClientOptions extends Exchange {
  readonly freshness: FreshnessLimits;
  /** How long one list serves for all the certificates of its CA, if it holds so long. */
  readonly keep: Duration;
  /** The folder that has the lists, instead of the one in the certificates; the name of the list stays. */
  readonly folderUrl?: string;
}

export const CRL_EXCHANGE_LIMITS: ExchangeLimits = { timeout: Seconds(20), size: 16 * 1024 * 1024 };

/** Gets CRLs from the distribution point in the certificate: the alternative where a CA has no OCSP responder. */
export function crlClient(options: CrlClientOptions): RevocationSource {
  const { clock, freshness, keep } = options;
  const kept = new Map<string, CheckedCrl & { readonly until: number }>();
  const flights = new SingleFlight<CheckedCrl>();

  const fetchList = async (url: string, issuer: Certificate): Promise<CheckedCrl> => {
    const der = await exchange(url, { method: 'GET' }, options);
    const list = checkCrl(der, issuer, clock.now(), freshness);
    kept.set(`${url} ${issuer.id}`, { ...list, until: clock.monotonic() + keep });
    return list;
  };

  return {
    async ask(certificate, issuer) {
      const url = addressOf(certificate, options);
      const key = `${url} ${issuer.id}`;
      const known = kept.get(key);
      const holds = known !== undefined && clock.monotonic() < known.until && clock.now() <= known.holdsUntil;
      return statementOf(holds ? known : await flights.run(key, () => fetchList(url, issuer)), certificate);
    },
  };
}

function addressOf({ extensions, subject }: Certificate, { folderUrl }: CrlClientOptions): string {
  const url = extensions.crlUrls?.[0];
  if (url === undefined) throw new RevocationError('no-address', subject.text);
  return folderUrl === undefined ? url : `${folderUrl.replace(/\/$/, '')}/${url.slice(url.lastIndexOf('/') + 1)}`;
}
