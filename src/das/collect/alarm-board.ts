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

/** More than several thousand meters have at once. */
const MOST = 1_000_000;

const kindOfCode: ReadonlyMap<string, AlarmKind> = new Map(alarmKindNames.map((kind) => [alarmKinds[kind].code, kind]));

/** Turns what is found into alarms: raised once, and cleared once when what they are about is over. */
export class AlarmBoard {
  readonly #parts: AlarmBoardParts;
  /** What is raised, and what it says. */
  readonly #raised = new Map<MeterId, Map<AlarmKind, string>>();

  constructor(parts: AlarmBoardParts) {
    this.#parts = parts;
  }

  /** Takes up the alarms that were raised before this process began. */
  async recall(): Promise<void> {
    for (const { meter, code, text } of await this.#parts.store.alarms({ notCleared: true, limit: MOST })) {
      const kind = kindOfCode.get(code);
      if (kind !== undefined) this.#of(meter).set(kind, text);
    }
  }

  /** Those that something is raised of. */
  get meters(): readonly MeterId[] {
    return [...this.#raised.keys()];
  }

  /** Nobody reads the meter any more, so nobody would find out what is over; what a person has to look into stays. */
  async forget(meter: MeterId): Promise<void> {
    for (const kind of this.#of(meter).keys()) if (alarmKinds[kind].byItself) await this.#clear(meter, kind);
    this.#raised.delete(meter);
  }

  async take(meter: MeterId, findings: readonly Finding[]): Promise<void> {
    for (const finding of findings) {
      if (finding.holds) await this.#raise(meter, finding);
      else if (this.#of(meter).has(finding.kind)) await this.#clear(meter, finding.kind);
    }
  }

  async #raise(meter: MeterId, { kind, text, document }: Finding): Promise<void> {
    const { store, clock, log } = this.#parts;
    const { code, says, byItself, grows = false } = alarmKinds[kind];
    const alarm = { meter, kind, code, raisedAt: clock.now(), text: `${says}: ${text}`, ...(document && { document }) };
    const told = this.#of(meter).get(kind);
    if (byItself && told !== undefined && !(grows && told !== alarm.text)) return;
    const { acknowledgedAt, raisedAt } = await store.raise(alarm);
    if (acknowledgedAt !== undefined && (!byItself || grows)) {
      // Somebody has seen to the one before, so this is another one.
      await store.clear(meter, code, alarm.raisedAt);
      await store.raise(alarm);
    } else if (raisedAt === alarm.raisedAt) log.warn('das.alarm', { meter, code, text });
    this.#of(meter).set(kind, alarm.text);
  }

  async #clear(meter: MeterId, kind: AlarmKind): Promise<void> {
    const { store, clock, log } = this.#parts;
    const { code } = alarmKinds[kind];
    await store.clear(meter, code, clock.now());
    this.#of(meter).delete(kind);
    log.info('das.alarm-over', { meter, code });
  }

  #of(meter: MeterId): Map<AlarmKind, string> {
    const kinds = this.#raised.get(meter) ?? new Map<AlarmKind, string>();
    this.#raised.set(meter, kinds);
    return kinds;
  }
}
