import type { Alarm, AuditEntry, DasUser, NewAlarm, PinnedMeter } from '#das/das-registry.ts';
import type {
  DocumentEntry,
  DocumentQuery,
  Quarantined,
  ReadingStore,
  Series,
  SeriesQuery,
  Standing,
  StoredDocument,
  StoredEvent,
  StoredReading,
} from '#das/reading-store.ts';

const unused = (): never => {
  throw new TypeError('the server has no use for this');
};

/** As much of a store as the server asks of it. What is in it a test puts there. */
export class MemoryStore implements ReadingStore {
  readonly kept = new Map<string, StoredDocument>();
  readonly people = new Map<string, DasUser>();
  readonly pinned = new Map<string, PinnedMeter>();
  readonly raised: Alarm[] = [];
  readonly trail: AuditEntry[] = [];
  readonly refused: Quarantined[] = [];
  readonly entries: (StoredEvent & { readonly meter: string; readonly document: string })[] = [];
  standing: readonly Standing[] = [];
  drawn: Series | undefined;
  /** What was asked for to be drawn. */
  readonly asked: SeriesQuery[] = [];

  readonly append = unused;
  readonly quarantine = unused;
  readonly numbered = unused;
  readonly missingNumbers = unused;
  readonly maintain = unused;
  readonly backup = unused;
  readonly clear = unused;

  async document(id: string) {
    return this.kept.get(id);
  }

  async latest(meter: string, kind: DocumentEntry['kind']): Promise<StoredReading | undefined> {
    const readings = [...this.kept.values()].filter((document) => document.meter === meter && document.kind === kind);
    return readings.sort((a, b) => b.at - a.at)[0];
  }

  async readings({ meter, kind, range, after, limit }: DocumentQuery): Promise<readonly StoredDocument[]> {
    return [...this.kept.values()]
      .filter((one) => one.meter === meter && one.kind === kind && one.at >= range.from && one.at < range.to)
      .filter(({ number }) => after === undefined || number > after.number)
      .sort((a, b) => Number(a.number - b.number))
      .slice(0, limit);
  }

  documents(query: DocumentQuery): Promise<readonly DocumentEntry[]> {
    return this.readings(query);
  }

  async events({ meter, book, before, limit }: Parameters<ReadingStore['events']>[0]) {
    const found = this.entries.filter((entry) => entry.meter === meter && entry.book === book);
    return found.filter(({ number }) => before === undefined || number < before).slice(0, limit);
  }

  async quarantined({ meter, before, limit }: Parameters<ReadingStore['quarantined']>[0]) {
    return this.refused
      .map((one, index) => ({ ...one, entry: `${index + 1}` }))
      .filter((one) => meter === undefined || one.meter === meter)
      .filter(({ entry }) => before === undefined || Number(entry) < Number(before))
      .toReversed()
      .slice(0, limit);
  }

  async rejected(id: string) {
    return this.refused.filter((one) => one.id === id);
  }

  async series(query: SeriesQuery) {
    this.asked.push(query);
    if (this.drawn === undefined) throw new TypeError('the test draws nothing');
    return this.drawn;
  }

  async standings(meter?: string) {
    return this.standing.filter((one) => meter === undefined || one.meter === meter);
  }

  async meters() {
    return [...this.pinned.values()];
  }

  async meter(id: string) {
    return this.pinned.get(id);
  }

  async putMeter(meter: PinnedMeter) {
    this.pinned.set(meter.id, meter);
  }

  async removeMeter(id: string) {
    return this.pinned.delete(id);
  }

  async users() {
    return [...this.people.values()];
  }

  async user(name: string) {
    return this.people.get(name);
  }

  async putUser(user: DasUser) {
    this.people.set(user.name, user);
  }

  async removeUser(name: string) {
    return this.people.delete(name);
  }

  async raise(alarm: NewAlarm) {
    const raised = { ...alarm, id: `${this.raised.length + 1}` };
    this.raised.push(raised);
    return raised;
  }

  async alarm(id: string) {
    return this.raised.find((alarm) => alarm.id === id);
  }

  async acknowledge(id: string, by: string, at: Alarm['raisedAt']) {
    const index = this.raised.findIndex((alarm) => alarm.id === id);
    const alarm = this.raised[index];
    if (alarm === undefined) return undefined;
    const seen = { acknowledgedAt: at, acknowledgedBy: by, ...alarm };
    this.raised[index] = seen;
    return seen;
  }

  async alarms({ meters, open = false, limit }: Parameters<ReadingStore['alarms']>[0]) {
    const isOpen = ({ acknowledgedAt, clearedAt }: Alarm): boolean =>
      acknowledgedAt === undefined && clearedAt === undefined;
    const found = this.raised.filter((alarm) => meters === undefined || meters.includes(alarm.meter));
    return found
      .filter((alarm) => !open || isOpen(alarm))
      .toReversed()
      .slice(0, limit);
  }

  async audit(entry: Omit<AuditEntry, 'id'>) {
    this.trail.unshift({ ...entry, id: `${this.trail.length + 1}` });
  }

  async auditTrail({ limit }: Parameters<ReadingStore['auditTrail']>[0]) {
    return this.trail.slice(0, limit);
  }

  async [Symbol.asyncDispose]() {}
}
