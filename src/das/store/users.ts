import type { SqliteDatabase } from '#core/sqlite-database.ts';
import type { SqliteRow } from '#core/sqlite-row.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { MeterScope, Role } from '#das/api-types.ts';
import type { DasUser } from '#das/das-registry.ts';
import { RowReader } from './row.ts';
import { SQL } from './statements.ts';

/** The people who may come in. */
export class Users {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  list(): readonly DasUser[] {
    return this.#database.all(SQL.users).map(userOf);
  }

  find(name: string): DasUser | undefined {
    const row = this.#database.get(SQL.user, name);
    return row && userOf(row);
  }

  put({ name, role, meters, passwordHash, certificates }: DasUser): void {
    const scope = JSON.stringify(meters);
    this.#database.run(SQL.putUser, name, role, scope, passwordHash ?? null, JSON.stringify(certificates));
  }

  remove(name: string): boolean {
    return this.#database.change(SQL.removeUser, name) > 0;
  }
}

function userOf(row: SqliteRow): DasUser {
  const reader = new RowReader(row, 'users');
  return {
    name: reader.text('name'),
    role: reader.text('role') as Role,
    meters: JSON.parse(reader.text('meters')) as MeterScope,
    passwordHash: reader.optionalText('password_hash'),
    certificates: JSON.parse(reader.text('certificates')) as CertificateId[],
  };
}
