import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import { type AlarmKind, alarmKindNames, alarmKinds } from '#das/alarm-kinds.ts';
import type { DasRegistry } from '#das/das-registry.ts';
import type { MeterId } from '#das/reading-store.ts';
import type { Finding } from './findings.ts';

export interface AlarmBoardParts {
  readonly store: Pick<DasRegistry, 'raise' | 'clear' | 'alarms'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** More than anybody has open. */
const MOST = 10_000;

const kindOfCode: ReadonlyMap<string, AlarmKind> = new Map(alarmKindNames.map((kind) => [alarmKinds[kind].code, kind]));

/** Turns what is found into alarms: raised once, and cleared once when what they are about is over. */
export class AlarmBoard {
  readonly #parts: AlarmBoardParts;
  readonly #raised = new Map<MeterId, Set<AlarmKind>>();

  constructor(parts: AlarmBoardParts) {
    this.#parts = parts;
  }

  /** Takes up the alarms that were raised before this process began. */
  async recall(): Promise<void> {
    for (const { meter, code, clearedAt } of await this.#parts.store.alarms({ limit: MOST })) {
      const kind = kindOfCode.get(code);
      if (kind !== undefined && clearedAt === undefined) this.#of(meter).add(kind);
    }
  }

  async take(meter: MeterId, findings: readonly Finding[]): Promise<void> {
    for (const finding of findings) {
      if (finding.holds) await this.#raise(meter, finding);
      else if (this.#of(meter).has(finding.kind)) await this.#clear(meter, finding.kind);
    }
  }

  async #raise(meter: MeterId, { kind, text, document }: Finding): Promise<void> {
    if (alarmKinds[kind].byItself && this.#of(meter).has(kind)) return;
    const { store, clock, log } = this.#parts;
    const { code, says } = alarmKinds[kind];
    const alarm = { meter, kind, code, raisedAt: clock.now(), text: `${says}: ${text}`, ...(document && { document }) };
    const { acknowledgedAt, raisedAt } = await store.raise(alarm);
    if (acknowledgedAt !== undefined && !alarmKinds[kind].byItself) {
      // Somebody has seen to the one before, so this is another one.
      await store.clear(meter, code, alarm.raisedAt);
      await store.raise(alarm);
    } else if (raisedAt === alarm.raisedAt) log.warn('das.alarm', { meter, code, text });
    this.#of(meter).add(kind);
  }

  async #clear(meter: MeterId, kind: AlarmKind): Promise<void> {
    const { store, clock, log } = this.#parts;
    const { code } = alarmKinds[kind];
    await store.clear(meter, code, clock.now());
    this.#of(meter).delete(kind);
    log.info('das.alarm-over', { meter, code });
  }

  #of(meter: MeterId): Set<AlarmKind> {
    const kinds = this.#raised.get(meter) ?? new Set();
    this.#raised.set(meter, kinds);
    return kinds;
  }
}
