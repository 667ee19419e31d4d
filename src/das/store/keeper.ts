import { setImmediate } from 'node:timers/promises';
import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { Instant } from '#core/time.ts';
import type { KeepLimits } from '#das/reading-store.ts';
import { Alarms } from './alarms.ts';
import { AuditTrail } from './audit-trail.ts';
import { DocumentWriter } from './document-writer.ts';
import { Documents } from './documents.ts';
import { readEvents } from './event-reader.ts';
import { Layouts } from './layouts.ts';
import { Meters } from './meters.ts';
import { missingNumbers } from './missing-numbers.ts';
import { Packer } from './packer.ts';
import { Quarantine } from './quarantine.ts';
import { Retention } from './retention.ts';
import { Rollups } from './rollups.ts';
import { SeriesReader } from './series-reader.ts';
import { Sources } from './sources.ts';
import { StaleHours } from './stale-hours.ts';
import { writeBackup } from './store-backup.ts';
import type { StoreThread } from './store-calls.ts';
import { StoreFile } from './store-file.ts';
import { Users } from './users.ts';

/**
 * Opens a store in this thread, and does what it is asked for at once.
 * @throws SealmeterError as {@link StoreFile}
 */
export function openKeeper(folder: string): StoreThread & Disposable {
  const file = new StoreFile(folder);
  const { database } = file;
  const sources = new Sources(database);
  const layouts = new Layouts(database);
  const staleHours = new StaleHours(database);
  const documents = new Documents(database, layouts);
  const quarantine = new Quarantine(database);
  const writer = new DocumentWriter({ database, sources, layouts, quarantine, staleHours });
  const series = new SeriesReader({ database, sources, layouts });
  const upkeep = {
    rollups: new Rollups({ database, layouts, staleHours }),
    packer: new Packer(database),
    retention: new Retention(database, sources),
  };
  return {
    append: (batch) => writer.append(batch),
    quarantine: (rejected) => database.transaction(() => quarantine.add(rejected)),
    quarantined: (query) => quarantine.list(query),
    rejected: (id) => quarantine.find(id),
    document: (id) => documents.document(id),
    latest: (meter, kind) => documents.latest(meter, kind),
    numbered: (meter, kind, number) => documents.numbered(meter, kind, number),
    documents: (query) => documents.entries(query),
    readings: (query) => documents.readings(query),
    events: (query) => readEvents(database, query),
    series: (query) => series.read(query),
    missingNumbers: (meter, kind, within, limit) => missingNumbers(database, sources.find(meter, kind), within, limit),
    standings: (meter) => sources.standings(meter),
    maintain: (now, keep) => maintain(upkeep, now, keep),
    backup: (file) => writeBackup(file, (target) => database.copyTo(target)),
    ...registryOf(database),
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

function registryOf(database: SqliteDatabase) {
  const meters = new Meters(database);
  const users = new Users(database);
  const alarms = new Alarms(database);
  const trail = new AuditTrail(database);
  return {
    meters: () => meters.list(),
    meter: (id) => meters.find(id),
    putMeter: (meter) => meters.put(meter),
    removeMeter: (id) => meters.remove(id),
    users: () => users.list(),
    user: (name) => users.find(name),
    putUser: (user) => users.put(user),
    removeUser: (name) => users.remove(name),
    raise: (alarm) => alarms.raise(alarm),
    clear: (meter, code, at) => alarms.clear(meter, code, at),
    alarm: (id) => alarms.find(id),
    acknowledge: (id, by, at) => alarms.acknowledge(id, by, at),
    alarms: (query) => alarms.list(query),
    audit: (entry) => trail.add(entry),
    auditTrail: (query) => trail.list(query),
  } satisfies Partial<StoreThread>;
}

interface Upkeep {
  readonly rollups: Rollups;
  readonly packer: Packer;
  readonly retention: Retention;
}

/** Values are rolled up before the documents that they stand in may go. After each step others have their turn. */
async function maintain({ rollups, packer, retention }: Upkeep, now: Instant, keep: KeepLimits): Promise<void> {
  for (const steps of [rollups.roll(now), packer.pack(now), retention.remove(now, keep)]) {
    while (steps.next().done !== true) await setImmediate();
  }
}
