import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { describe, it } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';

import { addTime, Days, Hours, Instant, Minutes, Seconds } from '#core/time.ts';
import type {
  AlarmsAnswer,
  CertificateAnswer,
  DocumentAnswer,
  EventsAnswer,
  LiveSample,
  MeterAnswer,
  MetersAnswer,
  QuarantineAnswer,
  SeriesAnswer,
} from '#das/api-types.ts';
import type { Standing } from '#das/reading-store.ts';
import { ExampleResponder, revocable } from '../../http/support/ocsp-parties.ts';
import { TODAY } from '../../http/support/tls-parties.ts';
import { settle } from '../../support/fake-clock.ts';
import { assertRefused, json } from './support/das-visitor.ts';
import { ExampleDas, exampleDocument, FOREIGN, OWN, signature, user } from './support/example-das.ts';

const document = exampleDocument(OWN, 7n);

const standing = (otherwise: Partial<Standing> = {}): Standing => ({
  meter: OWN,
  kind: 'capture',
  lowestNumber: 1n,
  highestNumber: 9n,
  missing: 0n,
  lastAt: TODAY,
  lastReceivedAt: TODAY,
  lastDocument: document.id,
  lastRejectedAt: undefined,
  ...otherwise,
});

const alarm = { meter: OWN, code: 'CODE', raisedAt: TODAY, text: 'something' } as const;

const summaryOf = async (das: ExampleDas) => {
  const { meters } = json(await (await das.visitor('vera')).get('/api/meters')) as MetersAnswer;
  assert.equal(meters.length, 1);
  return meters[0];
};

describe('the list of meters', () => {
  it('has those that a user sees, and how they fare', async () => {
    await using das = await ExampleDas.open();
    das.store.standing = [standing()];
    das.collection.statuses.set(OWN, { lastVerdict: 'proven', clockOffset: Seconds(-2), silent: false });
    const { certificateDays, ...summary } = (await summaryOf(das)) ?? { certificateDays: 0 };
    assert.ok((certificateDays ?? 0) > 300, `${certificateDays}`);
    assert.deepEqual(summary, {
      id: OWN,
      name: `meter ${OWN}`,
      url: 'https://127.0.0.1:8443',
      zone: 'Europe/Berlin',
      lastReadingAt: new Date(TODAY).toISOString(),
      lastVerdict: 'proven',
      gaps: 0,
      clockOffsetMs: -2_000,
      openAlarms: 0,
      health: 'good',
    });
  });

  it('says at a glance what is wrong', async () => {
    await using das = await ExampleDas.open();
    const healthWith = async (standings: readonly Standing[], silent = false) => {
      das.store.standing = standings;
      das.collection.statuses.set(OWN, { lastVerdict: 'none', silent });
      return (await summaryOf(das))?.health;
    };
    assert.equal(await healthWith([]), 'silent');
    assert.equal(await healthWith([standing()]), 'good');
    assert.equal(await healthWith([standing()], true), 'silent');
    assert.equal(await healthWith([standing({ missing: 3n })]), 'warning');
    assert.equal(await healthWith([standing({ lastRejectedAt: addTime(TODAY, Seconds(1)) })]), 'alarm');
    assert.equal(await healthWith([standing({ lastRejectedAt: addTime(TODAY, Seconds(-1)) })]), 'good');
    await das.store.raise({ ...alarm, kind: 'capture-gap' });
    assert.equal(await healthWith([standing()]), 'warning');
    await das.store.raise({ ...alarm, kind: 'number-repeated' });
    assert.equal(await healthWith([standing()]), 'alarm');
    das.store.raised.length = 0;
    await das.clock.advance(Days(5 * 365));
    assert.equal(await healthWith([standing()]), 'warning');
  });

  it('calls nothing good that nobody reads', async () => {
    await using das = await ExampleDas.open();
    das.store.standing = [standing()];
    das.collection.statuses.delete(OWN);
    assert.equal((await summaryOf(das))?.health, 'silent');
  });

  it('leaves out no alarm, however many there are', async () => {
    await using das = await ExampleDas.open();
    das.store.standing = [standing()];
    das.collection.statuses.set(OWN, { lastVerdict: 'proven', silent: false });
    await das.store.raise({ ...alarm, kind: 'number-repeated' });
    for (let number = 0; number < 10_001; number += 1)
      await das.store.raise({ ...alarm, meter: `1sie${number}.sm`, kind: 'capture-gap' });
    const { health, openAlarms } = (await summaryOf(das)) ?? {};
    assert.deepEqual([health, openAlarms], ['alarm', 1]);
  });
});

it('what is long is compressed for who takes that', async () => {
  await using das = await ExampleDas.open();
  const visitor = await das.visitor('vera');
  const plain = await visitor.get('/api/meters');
  const { bytes, headers } = await visitor.get('/api/meters', {
    'Accept-Encoding': 'gzip, br',
    Cookie: visitor.cookie,
  });
  assert.deepEqual([headers['content-encoding'], headers.vary], ['br', 'Accept-Encoding']);
  assert.deepEqual(brotliDecompressSync(bytes), plain.bytes);
  const session = await visitor.get('/api/session', { 'Accept-Encoding': 'br', Cookie: visitor.cookie });
  assert.equal(session.headers['content-encoding'], undefined, 'its length would tell of its token');
});

it('a meter has its registers, each with the document that proves it, and its certificates', async () => {
  await using das = await ExampleDas.open();
  const { registers, certificates } = json(await (await das.visitor('vera')).get(`/api/meters/${OWN}`)) as MeterAnswer;
  assert.deepEqual(registers, [
    {
      object: '3-0100010800ff',
      attribute: 2,
      value: '12345.6',
      unit: 'Wh',
      at: new Date(document.at).toISOString(),
      number: '7',
      document: document.id,
    },
  ]);
  assert.deepEqual(
    certificates.map(({ id }) => id),
    [signature.id],
  );
});

describe('a series', () => {
  const path = `/api/meters/${OWN}/series?object=3-0100010800ff&attribute=2`;

  it('is scaled for drawing, with gaps and the time that a point stands for', async () => {
    await using das = await ExampleDas.open();
    das.store.drawn = {
      scaler: -1,
      unit: 27,
      aggregated: true,
      step: Minutes(15),
      points: [{ at: Instant(1_000), min: 2_301n, max: 2_305n, mean: 2_302.5, last: 2_303n, count: 4 }],
      gaps: [{ from: Instant(2_000), to: Instant(3_000) }],
    };
    const range = 'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00%2B01:00&points=500&kind=capture';
    const answer = json(await (await das.visitor('vera')).get(`${path}&${range}`)) as SeriesAnswer;
    assert.deepEqual(answer, {
      unit: 'W',
      aggregated: true,
      stepSeconds: 900,
      days: false,
      points: [[1_000, 230.1, 230.25, 230.5, 230.3]],
      gaps: [[2_000, 3_000]],
    });
    assert.deepEqual(das.store.asked, [
      {
        meter: OWN,
        kind: 'capture',
        object: '3-0100010800ff',
        attribute: 2,
        range: { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 30, 23) },
        maxPoints: 500,
      },
    ]);
  });

  it('has of the hours those alone that begin a day at the site, if that is asked for', async () => {
    await using das = await ExampleDas.open();
    const [from, hours] = [Date.UTC(2026, 9, 23, 22), 24 * 3 + 2];
    const points = Array.from({ length: hours }, (_, hour) => {
      // A second late, as meters are.
      const at = Instant(from + hour * Hours(1) + 1_000);
      const value = BigInt(hour);
      return { at, min: value, max: value, mean: hour, last: value, count: 1 };
    });
    das.store.drawn = { scaler: 0, unit: 30, aggregated: true, step: Hours(1), points, gaps: [] };
    const range = 'from=2026-10-23T22:00:00Z&to=2026-10-27T00:00:00Z&points=8800&kind=capture';
    const visitor = await das.visitor('vera');
    const answer = json(await visitor.get(`${path}&${range}&days=true`)) as SeriesAnswer;
    // The clocks go back on the 25th: that day has 25 hours.
    assert.deepEqual([answer.days, answer.points.map(([, value]) => value)], [true, [0, 24, 49, 73]]);
    assert.equal((json(await visitor.get(`${path}&${range}`)) as SeriesAnswer).points.length, hours);
    das.store.drawn = { ...das.store.drawn, points: points.slice(1, 5) };
    const off = json(await visitor.get(`${path}&${range}&days=true`)) as SeriesAnswer;
    assert.deepEqual([off.days, off.points.length], [false, 4]);
  });

  for (const query of [
    'from=2026-11-01T00:00:00Z',
    'from=2026-11-01T00:00:00Z&to=2026-11-01T00:00:00Z',
    'from=2026-12-01T00:00:00Z&to=2026-11-01T00:00:00Z',
    'from=1900-12-01T00:00:00Z&to=2026-11-01T00:00:00Z',
    'from=yesterday&to=2026-11-01T00:00:00Z',
    'from=2026-02-30T00:00:00Z&to=2026-11-01T00:00:00Z',
    'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&points=1',
    'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&points=1000000',
    'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&points=1e3',
    'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&kind=events',
    'from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&days=yes',
  ]) {
    it(`is refused for ${query}`, async () => {
      await using das = await ExampleDas.open();
      assertRefused(await (await das.visitor('vera')).get(`${path}&${query}`), 400, 'INPUT_INVALID');
      assert.deepEqual(das.store.asked, []);
    });
  }
});

it('event books are read in pages', async () => {
  await using das = await ExampleDas.open();
  das.store.entries.push(
    ...[9n, 8n].map((number) => ({
      meter: OWN,
      book: 'system',
      number,
      at: TODAY,
      code: 3,
      event: 'clock-set',
      text: 'the clock was set',
      document: document.id,
    })),
  );
  const visitor = await das.visitor('vera');
  const { entries } = json(await visitor.get(`/api/meters/${OWN}/events?book=system&before=9&limit=5`)) as EventsAnswer;
  assert.deepEqual(
    entries.map(({ number, event }) => [number, event]),
    [['8', 'clock-set']],
  );
  assertRefused(await visitor.get(`/api/meters/${OWN}/events?book=other`), 400, 'INPUT_INVALID');
});

it('what was not proven is told with its reason, to be looked at and never shown as a reading', async () => {
  await using das = await ExampleDas.open();
  const id = 'f'.repeat(64);
  const bytes = Buffer.from('<x/>');
  const marks = [{ check: 'seal', outcome: 'failed', finding: 'another signature', code: 'SEAL_BROKEN' }] as const;
  for (const meter of [OWN, FOREIGN])
    das.store.refused.push({
      id: meter === OWN ? id : 'e'.repeat(64),
      meter,
      kind: 'live',
      receivedAt: TODAY,
      bytes,
      marks,
      code: 'SEAL_BROKEN',
      reason: 'another signature',
    });
  const visitor = await das.visitor('vera');
  const answer = json(await visitor.get(`/api/documents/${id}`)) as DocumentAnswer;
  assert.deepEqual([answer.number, answer.at, answer.certificate], [null, null, null]);
  assert.deepEqual(answer.verdict, { proven: false, marks });
  const content = await visitor.get(`/api/documents/${id}/content`);
  assert.deepEqual([content.headers['content-type'], content.bytes], ['application/octet-stream', bytes]);
  // Nothing that a browser or an office would run.
  assert.match(String(content.headers['content-disposition']), /^attachment; filename="[\w.-]+\.txt"$/);
  assertRefused(await visitor.get(`/api/documents/${'e'.repeat(64)}/content`), 404, 'RESOURCE_UNKNOWN');
  const { entries } = json(await (await das.visitor('vera')).get(`/api/meters/${OWN}/quarantine`)) as QuarantineAnswer;
  assert.deepEqual(
    entries.map(({ code, marks }) => [code, marks[0]?.outcome]),
    [['SEAL_BROKEN', 'failed']],
  );
});

it('what was not proven comes a page at a time, each line once', async () => {
  await using das = await ExampleDas.open();
  const reasons = ['A', 'B', 'C', 'D', 'E'];
  for (const code of reasons)
    das.store.refused.push({
      id: 'f'.repeat(64),
      meter: OWN,
      kind: 'live',
      receivedAt: TODAY,
      bytes: Buffer.of(),
      marks: [],
      code,
      reason: '',
    });
  const visitor = await das.visitor('vera');
  const page = async (query: string) =>
    (json(await visitor.get(`/api/meters/${OWN}/quarantine?limit=2${query}`)) as QuarantineAnswer).entries;
  const codes: string[] = [];
  for (let entries = await page(''); entries.length > 0; entries = await page(`&before=${entries.at(-1)?.entry}`))
    codes.push(...entries.map(({ code }) => code));
  assert.deepEqual(codes, reasons.toReversed());
  for (const query of ['before=2026-11-20T09:15:00Z', 'before=-1', 'before=x', 'limit=101'])
    assertRefused(await visitor.get(`/api/meters/${OWN}/quarantine?${query}`), 400, 'INPUT_INVALID');
});

it('a document of another meter that was shown as one’s own is what was not proven, and tells nothing of the other', async () => {
  await using das = await ExampleDas.open();
  const theirs = exampleDocument(FOREIGN, 7n);
  das.store.refused.push({
    id: theirs.id,
    meter: OWN,
    kind: 'live',
    receivedAt: TODAY,
    bytes: theirs.bytes,
    marks: [],
    code: 'DOCUMENT_OF_OTHER_METER',
    reason: 'of another meter',
  });
  const visitor = await das.visitor('vera');
  const answer = json(await visitor.get(`/api/documents/${theirs.id}`)) as DocumentAnswer;
  assert.deepEqual([answer.meter, answer.number, answer.verdict.proven], [OWN, null, false]);
});

describe('a document', () => {
  it('comes with its marks', async () => {
    await using das = await ExampleDas.open();
    const answer = json(await (await das.visitor('vera')).get(`/api/documents/${document.id}`)) as DocumentAnswer;
    assert.deepEqual([answer.number, answer.verdict.proven, answer.certificate], ['7', true, signature.id]);
    assert.deepEqual(answer.verdict.marks, document.marks);
  });

  it('comes as exactly the bytes that were kept', async () => {
    await using das = await ExampleDas.open();
    const { bytes, headers } = await (await das.visitor('vera')).get(`/api/documents/${document.id}/content`);
    assert.deepEqual(new Uint8Array(bytes), document.bytes);
    assert.equal(headers['content-length'], `${document.bytes.length}`);
    assert.equal(headers['cache-control'], 'no-store');
  });

  it('has its certificate', async () => {
    await using das = await ExampleDas.open();
    const reply = await (await das.visitor('vera')).get(`/api/certificates/${encodeURIComponent(signature.id)}`);
    assert.equal((json(reply) as CertificateAnswer).pem, signature.pem);
  });
});

describe('live readings', () => {
  const sampleIn = async (stream: IncomingMessage): Promise<LiveSample> => {
    const [chunk] = (await once(stream, 'data')) as [Buffer];
    const [, data] = /^event: sample\ndata: (.+)\n\n$/.exec(chunk.toString()) ?? [];
    return JSON.parse(data ?? 'null') as LiveSample;
  };

  it('are told as they come', async () => {
    await using das = await ExampleDas.open();
    const stream = await (await das.visitor('vera')).open('GET', `/api/meters/${OWN}/live`);
    das.collection.tell(document);
    const { values, ...sample } = await sampleIn(stream);
    assert.deepEqual(sample, {
      at: new Date(document.at).toISOString(),
      number: '7',
      document: document.id,
      proven: true,
      state: '0000000000000000',
    });
    assert.equal(values[0]?.value, '12345.6');
  });

  it('give a sign of life, so that nobody takes the connection for dead', async () => {
    await using das = await ExampleDas.open();
    const stream = await (await das.visitor('vera')).open('GET', `/api/meters/${OWN}/live`);
    for (let quarter = 0; quarter < 3; quarter += 1) {
      const chunk = once(stream, 'data');
      await das.clock.advance(Seconds(15));
      assert.equal(String((await chunk)[0]), ': still here\n\n');
    }
  });

  it('end with the session', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    const stream = await visitor.open('GET', `/api/meters/${OWN}/live`);
    await visitor.send('DELETE', '/api/session');
    das.collection.tell(document);
    stream.resume();
    await once(stream, 'end');
    assert.equal(das.collection.listeners.get(OWN)?.size, 0);
  });

  describe('by a client certificate end soon after', () => {
    const [certificate] = revocable.das.certificates;
    const mia = { ...user('mia', 'viewer', [OWN]), certificates: [certificate.id] };

    const listen = async (
      change: (das: ExampleDas, responder: ExampleResponder | undefined) => void,
      asked = false,
    ) => {
      let responder: ExampleResponder | undefined;
      await using das = await ExampleDas.open({
        clientRoots: [revocable.root],
        clientIssuers: [revocable.sub],
        revocationBy: (clock, log) => (responder = new ExampleResponder(clock)).checker(log),
      });
      das.store.people.set('mia', mia);
      const visitor = await das.visitor(undefined, revocable.das);
      if (asked) await visitor.get('/api/session');
      const stream = await visitor.open('GET', `/api/meters/${OWN}/live`);
      change(das, responder);
      stream.resume();
      const ended = once(stream, 'end');
      // As long as what is known of a certificate holds.
      await das.clock.advance(Minutes(10));
      await ended;
      assert.equal(das.collection.listeners.get(OWN)?.size, 0);
    };

    it('the user was removed', () => listen(({ store }) => store.people.delete('mia')));
    it('the user may see other meters', () =>
      listen(({ store }) => store.people.set('mia', { ...mia, meters: [FOREIGN] })));
    it('it was revoked', () => listen((_, responder) => responder?.revoke(certificate)));
    it('it was revoked, within a session too', () => listen((_, responder) => responder?.revoke(certificate), true));
  });

  it('of who has gone before they began take no place', async () => {
    await using das = await ExampleDas.open({ limits: { streamsPerUser: 1 } });
    const visitor = await das.visitor('vera');
    const path = `/api/meters/${OWN}/live`;
    const [looking, found] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const meter = das.store.meter.bind(das.store);
    das.store.meter = async (id) => {
      looking.resolve();
      await found.promise;
      return meter(id);
    };
    const left = das.ended('/live', 1);
    const leaving = await das.visitor();
    leaving.cookie = visitor.cookie;
    const gone = assert.rejects(leaving.open('GET', path));
    await looking.promise;
    leaving.leave();
    await Promise.all([gone, left]);
    found.resolve();
    for (let round = 0; round < 5; round += 1) await settle();
    assert.equal(das.collection.listeners.get(OWN)?.size ?? 0, 0);
    assert.equal((await visitor.open('GET', path)).statusCode, 200);
  });

  it('end after an hour, so that the page asks anew', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    const stream = await visitor.open('GET', `/api/meters/${OWN}/live`);
    stream.resume();
    const ended = once(stream, 'end');
    for (let quarter = 0; quarter < 4; quarter += 1) {
      await das.clock.advance(Minutes(15));
      await visitor.get('/api/session');
    }
    await ended;
  });

  it('end when the server closes', async () => {
    await using das = await ExampleDas.open();
    const stream = await (await das.visitor('vera')).open('GET', `/api/meters/${OWN}/live`);
    stream.resume();
    const ended = once(stream, 'end');
    await das.server.close();
    await ended;
  });

  it('of more meters at once than a user may listen to are refused, until one is closed', async () => {
    await using das = await ExampleDas.open({ limits: { streamsPerUser: 2 } });
    const visitor = await das.visitor('vera');
    const path = `/api/meters/${OWN}/live`;
    const [first] = await Promise.all([visitor.open('GET', path), visitor.open('GET', path)]);
    const reply = await visitor.get(path);
    assertRefused(reply, 429, 'STREAMS_EXHAUSTED');
    assert.equal(reply.headers['retry-after'], '30');
    const left = das.ended('/live', 1);
    first.destroy();
    await left;
    assert.equal((await visitor.open('GET', path)).statusCode, 200);
  });

  it('leave out what a slow page has no time for, and cut off one that takes nothing', async () => {
    await using das = await ExampleDas.open();
    const stream = await (await das.visitor('vera')).open('GET', `/api/meters/${OWN}/live`);
    stream.pause();
    const many = { ...document, values: Array.from({ length: 2_000 }, () => document.values).flat() };
    for (let round = 0; round < 60; round += 1) {
      das.collection.tell(many);
      await settle();
    }
    const left = das.ended('/live', 1);
    await das.clock.advance(Seconds(31));
    await left;
    assert.equal(das.collection.listeners.get(OWN)?.size, 0);
  });

  it('go on giving signs of life to a page that was slow for a while', async () => {
    await using das = await ExampleDas.open();
    const stream = await (await das.visitor('vera')).open('GET', `/api/meters/${OWN}/live`);
    stream.pause();
    const many = { ...document, values: Array.from({ length: 50_000 }, () => document.values).flat() };
    das.collection.tell(many);
    await das.clock.advance(Seconds(16));
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-20);
    });
    stream.resume();
    while (!text.endsWith(']}\n\n')) await settle();
    await das.clock.advance(Seconds(15));
    while (!text.endsWith(': still here\n\n')) await settle();
  });

  it('answer a HEAD without going on for ever', async () => {
    await using das = await ExampleDas.open();
    const visitor = await das.visitor('vera');
    const { status } = await visitor.raw('HEAD', `/api/meters/${OWN}/live`, { Cookie: visitor.cookie });
    assert.equal(status, 200);
    assert.equal(das.collection.listeners.get(OWN), undefined);
  });
});

describe('alarms', () => {
  const withAlarms = async () => {
    const das = await ExampleDas.open();
    for (const meter of [OWN, FOREIGN])
      await das.store.raise({ meter, kind: 'gap', code: 'CAPTURES_MISSING', raisedAt: TODAY, text: 'a gap' });
    return das;
  };

  it('are those of the meters that a user sees', async () => {
    await using das = await withAlarms();
    const { alarms } = json(await (await das.visitor('vera')).get('/api/alarms?open=1')) as AlarmsAnswer;
    assert.deepEqual(
      alarms.map(({ meter }) => meter),
      [OWN],
    );
    const all = json(await (await das.visitor('ada')).get('/api/alarms')) as AlarmsAnswer;
    assert.equal(all.alarms.length, 2);
    const one = json(await (await das.visitor('vera')).get(`/api/alarms?meter=${FOREIGN}`)) as AlarmsAnswer;
    assert.deepEqual(one.alarms, []);
  });

  it('are acknowledged by somebody, at a time', async () => {
    await using das = await withAlarms();
    const visitor = await das.visitor('ada');
    const reply = await visitor.send('POST', '/api/alarms/1/acknowledgement');
    assert.deepEqual(json(reply), {
      id: '1',
      meter: OWN,
      kind: 'gap',
      code: 'CAPTURES_MISSING',
      raisedAt: new Date(TODAY).toISOString(),
      text: 'a gap',
      acknowledgedAt: new Date(TODAY).toISOString(),
      acknowledgedBy: 'ada',
    });
    assert.equal((json(await visitor.get('/api/alarms?open=1')) as AlarmsAnswer).alarms.length, 1);
    assert.deepEqual(das.store.trail.map(({ action, subject }) => [action, subject])[0], ['alarm.acknowledged', OWN]);
  });
});
