import { createHash } from 'node:crypto';

import { utf8 } from '#core/bytes.ts';
import { addTime, Milliseconds, Seconds } from '#core/time.ts';
import type { Role } from '#das/api-types.ts';
import type { Collection, LiveReading, MeterStatus, ProbedSite } from '#das/collection.ts';
import type { DasUser, PinnedMeter, PinnedSignature } from '#das/das-registry.ts';
import { DasServer, type DasServerParts } from '#das/das-server.ts';
import type { StoredDocument } from '#das/reading-store.ts';
import { Passwords } from '#das/server/passwords.ts';
import type { Certificate } from '#pki/certificate.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import type { RevocationChecker } from '#pki/revocation-checker.ts';
import { RecordingLog } from '../../../http/support/recording-log.ts';
import { clients, root, meter as serverParty, TODAY } from '../../../http/support/tls-parties.ts';
import { FakeClock, settle } from '../../../support/fake-clock.ts';
import { DasVisitor } from './das-visitor.ts';
import { MemoryStore } from './memory-store.ts';

export const OWN = '1sie0000000001.sm';
export const FOREIGN = '1sie0000000002.sm';

/** What everybody here has for a password. */
export const PASSWORD = 'a long enough password';

export const passwords = new Passwords({ ln: 4, r: 8, p: 1 });
const passwordHash = await passwords.hash(PASSWORD);

export const pinOf = (certificate: Certificate): PinnedSignature => ({
  id: certificate.id,
  pem: certificatesToPem([certificate]),
});

/** A certificate of somebody, which here stands for a meter's signature certificate. */
export const signature = pinOf(clients.das.certificates[0]);

export const pinnedMeter = (id: string): PinnedMeter => ({
  id,
  name: `meter ${id}`,
  url: 'https://127.0.0.1:8443',
  zone: 'Europe/Berlin',
  tlsRoots: [],
  signatures: [signature],
  requestForm: 'rfc9421',
  addedAt: TODAY,
  addedBy: 'ada',
});

export function exampleDocument(meter: string, number: bigint): StoredDocument {
  const bytes = utf8(`<signed-measurement-data>${meter} ${number}</signed-measurement-data>`);
  return {
    id: createHash('sha256').update(bytes).digest('hex'),
    meter,
    kind: 'live',
    number,
    at: addTime(TODAY, Seconds(Number(number))),
    receivedAt: addTime(TODAY, Milliseconds(Number(number) * 1_000 + 40)),
    state: '0000000000000000',
    certificate: signature.id,
    digest: createHash('sha256').update(`${meter} ${number}`).digest('base64'),
    chainHash: undefined,
    bytes,
    marks: [{ check: 'seal', outcome: 'passed', finding: 'signed by the meter' }],
    values: [{ object: '3-0100010800ff', attribute: 2, value: 123_456n, scaler: -1, unit: 30 }],
  };
}

/** A collector that a test speaks for. */
export class ExampleCollection implements Collection {
  readonly listeners = new Map<string, Set<(reading: LiveReading) => void>>();
  readonly watched: PinnedMeter[] = [];
  readonly forgotten: string[] = [];
  readonly statuses = new Map<string, MeterStatus>();
  site: ProbedSite | Error = new TypeError('the test has nothing to be found');

  status(meter: string): MeterStatus | undefined {
    return this.statuses.get(meter);
  }

  subscribe(meter: string, listener: (reading: LiveReading) => void): () => void {
    const listeners = this.listeners.get(meter) ?? new Set();
    this.listeners.set(meter, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  tell(document: StoredDocument): void {
    const reading = { ...document, document: document.id, proven: true };
    for (const listener of this.listeners.get(document.meter) ?? []) listener(reading);
  }

  async probe(_url: URL, _signal: AbortSignal): Promise<ProbedSite> {
    if (this.site instanceof Error) throw this.site;
    return this.site;
  }

  watch(meter: PinnedMeter): void {
    this.watched.push(meter);
  }

  async forget(meter: string): Promise<void> {
    this.forgotten.push(meter);
  }
}

export const user = (name: string, role: Role, meters: DasUser['meters'] = 'all'): DasUser => ({
  name,
  role,
  meters,
  passwordHash,
  certificates: [],
});

type Otherwise = Partial<Omit<DasServerParts, 'tls' | 'store' | 'collection' | 'passwords' | 'revocation'>> & {
  /** Whose client certificates users have. */
  readonly clientRoots?: readonly Certificate[];
  readonly clientIssuers?: readonly Certificate[];
  readonly revocationBy?: (clock: FakeClock, log: RecordingLog) => RevocationChecker;
};

/** A DAS with two meters, whose users, documents and time the test owns, behind real TLS. */
export class ExampleDas implements AsyncDisposable {
  readonly store = new MemoryStore();
  readonly collection = new ExampleCollection();
  readonly clock = new FakeClock(TODAY);
  readonly log = new RecordingLog();
  readonly server: DasServer;
  readonly #visitors: DasVisitor[] = [];
  port = 0;

  constructor({ clientRoots = [root], clientIssuers = [], revocationBy, ...otherwise }: Otherwise = {}) {
    const { store, collection, clock, log } = this;
    this.server = new DasServer({
      tls: { ...serverParty, clientRoots, clientIssuers },
      ...(revocationBy !== undefined && { revocation: revocationBy(clock, log) }),
      store,
      collection,
      clock,
      log,
      passwords,
      ...otherwise,
    });
    this.furnish();
  }

  /** Puts everything back as it is at the beginning. */
  furnish(): void {
    const { pinned, kept, people, raised, trail } = this.store;
    raised.length = 0;
    trail.length = 0;
    people.clear();
    for (const id of [OWN, FOREIGN]) {
      const document = exampleDocument(id, 7n);
      pinned.set(id, pinnedMeter(id));
      kept.set(document.id, document);
    }
    for (const one of [user('ada', 'administrator'), user('vera', 'viewer', [OWN])]) people.set(one.name, one);
  }

  /** As soon as so many more answers to paths that end so are over. */
  async ended(path: string, count: number): Promise<void> {
    const over = (): number => this.log.of('das.request').filter((line) => String(line['path']).endsWith(path)).length;
    const before = over();
    while (over() < before + count) await settle();
  }

  /** All that a request could change, but for the sessions. */
  state(): unknown {
    const { store, collection } = this;
    return structuredClone([
      store.pinned,
      store.people,
      store.raised,
      store.trail,
      collection.watched,
      collection.forgotten,
    ]);
  }

  static async open(otherwise: Otherwise = {}): Promise<ExampleDas> {
    const das = new ExampleDas(otherwise);
    das.port = (await das.server.listen('127.0.0.1', 0)).port;
    return das;
  }

  /** Somebody with a browser of their own; with a name, logged in. */
  async visitor(name?: string, who?: ConstructorParameters<typeof DasVisitor>[1]): Promise<DasVisitor> {
    const visitor = new DasVisitor(this.port, who);
    this.#visitors.push(visitor);
    if (name !== undefined) await visitor.logIn(name, PASSWORD);
    return visitor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const visitor of this.#visitors) visitor.leave();
    await this.server.close();
  }
}
