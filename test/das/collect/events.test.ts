import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { silentLog } from '#core/log.ts';
import { addTime, formatInstant, Minutes, Seconds } from '#core/time.ts';
import type { EventsAnswer, SessionAnswer } from '#das/api-types.ts';
import { DasServer } from '#das/das-server.ts';
import { meter as serverParty } from '../../http/support/tls-parties.ts';
import { NOW } from '../../pki/support/test-pki.ts';
import { METER_ID } from '../../support/example-meter.ts';
import { DasVisitor, json } from '../server/support/das-visitor.ts';
import { PASSWORD, passwords } from '../server/support/example-das.ts';
import { CollectedSite } from './support/collected-site.ts';
import { ScriptedBook } from './support/scripted-book.ts';
import { sealer, stranger } from './support/scripted-meter.ts';
import { numbersIn, octets } from './support/scripted-profile.ts';

const started = { code: 1, text: '{"version":"0.1.0","previousEnd":"none"}' };
const BUFFERS = /7-00006362/;

const open = (t: TestContext): Promise<CollectedSite> => CollectedSite.open(t, { events: Minutes(1) });

async function kept(site: CollectedSite, book: string): Promise<readonly bigint[]> {
  const entries = await site.store.events({ meter: METER_ID, book, limit: 10_000 });
  return entries.map(({ number }) => number).toReversed();
}

const upTo = (last: number): readonly bigint[] => Array.from({ length: last }, (_, index) => BigInt(index + 1));

describe('event books are brought here', () => {
  it('every entry as it was written, with the document that proves it', async (t) => {
    await using site = await open(t);
    const system = new ScriptedBook(site.meter, 'system');
    system.write(1, NOW, started);
    system.write(1, NOW, { code: 9_999, text: 'an event of a newer meter' });
    await site.pass(Minutes(2));
    const [strange, start] = await site.store.events({ meter: METER_ID, book: 'system', limit: 10 });
    assert.ok(start && strange);
    const { document, ...entry } = start;
    const at = addTime(NOW, Seconds(1));
    assert.deepEqual(entry, { book: 'system', number: 1n, at, event: 'service-started', ...started });
    assert.equal(strange.event, 'event-9999');
    const proof = await site.store.document(document);
    assert.equal(proof?.kind, 'events');
    assert.ok(proof.marks.every(({ outcome }) => outcome !== 'failed'));
    assert.match(Buffer.from(proof.bytes).toString(), /previousEnd/);
  });

  it('also those of the other books, where the meter refuses one', async (t) => {
    await using site = await open(t);
    for (const name of ['system', 'consumer', 'calibration'] as const) {
      new ScriptedBook(site.meter, name).write(3, NOW, started);
    }
    site.meter.forbids = /7-0000636200ff/;
    await site.pass(Minutes(4));
    assert.deepEqual(await kept(site, 'system'), []);
    assert.deepEqual([await kept(site, 'consumer'), await kept(site, 'calibration')], [upTo(3), upTo(3)]);
    assert.ok((await site.alarms()).has('access-refused'));
    site.meter.forbids = undefined;
    await site.pass(Minutes(3));
    assert.deepEqual(await kept(site, 'system'), upTo(3));
    assert.equal((await site.alarms()).size, 0);
  });

  it('in shorter pages, where an answer would be too large', async (t) => {
    await using site = await open(t);
    new ScriptedBook(site.meter, 'system').write(900, NOW, started);
    site.meter.tooLarge = ({ pathname, searchParams }) => {
      const { from, to } = numbersIn(searchParams);
      return pathname.includes('7-0000636200ff') && to - from >= 200n;
    };
    await site.pass(Minutes(2));
    assert.deepEqual(await kept(site, 'system'), upTo(900));
    assert.equal((await site.alarms()).size, 0);
  });

  it('and from here to the page', async (t) => {
    await using site = await open(t);
    new ScriptedBook(site.meter, 'calibration').write(3, NOW, { code: 230, text: '{"version":"0.1.0","sha256":"ab"}' });
    await site.pass(Minutes(2));
    const { store, collector: collection, clock } = site;
    await using das = new DasServer({ tls: serverParty, store, collection, passwords, clock, log: silentLog });
    const visitor = new DasVisitor((await das.listen('127.0.0.1', 0)).port);
    t.after(() => visitor.leave());
    const token = await das.offerFirstAdministrator();
    const first = await visitor.send('POST', '/api/first-administrator', { token, user: 'ada', password: PASSWORD });
    visitor.csrf = (json(first) as SessionAnswer).csrf;
    const reply = await visitor.get(`/api/meters/${METER_ID}/events?book=calibration&limit=2`);
    const { entries } = json(reply) as EventsAnswer;
    assert.deepEqual(
      entries.map(({ number, at, code, event, text }) => [number, at, code, event, text]),
      ['3', '2'].map((number) => [
        number,
        formatInstant(addTime(NOW, Seconds(Number(number)))),
        230,
        'firmware-identified',
        '{"version":"0.1.0","sha256":"ab"}',
      ]),
    );
  });

  it('page by page, and each once', async (t) => {
    await using site = await open(t);
    const system = new ScriptedBook(site.meter, 'system');
    system.write(1_200, NOW, started);
    await site.pass(Minutes(2));
    assert.deepEqual(await kept(site, 'system'), upTo(1_200));
    assert.equal(site.meter.times(BUFFERS).length, 3);
    await site.pass(Minutes(3));
    assert.equal(site.meter.times(BUFFERS).length, 3);
  });

  it('then those that came since, across restarts too', async (t) => {
    await using site = await open(t);
    const system = new ScriptedBook(site.meter, 'system');
    const consumer = new ScriptedBook(site.meter, 'consumer');
    system.write(4, NOW, started);
    await site.pass(Minutes(2));
    await site.restart();
    system.write(2, site.clock.now(), started);
    consumer.write(1, site.clock.now(), { code: 100, text: '{}' });
    site.meter.asked.length = 0;
    await site.pass(Minutes(2));
    assert.deepEqual(await kept(site, 'system'), upTo(6));
    assert.deepEqual(await kept(site, 'consumer'), [1n]);
    const [asked] = site.meter.asked.filter(({ target }) => BUFFERS.test(target));
    assert.match(asked?.target ?? '', /sa\.fromtype=double-long-unsigned:5&/);
  });

  it('of the devices that are read: numbers of others are not asked for again and again', async (t) => {
    await using site = await open(t);
    const system = new ScriptedBook(site.meter, 'system');
    system.write(2, NOW, started);
    system.newest = 700n;
    await site.pass(Minutes(4));
    assert.deepEqual(await kept(site, 'system'), [1n, 2n]);
    assert.equal(site.meter.times(BUFFERS).length, 2);
    assert.equal((await site.alarms()).size, 0);
  });

  it('but not from a book that this client may not read', async (t) => {
    await using site = await open(t);
    new ScriptedBook(site.meter, 'calibration').write(1, NOW, started);
    await site.pass(Minutes(2));
    assert.deepEqual(await kept(site, 'system'), []);
    assert.deepEqual(await kept(site, 'calibration'), [1n]);
    assert.equal((await site.alarms()).size, 0);
  });

  it('only when they are proven; what is not is asked for again, and lies in quarantine', async (t) => {
    await using site = await open(t);
    new ScriptedBook(site.meter, 'system').write(2, NOW, started);
    site.meter.identity = stranger;
    await site.pass(Minutes(2));
    assert.deepEqual(await kept(site, 'system'), []);
    const refused = await site.store.quarantined({ meter: METER_ID, limit: 100 });
    assert.ok(refused.some(({ kind, code }) => kind === 'events' && code === 'SEAL_KEY_UNKNOWN'));
    site.meter.identity = sealer;
    await site.pass(Minutes(2));
    assert.deepEqual(await kept(site, 'system'), [1n, 2n]);
  });

  it('and rows that are no entries are left out', async (t) => {
    await using site = await open(t);
    const system = new ScriptedBook(site.meter, 'system');
    system.write(1, NOW, started);
    const nothing = { type: 'null-data' } as const;
    system.oddRows.push({ type: 'structure', value: [octets(new Uint8Array(12)), nothing, nothing, nothing] });
    await site.pass(Minutes(2));
    assert.deepEqual(await kept(site, 'system'), [1n]);
  });
});
