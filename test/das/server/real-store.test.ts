import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';

import { silentLog } from '#core/log.ts';
import { formatInstant } from '#core/time.ts';
import type {
  AlarmsAnswer,
  AuditAnswer,
  DocumentAnswer,
  MeterAnswer,
  QuarantineAnswer,
  SeriesAnswer,
  SessionAnswer,
  UsersAnswer,
} from '#das/api-types.ts';
import { DasServer } from '#das/das-server.ts';
import type { ReadingStore } from '#das/reading-store.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { meter as serverParty, TODAY } from '../../http/support/tls-parties.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ENERGY, judged, METER, MIDNIGHT, numbersFrom, QUARTER } from '../support/judged.ts';
import { assertRefused, DasVisitor, json } from './support/das-visitor.ts';
import { ExampleCollection, PASSWORD, passwords, pinnedMeter } from './support/example-das.ts';

/** A DAS on what a folder keeps, from its start to its end. */
async function run(folder: string, use: (das: DasServer, visitor: DasVisitor, store: ReadingStore) => Promise<void>) {
  await using store = await openSqliteStore(folder);
  const collection = new ExampleCollection();
  const clock = new FakeClock(TODAY);
  await using das = new DasServer({ tls: serverParty, store, collection, passwords, clock, log: silentLog });
  const { port } = await das.listen('127.0.0.1', 0);
  const visitor = new DasVisitor(port);
  await use(das, visitor, store).finally(() => visitor.leave());
}

it('serves from the embedded store what it keeps, and keeps what people change from one start to the next', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sealmeter-das-'));
  const documents = numbersFrom(1, 8).map((number) => judged(number));
  let cookie: string | undefined;
  await run(folder, async (das, visitor, store) => {
    await store.putMeter(pinnedMeter(METER));
    await store.append(documents);
    await store.quarantine({ ...refused, bytes: Buffer.from('not proven') });
    await store.raise({ meter: METER, kind: 'capture-gap', code: 'CAPTURES_MISSING', raisedAt: TODAY, text: 'a gap' });
    const token = await das.offerFirstAdministrator();
    const first = await visitor.send('POST', '/api/first-administrator', { token, user: 'ada', password: PASSWORD });
    visitor.csrf = (json(first) as SessionAnswer).csrf;
    const vera = { name: 'vera', role: 'viewer', meters: [METER], password: PASSWORD };
    assert.equal((await visitor.send('POST', '/api/users', vera)).status, 201);
    const [alarm] = (json(await visitor.get('/api/alarms?open=1')) as AlarmsAnswer).alarms;
    assert.equal((await visitor.send('POST', `/api/alarms/${alarm?.id}/acknowledgement`)).status, 200);
    ({ cookie } = visitor);
  });
  await run(folder, async (das, visitor) => {
    assert.equal(await das.offerFirstAdministrator(), undefined);
    visitor.cookie = cookie;
    assertRefused(await visitor.get('/api/session'), 401, 'SESSION_MISSING');
    await visitor.logIn('vera', PASSWORD);
    await showReadings(visitor, documents);
    await showQuarantine(visitor);
    await visitor.logIn('ada', PASSWORD);
    const { users } = json(await visitor.get('/api/users')) as UsersAnswer;
    assert.deepEqual(
      users.map(({ name }) => name),
      ['ada', 'vera'],
    );
    assert.deepEqual((json(await visitor.get('/api/alarms?open=1')) as AlarmsAnswer).alarms, []);
    await showAudit(visitor);
  });
  await rm(folder, { recursive: true });
});

async function showReadings(visitor: DasVisitor, documents: readonly ReturnType<typeof judged>[]): Promise<void> {
  const { registers, gaps } = json(await visitor.get(`/api/meters/${METER}`)) as MeterAnswer;
  const [energy] = registers;
  assert.deepEqual([energy?.value, energy?.unit, energy?.number, gaps], ['1008', 'Wh', '8', 0]);
  const path = `/api/documents/${energy?.document}`;
  const document = json(await visitor.get(path)) as DocumentAnswer;
  assert.deepEqual([document.kind, document.number, document.verdict.proven], ['capture', '8', true]);
  assert.deepEqual((await visitor.get(`${path}/content`)).bytes, documents[7]?.bytes);
  const range = `from=${formatInstant(MIDNIGHT)}&to=${formatInstant(TODAY)}`;
  const asked = `/api/meters/${METER}/series?object=${ENERGY}&attribute=2&kind=capture&${range}`;
  const { points, unit } = json(await visitor.get(asked)) as SeriesAnswer;
  assert.deepEqual([points[0], unit], [[MIDNIGHT + QUARTER, 1_001, 1_001, 1_001, 1_001], 'Wh']);
  const csv = (await visitor.get(`/api/meters/${METER}/export?format=csv&${range}`)).bytes.toString();
  assert.equal(csv.trim().split('\r\n').length, 1 + documents.length);
}

const refused = {
  meter: METER,
  kind: 'live',
  receivedAt: TODAY,
  marks: [{ check: 'seal', outcome: 'failed', finding: 'another signature' }],
  code: 'SEAL_BROKEN',
  reason: 'another signature',
} as const;

async function showQuarantine(visitor: DasVisitor): Promise<void> {
  const { entries } = json(await visitor.get(`/api/meters/${METER}/quarantine`)) as QuarantineAnswer;
  const path = `/api/documents/${entries[0]?.id}`;
  assert.equal((json(await visitor.get(path)) as DocumentAnswer).verdict.proven, false);
  assert.equal((await visitor.get(`${path}/content`)).bytes.toString(), 'not proven');
  assertRefused(await visitor.get(`/api/documents/${'0'.repeat(64)}`), 404, 'RESOURCE_UNKNOWN');
}

/** In pages, the newest first. */
async function showAudit(visitor: DasVisitor): Promise<void> {
  const pageFrom = async (query: string) =>
    (json(await visitor.get(`/api/audit?limit=4${query}`)) as AuditAnswer).entries;
  const newest = await pageFrom('');
  const earlier = await pageFrom(`&before=${newest.at(-1)?.id}`);
  assert.deepEqual(
    [...newest, ...earlier].map(({ user, action }) => `${user} ${action}`),
    [
      'ada session.begun',
      'vera readings.exported',
      'vera session.begun',
      'ada alarm.acknowledged',
      'ada user.added',
      'ada session.begun',
      'ada first-administrator.made',
    ],
  );
}
