import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, type TestContext, test } from 'node:test';
import { Days, Hours, Instant } from '#core/time.ts';
import type { DocumentQuery, ReadingStore, SeriesQuery } from '#das/reading-store.ts';
import {
  CERTIFICATE,
  ENERGY,
  energy,
  judged,
  METER,
  MIDNIGHT,
  marks,
  numbersFrom,
  QUARTER,
  VOLTAGE,
  voltage,
} from './judged.ts';

/** Where a store is kept; it can be opened again after it was closed. */
export interface StorePlace {
  open(): Promise<ReadingStore>;
}

const OTHER = '1sie0099999999.sm';
const EVER = { from: Instant(0), to: Instant(Date.UTC(2100, 0)) };
const NOW = Instant(MIDNIGHT + Days(40));

const idOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const captures = (changes: Partial<DocumentQuery> = {}): DocumentQuery => ({
  meter: METER,
  kind: 'capture',
  range: EVER,
  limit: 1_000,
  ...changes,
});

const energies = (changes: Partial<SeriesQuery> = {}): SeriesQuery => ({
  meter: METER,
  kind: 'capture',
  object: ENERGY,
  attribute: 2,
  range: EVER,
  maxPoints: 1_000,
  ...changes,
});

/** What every store has to keep to, whatever database stands behind it. */
export function storeContract(name: string, makePlace: (t: TestContext) => StorePlace | Promise<StorePlace>): void {
  const withStore = (title: string, run: (store: ReadingStore, place: StorePlace) => Promise<void>): void => {
    test(title, async (t) => {
      const place = await makePlace(t);
      await using store = await place.open();
      await run(store, place);
    });
  };

  describe(`${name}: documents`, () => {
    withStore('come back byte for byte, with all that is known of them', async (store) => {
      const chainHash = Buffer.alloc(32, 7);
      const document = judged(5, { chainHash });
      const [result] = await store.append([document]);
      assert.deepEqual(result, { outcome: 'stored', document: idOf(document.bytes) });
      const { bytes, verdict, values, ...entry } = document;
      const stored = await store.document(idOf(bytes));
      assert.deepEqual(stored, {
        ...entry,
        id: idOf(bytes),
        chainHash: new Uint8Array(chainHash),
        bytes: new Uint8Array(bytes),
        digest: verdict.digest,
        marks: verdict.marks,
        values,
      });
    });

    withStore('are there once, however often they come', async (store) => {
      const batch = [judged(1), judged(2), judged(1)];
      assert.deepEqual(outcomes(await store.append(batch)), ['stored', 'stored', 'known']);
      assert.deepEqual(outcomes(await store.append(batch)), ['known', 'known', 'known']);
      assert.equal((await store.documents(captures())).length, 2);
    });

    withStore('that were sealed once more are known by the first seal', async (store) => {
      await store.append([judged(1)]);
      const [again] = await store.append([judged(1, { seal: 'b' })]);
      assert.deepEqual(again, { outcome: 'known', document: idOf(judged(1).bytes) });
      assert.deepEqual(await store.quarantined({ limit: 10 }), []);
    });

    withStore('with a number that another content has are a conflict, and go into quarantine', async (store) => {
      await store.append([judged(1)]);
      const clone = judged(1, { content: '<x/>' });
      const [result] = await store.append([clone]);
      assert.deepEqual(result, { outcome: 'conflict', document: idOf(judged(1).bytes) });
      const [quarantined] = await store.quarantined({ meter: METER, limit: 10 });
      assert.equal(quarantined?.code, 'DOCUMENT_NUMBER_REPEATED');
      const [rejected] = await store.rejected(idOf(clone.bytes));
      assert.deepEqual(rejected?.bytes, new Uint8Array(clone.bytes));
      assert.equal(await store.document(idOf(clone.bytes)), undefined);
    });

    withStore('of profiles and books may repeat a number, but not their bytes', async (store) => {
      const batch = [judged(1, { kind: 'profile' }), judged(1, { kind: 'profile', content: '<x/>' })];
      assert.deepEqual(outcomes(await store.append(batch)), ['stored', 'stored']);
      assert.deepEqual(outcomes(await store.append(batch)), ['known', 'known']);
    });

    withStore('with a number beyond 63 bits are refused, and the rest of the batch is kept', async (store) => {
      const results = await store.append([judged(1, { number: 2n ** 64n - 1n }), judged(2)]);
      assert.deepEqual(outcomes(results), ['refused', 'stored']);
      assert.deepEqual(
        (await store.quarantined({ limit: 10 })).map(({ code }) => code),
        ['DOCUMENT_NUMBER_TOO_LARGE'],
      );
    });

    withStore('that are not proven are a mistake of the caller', async (store) => {
      const document = judged(1, { verdict: { ...judged(1).verdict, proven: false } });
      await assert.rejects(store.append([document]), TypeError);
    });

    withStore('are listed by time, page by page', async (store) => {
      await store.append([5, 1, 4, 2, 3].map((number) => judged(number)));
      await store.append([judged(1, { meter: OTHER }), judged(1, { kind: 'live' })]);
      const first = await store.documents(captures({ limit: 2 }));
      assert.deepEqual(
        first.map(({ number }) => number),
        [1n, 2n],
      );
      const after = first.at(-1);
      const rest = await store.documents(captures(after === undefined ? {} : { after }));
      assert.deepEqual(
        rest.map(({ number }) => number),
        [3n, 4n, 5n],
      );
      const range = { from: judged(2).at, to: judged(4).at };
      const readings = await store.readings(captures({ range }));
      assert.deepEqual(
        readings.map(({ values }) => values),
        [judged(2).values, judged(3).values],
      );
    });

    withStore('are found by number, and the one with the highest number is the latest', async (store) => {
      const stepped = judged(3, { at: Instant(MIDNIGHT - Days(1)) });
      await store.append([judged(1), judged(2), stepped]);
      assert.equal((await store.latest(METER, 'capture'))?.number, 3n);
      assert.equal((await store.numbered(METER, 'capture', 2n))?.id, idOf(judged(2).bytes));
      assert.equal(await store.numbered(METER, 'capture', 9n), undefined);
      assert.equal(await store.latest(OTHER, 'capture'), undefined);
    });

    withStore('keep integers that no machine word holds, and say nothing of what is missing', async (store) => {
      const large = judged(1, { values: [energy(2n ** 64n - 1n), voltage(-5n)] });
      const lacking = judged(2, { values: [voltage(7n)] });
      await store.append([large, lacking]);
      assert.deepEqual(
        (await store.readings(captures())).map(({ values }) => values),
        [large.values, lacking.values],
      );
    });

    withStore('that were appended together and alone are acknowledged each for itself', async (store) => {
      const results = await Promise.all(numbersFrom(1, 50).map((number) => store.append([judged(number), judged(1)])));
      assert.equal(results.flat().filter(({ outcome }) => outcome === 'stored').length, 50);
    });

    withStore('outlive the store that was closed', async (store, place) => {
      await store.append([judged(1), judged(2)]);
      await store[Symbol.asyncDispose]();
      await using again = await place.open();
      assert.deepEqual(outcomes(await again.append([judged(2), judged(3)])), ['known', 'stored']);
      assert.deepEqual((await again.document(idOf(judged(1).bytes)))?.bytes, new Uint8Array(judged(1).bytes));
    });
  });

  describe(`${name}: numbers`, () => {
    withStore('that are missing are told as ranges', async (store) => {
      await store.append([3, 4, 7, 10].map((number) => judged(number)));
      const missing = await store.missingNumbers(METER, 'capture', { first: 1n, last: 12n }, 10);
      assert.deepEqual(missing, [range(1n, 2n), range(5n, 6n), range(8n, 9n), range(11n, 12n)]);
      assert.deepEqual(await store.missingNumbers(METER, 'capture', { first: 1n, last: 12n }, 1), [range(1n, 2n)]);
      assert.deepEqual(await store.missingNumbers(METER, 'capture', { first: 3n, last: 4n }, 10), []);
      assert.deepEqual(await store.missingNumbers(OTHER, 'capture', { first: 1n, last: 2n }, 10), [range(1n, 2n)]);
      await store.append([judged(5), judged(6)]);
      const [standing] = await store.standings(METER);
      assert.deepEqual([standing?.lowestNumber, standing?.highestNumber, standing?.missing], [3n, 10n, 2n]);
    });

    withStore('stand as the last document says, and rejections are noted', async (store) => {
      await store.append([judged(2), judged(1), judged(1, { meter: OTHER, kind: 'live' })]);
      const receivedAt = Instant(MIDNIGHT + Days(1));
      await store.quarantine({
        meter: OTHER,
        kind: 'events',
        receivedAt,
        bytes: Buffer.from('x'),
        marks,
        code: 'X',
        reason: 'x',
      });
      const standings = await store.standings();
      assert.deepEqual(
        standings.map(({ meter, kind, highestNumber, lastDocument, lastRejectedAt }) => [
          meter,
          kind,
          highestNumber,
          lastDocument,
          lastRejectedAt,
        ]),
        [
          [METER, 'capture', 2n, idOf(judged(2).bytes), undefined],
          [OTHER, 'events', undefined, undefined, receivedAt],
          [OTHER, 'live', 1n, idOf(judged(1, { meter: OTHER }).bytes), undefined],
        ],
      );
    });
  });

  describe(`${name}: quarantine`, () => {
    withStore('keeps each thing once for each reason, the newest first', async (store) => {
      const rejected = { meter: METER, kind: 'live', bytes: new Uint8Array([1, 2, 3]), marks, reason: 'bad' } as const;
      for (const [receivedAt, code] of [
        [1, 'A'],
        [2, 'B'],
        [3, 'A'],
      ] as const) {
        await store.quarantine({ ...rejected, receivedAt: Instant(receivedAt), code });
      }
      const list = await store.quarantined({ meter: METER, limit: 10 });
      assert.deepEqual(
        list.map(({ code }) => code),
        ['B', 'A'],
      );
      const id = idOf(rejected.bytes);
      const { bytes, ...entry } = rejected;
      assert.deepEqual(list[1], { ...entry, receivedAt: 1, code: 'A', id, entry: list[1]?.entry });
      assert.deepEqual((await store.rejected(id))[0], { ...entry, receivedAt: 1, code: 'A', id, bytes });
    });

    withStore('is read a page at a time, though all of it came in one moment', async (store) => {
      const rejected = { meter: METER, kind: 'live', receivedAt: Instant(1), marks, reason: 'bad' } as const;
      for (const code of ['A', 'B', 'C', 'D', 'E'])
        await store.quarantine({ ...rejected, bytes: new Uint8Array([1]), code });
      const pages: string[] = [];
      let before: string | undefined;
      do {
        const page = await store.quarantined({ meter: METER, limit: 2, ...(before !== undefined && { before }) });
        pages.push(page.map(({ code }) => code).join(''));
        before = page.at(-1)?.entry;
      } while (before !== undefined);
      assert.deepEqual(pages, ['ED', 'CB', 'A', '']);
    });

    withStore('keeps for each meter what it has sent, though another has sent the same', async (store) => {
      const rejected = { kind: 'live', receivedAt: Instant(1), marks, code: 'A', reason: 'bad' } as const;
      const bytes = new Uint8Array([1, 2, 3]);
      for (const meter of [METER, OTHER, METER]) await store.quarantine({ ...rejected, meter, bytes });
      assert.deepEqual(
        (await store.rejected(idOf(bytes))).map(({ meter }) => meter),
        [METER, OTHER],
      );
    });
  });

  describe(`${name}: books`, () => {
    withStore('have each entry once, the newest first, with the document that proves it', async (store) => {
      const entry = (number: bigint) => ({
        book: 'system',
        number,
        at: MIDNIGHT,
        code: 7,
        event: 'restarted',
        text: 'The meter has restarted.',
      });
      const first = judged(1, { kind: 'events', events: [entry(1n), entry(2n)] });
      const second = judged(2, { kind: 'events', events: [entry(2n), entry(3n), entry(2n ** 64n - 1n)] });
      await store.append([first, second]);
      const entries = await store.events({ meter: METER, book: 'system', limit: 10 });
      assert.deepEqual(
        entries.map(({ number }) => number),
        [3n, 2n, 1n],
      );
      assert.deepEqual(entries[1], { ...entry(2n), document: idOf(first.bytes) });
      assert.deepEqual(
        (await store.events({ meter: METER, book: 'system', before: 2n, limit: 10 })).map(({ number }) => number),
        [1n],
      );
      assert.deepEqual(await store.events({ meter: METER, book: 'consumer', limit: 10 }), []);
    });
  });

  describe(`${name}: series`, () => {
    withStore('are the readings themselves while there are few', async (store) => {
      await store.append(numbersFrom(0, 4).map((number) => judged(number)));
      const series = await store.series(energies({ object: VOLTAGE }));
      assert.deepEqual(
        [series.scaler, series.unit, series.aggregated, series.step, series.gaps],
        [-2, 35, false, 0, []],
      );
      assert.deepEqual(series.points[3], {
        at: judged(3).at,
        min: 23_003n,
        max: 23_003n,
        mean: 23_003,
        last: 23_003n,
        count: 1,
      });
      assert.deepEqual((await store.series(energies({ object: '3-0100020800ff' }))).points, []);
    });

    withStore(
      'are summed up where there are more than fit, the same before and after they were rolled up',
      async (store) => {
        await store.append(numbersFrom(0, 96).map((number) => judged(number)));
        const query = energies({ maxPoints: 24 });
        const before = await store.series(query);
        assert.deepEqual([before.aggregated, before.step, before.points.length], [true, Hours(1), 24]);
        assert.deepEqual(before.points[1], {
          at: MIDNIGHT + Hours(1),
          min: 1_004n,
          max: 1_007n,
          mean: 1_005.5,
          last: 1_007n,
          count: 4,
        });
        await store.maintain(NOW, {});
        assert.deepEqual(await store.series(query), before);
        const late = judged(96, { number: 400n, at: Instant(MIDNIGHT + Hours(1) + 1), values: [energy(9_999n)] });
        await store.append([late]);
        assert.equal((await store.series(query)).points[1]?.max, 9_999n);
      },
    );

    withStore('never have more points than were asked for', async (store) => {
      await store.append(numbersFrom(0, 300).map((number) => judged(number)));
      for (const maxPoints of [1, 2, 7, 50, 299, 300]) {
        const { points, aggregated } = await store.series(energies({ maxPoints }));
        assert.ok(points.length <= maxPoints && points.length > 0, `${points.length} of ${maxPoints}`);
        assert.equal(aggregated, maxPoints < 300);
        assert.equal(
          points.reduce((count, point) => count + point.count, 0),
          300,
        );
      }
    });

    withStore('tell where readings are missing, within what was asked for', async (store) => {
      const there = [...numbersFrom(0, 12), ...numbersFrom(22, 14)];
      await store.append(there.map((number) => judged(number)));
      assert.deepEqual((await store.series(energies())).gaps, [{ from: judged(12).at, to: judged(22).at }]);
      await store.maintain(NOW, {});
      const whole = { from: Instant(MIDNIGHT + Hours(3)), to: Instant(MIDNIGHT + Hours(5)) };
      assert.deepEqual((await store.series(energies({ maxPoints: 10 }))).gaps, [whole]);
      const inside = { from: judged(14).at, to: judged(18).at };
      assert.deepEqual((await store.series(energies({ range: inside, every: QUARTER }))).gaps, [inside]);
    });

    withStore('go on over a change of scaler without rounding', async (store) => {
      const finer = { ...energy(12_345n), scaler: -1 };
      await store.append([judged(0, { values: [energy(1_234n)] }), judged(1, { values: [finer] })]);
      const { scaler, points } = await store.series(energies());
      assert.equal(scaler, -1);
      assert.deepEqual(
        points.map(({ last }) => last),
        [12_340n, 12_345n],
      );
    });

    withStore('of profiles come from the rows, each once', async (store) => {
      const rows = numbersFrom(0, 4).map((row) => ({ ...energy(BigInt(row)), at: Instant(MIDNIGHT + row * QUARTER) }));
      await store.append([
        judged(7, { kind: 'profile', values: rows.slice(0, 3) }),
        judged(8, { kind: 'profile', values: rows.slice(1) }),
      ]);
      const { points } = await store.series(energies({ kind: 'profile' }));
      assert.deepEqual(
        points.map(({ at, last }) => [at, last]),
        rows.map(({ at, value }) => [at, value]),
      );
    });
  });

  describe(`${name}: housekeeping`, () => {
    withStore('packs days that are over, and readers see no difference', async (store, place) => {
      const documents = numbersFrom(0, 200).map((number) => judged(number));
      await store.append(documents);
      const before = await store.readings(captures());
      await store.maintain(NOW, {});
      assert.deepEqual(await store.readings(captures()), before);
      await store[Symbol.asyncDispose]();
      await using again = await place.open();
      for (const { bytes, verdict } of documents) {
        const stored = await again.document(idOf(bytes));
        assert.deepEqual([stored?.bytes, stored?.marks], [new Uint8Array(bytes), verdict.marks]);
      }
      assert.deepEqual(
        outcomes(await again.append(documents)),
        documents.map(() => 'known'),
      );
    });

    withStore(
      'lets whole days go, but not the last document, and what went does not count as missing',
      async (store) => {
        await store.append(numbersFrom(0, 96 * 4).map((number) => judged(number)));
        const drawn = await store.series(energies({ maxPoints: 96 }));
        const now = Instant(MIDNIGHT + Days(4));
        await store.maintain(now, { capture: Days(2) });
        const kept = await store.documents(captures());
        assert.deepEqual([kept[0]?.number, kept.length], [192n, 192]);
        assert.equal(await store.document(idOf(judged(0).bytes)), undefined);
        assert.deepEqual(await store.missingNumbers(METER, 'capture', { first: 0n, last: 383n }, 10), []);
        assert.equal((await store.standings(METER))[0]?.missing, 0n);
        assert.deepEqual(
          (await store.series(energies({ maxPoints: 96 }))).points,
          drawn.points,
          'the chart is still there',
        );
        await store.maintain(Instant(now + Days(100)), { capture: Days(2) });
        assert.deepEqual(
          (await store.documents(captures())).map(({ number }) => number),
          [383n],
        );
        const last = judged(383).bytes;
        assert.deepEqual((await store.document(idOf(last)))?.bytes, new Uint8Array(last));
      },
    );

    withStore('lets go of old rejections, cleared alarms and audit entries', async (store) => {
      await store.quarantine({
        meter: METER,
        kind: 'live',
        receivedAt: MIDNIGHT,
        bytes: Buffer.from('x'),
        marks,
        code: 'X',
        reason: 'x',
      });
      await store.raise({ meter: METER, kind: 'gap', code: 'CLEARED', raisedAt: MIDNIGHT, text: '' });
      await store.raise({ meter: METER, kind: 'gap', code: 'OPEN', raisedAt: MIDNIGHT, text: '' });
      await store.clear(METER, 'CLEARED', MIDNIGHT);
      await store.audit({ at: MIDNIGHT, user: 'a', address: '', action: 'x', subject: '', detail: '' });
      await store.maintain(NOW, { quarantine: Days(1), alarms: Days(1), audit: Days(1) });
      assert.deepEqual(await store.quarantined({ limit: 10 }), []);
      assert.deepEqual(
        (await store.alarms({ limit: 10 })).map(({ code }) => code),
        ['OPEN'],
      );
      assert.deepEqual(await store.auditTrail({ limit: 10 }), []);
    });
  });

  describe(`${name}: what people change`, () => {
    withStore('meters and users are put, changed and removed', async (store, place) => {
      const meter = {
        id: METER,
        name: 'Hall 1',
        url: 'https://127.0.0.1:8443',
        zone: 'Europe/Berlin',
        tlsRoots: ['pem'],
        signatures: [{ id: CERTIFICATE, pem: 'pem' }],
        requestForm: 'rfc9421',
        addedAt: MIDNIGHT,
        addedBy: 'das',
      } as const;
      const user = {
        name: 'ada',
        role: 'operator',
        meters: [METER],
        passwordHash: 'scrypt',
        certificates: [],
      } as const;
      await store.putMeter(meter);
      await store.putMeter({ ...meter, name: 'Hall 2' });
      await store.putUser(user);
      await store.putUser({ ...user, name: 'bob', meters: 'all', passwordHash: undefined });
      await store[Symbol.asyncDispose]();
      await using again = await place.open();
      assert.deepEqual(await again.meters(), [{ ...meter, name: 'Hall 2' }]);
      assert.deepEqual(await again.user('ada'), user);
      assert.deepEqual(
        (await again.users()).map(({ name, meters, passwordHash }) => [name, meters, passwordHash]),
        [
          ['ada', [METER], 'scrypt'],
          ['bob', 'all', undefined],
        ],
      );
      assert.deepEqual([await again.removeMeter(METER), await again.removeMeter(METER)], [true, false]);
      assert.deepEqual([await again.removeUser('ada'), await again.user('ada')], [true, undefined]);
      assert.equal(await again.meter(METER), undefined);
    });

    withStore(
      'an alarm is raised once until it is cleared, and acknowledged by the first who sees it',
      async (store) => {
        const alarm = {
          meter: METER,
          kind: 'gap',
          code: 'GAP',
          raisedAt: MIDNIGHT,
          text: 'captures are missing',
        } as const;
        const raised = await store.raise(alarm);
        assert.deepEqual(await store.raise({ ...alarm, raisedAt: NOW }), raised);
        const acknowledged = await store.acknowledge(raised.id, 'ada', Instant(1));
        assert.deepEqual(await store.acknowledge(raised.id, 'bob', Instant(2)), acknowledged);
        assert.deepEqual(acknowledged, { ...raised, acknowledgedAt: 1, acknowledgedBy: 'ada' });
        assert.deepEqual(await store.alarms({ open: true, limit: 10 }), []);
        await store.clear(METER, 'GAP', NOW);
        const again = await store.raise(alarm);
        assert.notEqual(again.id, raised.id);
        assert.deepEqual(await store.alarms({ meters: [METER], limit: 10 }), [
          again,
          { ...acknowledged, clearedAt: NOW },
        ]);
        assert.equal((await store.alarms({ meters: [OTHER, METER], limit: 10 })).length, 2);
        assert.deepEqual([await store.acknowledge('999', 'ada', NOW), await store.alarm('x')], [undefined, undefined]);
        assert.deepEqual(await store.alarm(again.id), again);
        assert.deepEqual(await store.alarms({ meters: [OTHER], limit: 10 }), []);
        assert.deepEqual(await store.alarms({ meters: [], limit: 10 }), []);
      },
    );

    withStore('the audit trail is read from its end', async (store) => {
      const entry = {
        at: MIDNIGHT,
        user: 'ada',
        address: '127.0.0.1',
        action: 'session.begun',
        subject: '',
        detail: '',
      };
      for (const subject of ['1', '2', '3']) await store.audit({ ...entry, subject });
      const [last, before] = await store.auditTrail({ limit: 2 });
      assert.deepEqual([last?.subject, before], ['3', { ...entry, subject: '2', id: before?.id }]);
      const rest = await store.auditTrail({ limit: 10, ...(before === undefined ? {} : { before: before.id }) });
      assert.deepEqual(
        rest.map(({ subject }) => subject),
        ['1'],
      );
    });
  });
}

const outcomes = (results: readonly { readonly outcome: string }[]): readonly string[] =>
  results.map(({ outcome }) => outcome);
const range = (first: bigint, last: bigint) => ({ first, last });
