import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext, type TLSSocket, type TlsOptions } from 'node:tls';

import type { Clock } from '#core/clock.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { listenOn } from '#core/server.ts';
import { boundedOptions } from '#core/server-limits.ts';
import type { Certificate, CertificateList } from '#pki/certificate.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import type { RevocationChecker } from '#pki/revocation-checker.ts';
import { exportKey } from '#pki/signing-key.ts';
import type { Collection } from './collection.ts';
import type { OcmfPartiesOf } from './ocmf-parties.ts';
import type { ReadingStore } from './reading-store.ts';
import type { ApiParts } from './server/api-parts.ts';
import { createApp } from './server/app.ts';
import { ClientCertificates } from './server/client-certificates.ts';
import { FirstAdministratorLink } from './server/first-administrator.ts';
import { inTurn } from './server/in-turn.ts';
import { limitAddresses } from './server/limit-addresses.ts';
import { DEFAULT_LIMITS, type Limits } from './server/limits.ts';
import { LogInThrottle } from './server/log-in-throttle.ts';
import { readPageFiles } from './server/page-files.ts';
import { Passwords } from './server/passwords.ts';
import { Sessions } from './server/sessions.ts';
import { canAdminister } from './server/users.ts';

interface DasServerTls {
  /** The server's certificate, then its sub-CA. */
  readonly certificates: CertificateList;
  readonly privateKey: KeyObject;
  /** What users' client certificates chain up to; none where nobody comes in by one, and browsers are asked for none. */
  readonly clientRoots?: readonly Certificate[];
  /**
   * Sub-CAs of users that are known beforehand, beside our own. They need no trust, and get none; but Node.js does not
   * show to a server what of a chain a client has sent.
   */
  readonly clientIssuers?: readonly Certificate[];
}

export interface DasServerParts {
  readonly tls: DasServerTls;
  readonly store: ReadingStore;
  readonly collection: Collection;
  /** The folder of the built page; without it there is the API alone. */
  readonly pageFolder?: string;
  /** The names, with their port where it is not 443, by which the DAS may be called; any where it is left out. */
  readonly hosts?: ReadonlySet<string>;
  /** Whoever asks from this machine is let in, as administrator: for a demonstration, which has nothing to lose. */
  readonly demo?: boolean;
  /** In whose name a meter's readings are exported as OCMF, and the key that signs them; without it they are not. */
  readonly ocmf?: OcmfPartiesOf | undefined;
  /** What Prometheus is told. */
  readonly metrics?: () => Promise<string> | string;
  /** Whom to ask whether a user's certificate is revoked. */
  readonly revocation?: RevocationChecker;
  readonly limits?: Partial<Limits>;
  /** Makes and compares password hashes; a test gives cheap ones. */
  readonly passwords?: Passwords;
  readonly clock: Clock;
  readonly log: Log;
}

/** The door of the DAS: its API and its page over TLS. */
export class DasServer implements AsyncDisposable {
  readonly #parts: DasServerParts;
  readonly #limits: Limits;
  readonly #firstAdministrator: FirstAdministratorLink;
  readonly #server: Server;
  readonly #closing = new AbortController();
  #tls: DasServerTls;
  #certificates: ClientCertificates;

  /** @throws SealmeterError (configuration) `PAGE_UNREADABLE` */
  constructor(parts: DasServerParts) {
    const { tls, clock } = parts;
    this.#parts = parts;
    this.#tls = tls;
    this.#certificates = clientCertificates(tls, parts);
    this.#limits = { ...DEFAULT_LIMITS, ...parts.limits };
    this.#firstAdministrator = new FirstAdministratorLink(clock);
    const page = parts.pageFolder === undefined ? undefined : readPageFiles(parts.pageFolder);
    const app = createApp({
      ...this.#apiParts(),
      page,
      hosts: parts.hosts,
    });
    this.#server = makeServer(tls, this.#limits);
    this.#server.prependListener('connection', limitAddresses(this.#limits, parts.log));
    this.#server.prependListener('secureConnection', (socket: TLSSocket) => this.#certificates.meet(socket));
    this.#server.on('request', app);
    this.#server.on('checkContinue', app);
  }

  /** @throws SealmeterError (configuration) `PORT_TAKEN`, `PORT_FORBIDDEN`, `ADDRESS_NOT_HERE` */
  listen(host: string, port: number): Promise<AddressInfo> {
    return listenOn(this.#server, host, port);
  }

  /**
   * Takes up another certificate, key and client roots for all who come from now on. Who is here already comes in by a
   * certificate no longer, and idle connections end, so that a root that was taken away lets nobody in. What is the same as
   * before disturbs nobody.
   * @throws SealmeterError (configuration) `DAS_TLS_UNUSABLE`, `DAS_TLS_RESTART`; then nothing changes
   */
  renew(tls: DasServerTls): void {
    if (areSame(this.#tls, tls)) return;
    demandUsable(tls);
    if (asksForCertificates(tls) !== asksForCertificates(this.#tls)) throw takesRestart();
    this.#server.setSecureContext(tlsOptions(tls));
    this.#tls = tls;
    this.#certificates = clientCertificates(tls, this.#parts);
    this.#server.closeIdleConnections();
  }

  /**
   * What the console shows behind `#first-administrator=` in the page's address, as long as nobody can administer; whoever
   * opens that within an hour becomes the first administrator. `undefined` where there is one.
   */
  async offerFirstAdministrator(): Promise<string | undefined> {
    return (await this.#parts.store.users()).some(canAdminister) ? undefined : this.#firstAdministrator.offer();
  }

  /** Lets nobody in any more, finishes the answers that are being given, at most for the closing time, and ends. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#closing.abort(new Error('the server closes'));
    this.#server.closeIdleConnections();
    const cancel = this.#parts.clock.after(this.#limits.closingTime, () => this.#server.closeAllConnections());
    await closed;
    cancel();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #apiParts(): ApiParts {
    const { store, collection, demo = false, ocmf, metrics, passwords = new Passwords(), clock, log } = this.#parts;
    return {
      store,
      collection,
      sessions: new Sessions(clock),
      certificateOf: (request) => this.#certificates.of(request),
      passwords,
      throttle: new LogInThrottle(clock),
      firstAdministrator: this.#firstAdministrator,
      changes: inTurn(),
      demo,
      ocmf,
      metrics,
      closing: this.#closing.signal,
      limits: this.#limits,
      clock,
      log,
    };
  }
}

const clientCertificates = (
  { certificates, clientRoots = [], clientIssuers = [] }: DasServerTls,
  { revocation, clock }: Pick<DasServerParts, 'revocation' | 'clock'>,
): ClientCertificates =>
  new ClientCertificates({
    roots: clientRoots,
    issuers: [...certificates.slice(1), ...clientIssuers],
    revocation,
    clock,
  });

function makeServer(tls: DasServerTls, limits: Limits): Server {
  const server = createServer({ ...tlsOptions(tls), ...boundedOptions(limits) });
  server.maxConnections = limits.connections;
  return server.setTimeout(limits.idleTime);
}

/**
 * `rejectUnauthorized: false` lets nobody in: a certificate that is no good is as good as none, and without one a user needs
 * a password.
 */
const tlsOptions = ({ certificates, privateKey, clientRoots = [] }: DasServerTls): TlsOptions => ({
  cert: certificatesToPem(certificates),
  key: exportKey(privateKey),
  minVersion: 'TLSv1.2',
  honorCipherOrder: true,
  ...(asksForCertificates({ clientRoots }) && {
    requestCert: true,
    rejectUnauthorized: false,
    ca: certificatesToPem(clientRoots),
  }),
});

const asksForCertificates = ({ clientRoots = [] }: Pick<DasServerTls, 'clientRoots'>): boolean =>
  clientRoots.length > 0;

const areSame = (former: DasServerTls, now: DasServerTls): boolean => {
  const [a, b] = [tlsOptions(former), tlsOptions(now)];
  return a.cert === b.cert && a.key === b.key && a.ca === b.ca;
};

function demandUsable(tls: DasServerTls): void {
  try {
    createSecureContext(tlsOptions(tls));
  } catch (error) {
    throw new SealmeterError('configuration', 'DAS_TLS_UNUSABLE', `TLS cannot use it: ${reasonOf(error)}`, {
      mend: 'see that the key is that of the certificate',
      cause: error,
    });
  }
}

const takesRestart = (): SealmeterError =>
  new SealmeterError('configuration', 'DAS_TLS_RESTART', 'whether browsers are asked for a certificate has changed', {
    mend: 'start the DAS again',
  });
