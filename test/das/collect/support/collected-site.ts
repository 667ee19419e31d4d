import type { TestContext } from 'node:test';
import { SealmeterError } from '#core/errors.ts';
import { Days, type Duration, Minutes, Seconds } from '#core/time.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { Collector, DEFAULT_COLLECTOR_LIMITS } from '#das/collector.ts';
import type { Alarm, PinnedMeter } from '#das/das-registry.ts';
import type { ReadingStore } from '#das/reading-store.ts';
import type { Schedule } from '#das/schedule.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { CHECKER_DEFAULTS, RevocationChecker } from '#pki/revocation-checker.ts';
import type { RevocationSource } from '#pki/revocation-statement.ts';
import { exportKey } from '#pki/signing-key.ts';
import { RecordingLog } from '../../../http/support/recording-log.ts';
import { issueTo, NOW, profiles, type TestIdentity } from '../../../pki/support/test-pki.ts';
import { METER_ID } from '../../../support/example-meter.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { CountedCalls } from './counted-calls.ts';
import { pki, ScriptedMeter, sealer } from './scripted-meter.ts';

const das = await issueTo(pki.sub, profiles.signature, { name: 'das' });

/** What the collector signs its requests with, as files have it. */
export const identity = {
  certificatePem: certificatesToPem([das.certificate]),
  privateKeyPem: exportKey(das.privateKey),
};
const signer = softwareSigner(identity);

const SCHEDULE: Schedule = { live: Seconds(10), events: Days(1), captures: Minutes(1), profiles: Days(1) };

export const pinned: PinnedMeter = {
  id: METER_ID,
  name: 'the meter',
  url: 'https://meter.example',
  zone: 'Europe/Berlin',
  tlsRoots: [],
  signatures: [{ id: sealer.certificate.id, pem: certificatesToPem([sealer.certificate]) }],
  requestForm: 'rfc9421',
  addedAt: NOW,
  addedBy: 'das',
};

/** A store, a scripted meter and a collector; the test owns time. */
export class CollectedSite implements AsyncDisposable {
  readonly clock = new FakeClock(NOW);
  readonly log = new RecordingLog();
  readonly meter = new ScriptedMeter(this.clock);
  readonly store: ReadingStore;
  /** What the collector's store cannot do just now, as on a disk that is full. */
  readonly failing = new Set<keyof ReadingStore>();
  readonly #counted: ReadingStore;
  readonly #calls = new CountedCalls();
  readonly #schedule: Schedule;
  readonly #source: RevocationSource | undefined;
  #collector: Collector;

  private constructor(store: ReadingStore, schedule: Schedule, source: RevocationSource | undefined) {
    this.store = store;
    this.#schedule = schedule;
    this.#source = source;
    this.#counted = this.#calls.of(this.#failingAsTold(store));
    this.#collector = this.#makeCollector();
  }

  /** @param source whom to ask about signature certificates; default nobody */
  static async open(
    t: TestContext,
    schedule: Partial<Schedule> = {},
    source?: RevocationSource,
  ): Promise<CollectedSite> {
    const store = await openSqliteStore(temporaryFolder(t));
    await store.putMeter(pinned);
    const site = new CollectedSite(store, { ...SCHEDULE, ...schedule }, source);
    await site.#collector.start();
    return site;
  }

  get collector(): Collector {
    return this.#collector;
  }

  /** Lets time pass, and at each step of it whatever is due come to its end. */
  async pass(duration: Duration, step: Duration = Seconds(1)): Promise<void> {
    for (let passed = 0; passed < duration; passed += step) {
      await this.clock.advance(step, () => this.#calls.end());
    }
  }

  /** The collector ends, and another one begins with what is kept. */
  async restart(): Promise<void> {
    await this.#collector[Symbol.asyncDispose]();
    this.#collector = this.#makeCollector();
    await this.#collector.start();
  }

  /** Somebody pins another certificate in the place of the meter's own. */
  pin({ certificate }: TestIdentity): void {
    this.#collector.watch({ ...pinned, signatures: [{ id: certificate.id, pem: certificatesToPem([certificate]) }] });
  }

  /** Those that are not over, by kind. */
  async alarms(): Promise<ReadonlyMap<string, Alarm>> {
    const alarms = await this.store.alarms({ limit: 1_000 });
    return new Map(alarms.filter(({ clearedAt }) => clearedAt === undefined).map((alarm) => [alarm.kind, alarm]));
  }

  async captureNumbers(): Promise<readonly bigint[]> {
    const range = { from: NOW, to: this.clock.now() };
    const whole = {
      meter: METER_ID,
      kind: 'capture',
      range: { ...range, to: Number(range.to) + Days(1) },
      limit: 10_000,
    };
    const documents = await this.store.documents(whole as Parameters<ReadingStore['documents']>[0]);
    return documents.map(({ number }) => number);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#collector[Symbol.asyncDispose]();
    await this.store[Symbol.asyncDispose]();
  }

  #makeCollector(): Collector {
    const { clock, log, meter } = this;
    const source = this.#source;
    return new Collector({
      store: this.#counted,
      connect: () => ({ get: meter.get, tend: meter.tend, [Symbol.dispose]() {} }),
      signer,
      signatures: {
        authorities: [pki.root.certificate, pki.sub.certificate],
        checker: source && new RevocationChecker({ ...CHECKER_DEFAULTS, source, clock, log }),
      },
      scheduleOf: () => this.#schedule,
      limits: DEFAULT_COLLECTOR_LIMITS,
      // At once: what other threads do would go on while time stands still.
      crypto: nodeCrypto,
      clock,
      log,
    });
  }

  #failingAsTold(store: ReadingStore): ReadingStore {
    return new Proxy(store, {
      get: (_target, name) => {
        const member: unknown = Reflect.get(store, name, store);
        if (!this.failing.has(name as keyof ReadingStore)) return member;
        return () => Promise.reject(new SealmeterError('internal', 'DAS_STORE_WRITE_FAILED', 'a test said so'));
      },
    });
  }
}
