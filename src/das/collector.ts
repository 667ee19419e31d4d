import { utf8 } from '#core/bytes.ts';
import type { Cancel, Clock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { type Duration, Milliseconds, Minutes, Seconds } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import { systemZone } from '#core/zone-file.ts';
import type { CryptoPort } from '#crypto/crypto-port.ts';
import type { Signer } from '#crypto/signer.ts';
import { type Certificate, readCertificates } from '#pki/certificate.ts';
import type { RevocationChecker } from '#pki/revocation-checker.ts';
import { AlarmBoard } from './collect/alarm-board.ts';
import { JudgingTurns } from './collect/judging-turns.ts';
import type { WatchLimits } from './collect/live-detectors.ts';
import { LiveFeed } from './collect/live-feed.ts';
import type { MeterContext, Surroundings, TimeLimits } from './collect/meter-context.ts';
import { MeterDesk } from './collect/meter-desk.ts';
import { MeterReader } from './collect/meter-reader.ts';
import { MeterWatch } from './collect/meter-watch.ts';
import { DEFAULT_GATE, type GateLimits, RequestGate } from './collect/request-gate.ts';
import { Tally } from './collect/tally.ts';
import type { Collection, LiveReading, MeterStatus, ProbedSite } from './collection.ts';
import type { PinnedMeter, PinnedSignature } from './das-registry.ts';
import type { MeterClient } from './meter-client.ts';
import { probeMeter } from './meter-probe.ts';
import { pinCertificates } from './pinned-certificates.ts';
import type { MeterId, ReadingStore } from './reading-store.ts';
import { type Schedule, taskNames } from './schedule.ts';
import { chainsBy, SignaturePaths } from './signature-paths.ts';
import { signatureTrust, signatureUpkeep } from './signature-trust.ts';

/** What of a meter is let pass, and from when on something is said. */
export interface CollectorLimits extends WatchLimits, TimeLimits, GateLimits {
  /** The least time between two requests to one meter. */
  readonly spacing: Duration;
}

export const DEFAULT_COLLECTOR_LIMITS: CollectorLimits = {
  ...DEFAULT_GATE,
  spacing: Milliseconds(50),
  clockOffset: Seconds(10),
  clockJump: Seconds(10),
  stale: Minutes(1),
  silence: Minutes(3),
  certificate: Minutes(30 * 24 * 60),
  tolerance: Minutes(5),
  oldest: Minutes(5),
};

/** How the signature certificates of meters are judged beyond that they are pinned. */
export interface SignatureAuthorities {
  /** Roots, and what leads to those. */
  readonly authorities: readonly Certificate[];
  /** Whom to ask whether one was revoked; `undefined` at a site whose CAs tell nothing. */
  readonly checker: RevocationChecker | undefined;
}

type Connection = Pick<MeterClient, 'get' | 'tend'> & Disposable;

export interface CollectorParts {
  readonly store: ReadingStore;
  /** Connections to meters whose servers chain up to these roots (PEM); none stands for those of the configuration. */
  readonly connect: (roots: readonly string[]) => Connection;
  /** Signs every request. */
  readonly signer: Signer;
  readonly signatures: SignatureAuthorities | undefined;
  readonly scheduleOf: (meter: MeterId) => Schedule;
  readonly limits: CollectorLimits;
  /** Verifies what the meters have sealed: best in other threads, since many documents come at once. */
  readonly crypto: CryptoPort;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Reads many meters by their schedules, over signed requests, and keeps what is proven. All that it knows of what is here
 * and what is missing stands in the store, so that it can be killed at any time and go on.
 */
export class Collector implements Collection, AsyncDisposable {
  readonly tally = new Tally();
  readonly #parts: CollectorParts;
  #scheduleOf: CollectorParts['scheduleOf'];
  readonly #gate: RequestGate;
  readonly #surroundings: Surroundings;
  readonly #desks = new Map<MeterId, MeterDesk>();
  /** Desks that do their last. */
  readonly #ending = new Set<Promise<void>>();
  /** By the roots that they trust. */
  readonly #connections = new Map<string, Connection>();
  readonly #zones = new Map<string, Zone>();
  readonly #stop = new AbortController();

  constructor(parts: CollectorParts) {
    const { store, clock, log, limits, crypto } = parts;
    this.#parts = parts;
    this.#scheduleOf = parts.scheduleOf;
    this.#gate = new RequestGate(limits, clock);
    this.#surroundings = {
      store,
      board: new AlarmBoard(parts),
      feed: new LiveFeed(),
      tally: this.tally,
      judging: new JudgingTurns(),
      times: limits,
      crypto,
      clock,
      log,
    };
  }

  /** Takes up the meters of the registry, and the alarms that were raised before. */
  async start(): Promise<void> {
    const { board } = this.#surroundings;
    await board.recall();
    for (const meter of await this.#parts.store.meters()) this.watch(meter);
    for (const meter of board.meters) if (!this.#desks.has(meter)) await board.forget(meter);
  }

  /** Ends in order: no new request, then those under way with what they have brought, then the connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('the collector stops'));
    await Promise.all([...[...this.#desks.values()].map((desk) => this.#end(desk)), ...this.#ending]);
    for (const connection of this.#connections.values()) connection[Symbol.dispose]();
  }

  /** Requests under way, and those that wait for their place. */
  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.#gate.inside, waiting: this.#gate.waiting };
  }

  watch(meter: PinnedMeter): void {
    const desk = this.#desks.get(meter.id);
    const schedule = this.#scheduleOf(meter.id);
    if (desk !== undefined && isSamePin(desk.context.meter, meter) && isSameSchedule(desk.schedule, schedule)) return;
    // A meter whose certificates cannot be read must not keep the others from being read.
    try {
      this.#desks.set(meter.id, this.#makeDesk(meter, schedule));
    } catch (error) {
      this.#parts.log.error('das.meter-unusable', { meter: meter.id, reason: reasonOf(error) });
      return;
    }
    if (desk !== undefined) void this.#end(desk);
  }

  /** Reads all meters by other schedules from now on. */
  reschedule(scheduleOf: CollectorParts['scheduleOf']): void {
    this.#scheduleOf = scheduleOf;
    for (const { context } of this.#desks.values()) this.watch(context.meter);
  }

  async forget(meter: MeterId): Promise<void> {
    const desk = this.#desks.get(meter);
    this.#desks.delete(meter);
    if (desk === undefined) return;
    await this.#end(desk);
    // It may have been added again meanwhile.
    if (!this.#desks.has(meter)) await this.#surroundings.board.forget(meter);
  }

  status(meter: MeterId): MeterStatus | undefined {
    return this.#desks.get(meter)?.context.watch.status(this.#parts.clock.now());
  }

  subscribe(meter: MeterId, listener: (reading: LiveReading) => void): Cancel {
    const cancel = this.#surroundings.feed.subscribe(meter, listener);
    this.#tellLatest(meter, listener);
    this.#desks.get(meter)?.lookNow();
    return cancel;
  }

  async probe(url: URL, signal: AbortSignal): Promise<ProbedSite> {
    const { signer, clock } = this.#parts;
    return await probeMeter(
      url,
      { client: this.#connection([]), signer, clock },
      AbortSignal.any([this.#stop.signal, signal]),
    );
  }

  /** The latest that is kept, from before the listener came. */
  #tellLatest(meter: MeterId, listener: (reading: LiveReading) => void): void {
    const { store, log } = this.#parts;
    store.latest(meter, 'live').then(
      (latest) => {
        if (latest === undefined) return;
        const { id: document, number, at, state, values } = latest;
        listener({ meter, document, number, at, proven: true, state, values });
      },
      (error: unknown) => log.error('das.latest-unreadable', { meter, reason: reasonOf(error) }),
    );
  }

  /** Never rejects. */
  async #end(desk: MeterDesk): Promise<void> {
    const ending = desk.stop().catch((error: unknown) => {
      this.#parts.log.error('das.task-failed', { reason: reasonOf(error) });
    });
    this.#ending.add(ending);
    await ending;
    this.#ending.delete(ending);
  }

  #makeDesk(meter: PinnedMeter, schedule: Schedule): MeterDesk {
    const { spacing } = this.#parts.limits;
    return new MeterDesk({ context: this.#contextOf(meter), schedule, gate: this.#gate, spacing });
  }

  #contextOf(meter: PinnedMeter): MeterContext {
    const { signer, clock, limits } = this.#parts;
    const client = this.#connection(meter.tlsRoots);
    const url = new URL(meter.url);
    const pem = utf8(meter.signatures.map((signature) => signature.pem).join('\n'));
    const installed = meter.signatures.length === 0 ? [] : readCertificates(pem);
    const renewAnswers = this.#answersAbout(installed);
    return {
      ...this.#surroundings,
      meter,
      zone: this.#zone(meter.zone),
      reader: new MeterReader(url, meter.requestForm, { client, signer, clock }),
      pinned: meter.signatures.flatMap(pinnedBy),
      trust: this.#trustIn(installed),
      watch: new MeterWatch(limits),
      tend: async (ahead) => {
        await Promise.all([client.tend(url, ahead), renewAnswers?.(clock.now(), ahead)]);
      },
    };
  }

  #trustIn(installed: readonly Certificate[]): MeterContext['trust'] {
    const { signatures } = this.#parts;
    if (signatures === undefined) return {};
    const { authorities, checker } = signatures;
    const chain = chainsBy(new SignaturePaths({ installed, authorities }));
    return checker === undefined
      ? chain
      : { ...chain, revocation: signatureTrust({ installed, authorities, checker }) };
  }

  #answersAbout(installed: readonly Certificate[]): ReturnType<typeof signatureUpkeep> | undefined {
    const { authorities, checker } = this.#parts.signatures ?? {};
    return authorities && checker && signatureUpkeep({ installed, authorities, checker });
  }

  #zone(name: string): Zone {
    const zone = this.#zones.get(name) ?? systemZone(name);
    this.#zones.set(name, zone);
    return zone;
  }

  #connection(roots: readonly string[]): Connection {
    const key = roots.join('\n');
    const connection = this.#connections.get(key) ?? this.#parts.connect(roots);
    this.#connections.set(key, connection);
    return connection;
  }
}

/** Certificates as documents are judged by them: for as long as somebody trusts them. */
const pinnedBy = ({ pem, from, until }: PinnedSignature): MeterContext['pinned'] =>
  pinCertificates(utf8(pem)).map((certificate) => ({
    ...certificate,
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  }));

/** Whether nothing has changed but when it was said: then what is known of the meter stays. */
const isSamePin = (former: PinnedMeter, now: PinnedMeter): boolean =>
  JSON.stringify({ ...former, addedAt: 0 }) === JSON.stringify({ ...now, addedAt: 0 });

const isSameSchedule = (former: Schedule, now: Schedule): boolean =>
  taskNames.every((task) => former[task] === now[task]);
