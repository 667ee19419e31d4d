import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import type { Instant } from '#core/time.ts';
import type { Alarm, AlarmQuery, NewAlarm } from '#das/das-registry.ts';
import type { MeterId } from '#das/reading-store.ts';
import { RowReader } from './row.ts';
import { SQL } from './statements.ts';

/** What people should look at. */
export class Alarms {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  raise({ meter, kind, code, raisedAt, text, document }: NewAlarm): Alarm {
    const raised = this.#database.get(SQL.alarmNotCleared, meter, code);
    if (raised !== undefined) return alarmOf(raised);
    const id = this.#database.run(SQL.insertAlarm, meter, kind, code, raisedAt, text, document ?? null);
    return alarmOf(this.#database.get(SQL.alarm, id) ?? {});
  }

  find(id: string): Alarm | undefined {
    const row = this.#database.get(SQL.alarm, id);
    return row && alarmOf(row);
  }

  clear(meter: MeterId, code: string, at: Instant): void {
    this.#database.run(SQL.clearAlarms, at, meter, code);
  }

  acknowledge(id: string, by: string, at: Instant): Alarm | undefined {
    this.#database.run(SQL.acknowledgeAlarm, at, by, id);
    return this.find(id);
  }

  list({ meters, open = false, notCleared = open, limit }: AlarmQuery): readonly Alarm[] {
    const of = meters === undefined ? null : JSON.stringify(meters);
    return this.#database.all(SQL.alarms, of, Number(notCleared), Number(open), limit).map(alarmOf);
  }
}

function alarmOf(row: SqliteRow): Alarm {
  const reader = new RowReader(row, 'alarms');
  const document = reader.optionalText('document');
  const clearedAt = reader.optionalInstant('cleared_at');
  const acknowledgedAt = reader.optionalInstant('acknowledged_at');
  const acknowledgedBy = reader.optionalText('acknowledged_by');
  return {
    id: reader.bigint('id').toString(),
    meter: reader.text('meter'),
    kind: reader.text('kind'),
    code: reader.text('code'),
    raisedAt: reader.instant('raised_at'),
    text: reader.text('text'),
    ...(document === undefined ? {} : { document }),
    ...(clearedAt === undefined ? {} : { clearedAt }),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt }),
    ...(acknowledgedBy === undefined ? {} : { acknowledgedBy }),
  };
}
