import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { addTime, Days, formatInstant, type Instant, Minutes, Seconds } from '#core/time.ts';
import { dateTimeOctets } from '#cosem/date-time.ts';
import type { ObjectNode } from '#representation/resource-nodes.ts';
import { NOW } from '../../pki/support/test-pki.ts';
import { METER_ID } from '../../support/example-meter.ts';
import { CollectedSite } from './support/collected-site.ts';
import { sealer, stranger } from './support/scripted-meter.ts';
import { column, type Data, objectOf, octets, profileOf } from './support/scripted-profile.ts';

const BILLING = '0100620100ff';
const DAILY = '0100620200ff';
const LOAD = '0100630100ff';
const ENERGY = '0100010800ff';
const STRANGE = '01000f0800ff';

const open = (t: TestContext): Promise<CollectedSite> => CollectedSite.open(t, { profiles: Minutes(10) });

interface Row {
  readonly at: Instant;
  readonly energy: bigint | undefined;
}

/** A profile of the energy and of a register that is in no live reading. */
function serve(site: CollectedSite, profile: string, rows: readonly Row[], meanings: readonly ObjectNode[] = []): void {
  const columns = [column(8, '0000010000ff'), column(3, ENERGY), column(3, STRANGE)];
  site.meter.parts.set(`7-${profile}/attributes/2`, (query) => {
    const [from, to] = ['q.fromtime', 'q.totime'].map((name) => Date.parse(query.get(name) ?? ''));
    const inWindow = rows.filter(({ at }) => at >= (from ?? 0) && at < (to ?? 0));
    return profileOf(profile, columns, inWindow.map(rowOf), meanings);
  });
}

const rowOf = ({ at, energy }: Row): Data => ({
  type: 'structure',
  value: [
    octets(dateTimeOctets(at)),
    energy === undefined ? { type: 'null-data' } : { type: 'long64-unsigned', value: energy },
    { type: 'long64-unsigned', value: 7n },
  ],
});

const daysAgo = (days: number): Instant => addTime(NOW, Days(-days));

/** What is kept of a register: when, how much, and in which unit. */
async function kept({ store, clock }: CollectedSite, register = ENERGY) {
  const range = { from: daysAgo(70), to: clock.now() };
  const place = { meter: METER_ID, kind: 'profile', object: `3-${register}`, attribute: 2 } as const;
  const { points, scaler, unit } = await store.series({ ...place, range, maxPoints: 100 });
  return points.map(({ at, last }) => ({ at, last, scaler, unit }));
}

const windowsOf = (site: CollectedSite, profile: string): readonly string[] =>
  site.meter.asked
    .filter(({ target }) => target.includes(profile))
    .map(({ target }) => new URL(target, 'https://meter.example').searchParams.get('q.fromtime') ?? '');

describe('profiles are brought here', () => {
  it('each value at the time of its row, with the unit of the live readings, and none that has no unit', async (t) => {
    await using site = await open(t);
    const rows = [40, 10].map((days) => ({ at: daysAgo(days), energy: BigInt(5_000 - days) }));
    serve(site, BILLING, [...rows, { at: daysAgo(3), energy: undefined }]);
    await site.pass(Minutes(11));
    const expected = rows.map(({ at, energy: last }) => ({ at, last, scaler: 0, unit: 30 }));
    assert.deepEqual(await kept(site), expected);
    assert.deepEqual(await kept(site, STRANGE), []);
  });

  it('with the scaler and unit that the document itself brings along, before all others', async (t) => {
    await using site = await open(t);
    const meaning = (scaler: bigint, unit: bigint): Readonly<Record<number, Data>> => ({
      3: {
        type: 'structure',
        value: [
          { type: 'integer', value: scaler },
          { type: 'enum', value: unit },
        ],
      },
    });
    const meanings = [objectOf(3, ENERGY, meaning(2n, 30n)), objectOf(3, STRANGE, meaning(-1n, 32n))];
    serve(site, BILLING, [{ at: daysAgo(10), energy: 50n }], meanings);
    await site.pass(Minutes(11));
    const at = daysAgo(10);
    assert.deepEqual(await kept(site), [{ at, last: 50n, scaler: 2, unit: 30 }]);
    assert.deepEqual(await kept(site, STRANGE), [{ at, last: 7n, scaler: -1, unit: 32 }]);
  });

  it('two months of a meter that nothing is known of, in windows; then what came since, and two days more', async (t) => {
    await using site = await open(t);
    serve(site, DAILY, [{ at: daysAgo(1), energy: 4_999n }]);
    await site.pass(Minutes(11));
    const windows = windowsOf(site, DAILY);
    assert.equal(windows.length, 9);
    assert.ok(Math.abs(Date.parse(windows[0] ?? '') - daysAgo(62)) < Minutes(11));
    for (const [index, from] of windows.entries()) {
      const before = windows[index - 1];
      if (before !== undefined) assert.equal(Date.parse(from) - Date.parse(before), Days(7));
    }
    const lastAsked = site.meter.asked.findLast(({ target }) => target.includes(DAILY))?.at ?? NOW;
    site.meter.asked.length = 0;
    await site.pass(Minutes(10));
    assert.deepEqual(windowsOf(site, DAILY), [formatInstant(addTime(lastAsked, Days(-2)))]);
  });

  it('of each profile what it lacks, whatever came of another one before', async (t) => {
    await using site = await open(t);
    const rows = [50, 30, 10].map((days) => ({ at: daysAgo(days), energy: BigInt(5_000 - days) }));
    serve(site, BILLING, rows);
    serve(site, DAILY, rows);
    await site.pass(Minutes(11));
    assert.deepEqual(
      [BILLING, DAILY].map((profile) => windowsOf(site, profile).length),
      [9, 9],
    );
  });

  it('after an outage of days, or a start in the middle, what each lacks since its newest row', async (t) => {
    await using site = await open(t);
    serve(site, BILLING, [{ at: daysAgo(10), energy: 1n }]);
    serve(site, DAILY, [{ at: daysAgo(20), energy: 2n }]);
    await site.pass(Minutes(11));
    await site.restart();
    site.meter.asked.length = 0;
    await site.pass(Minutes(11));
    const firsts = [BILLING, DAILY].map((profile) => windowsOf(site, profile)[0]);
    assert.deepEqual(firsts, [formatInstant(daysAgo(12)), formatInstant(daysAgo(22))]);
  });

  it('in shorter windows, where an answer would be too large', async (t) => {
    await using site = await open(t);
    const rows = [40, 39, 2].map((days) => ({ at: daysAgo(days), energy: BigInt(5_000 - days) }));
    serve(site, DAILY, rows);
    site.meter.tooLarge = ({ searchParams }) => {
      const [from, to] = ['q.fromtime', 'q.totime'].map((name) => Date.parse(searchParams.get(name) ?? ''));
      return (to ?? 0) - (from ?? 0) > Days(2);
    };
    await site.pass(Minutes(11));
    assert.equal((await kept(site)).length, 3);
    assert.equal((await site.alarms()).size, 0);
  });

  it('the load profile of a meter that hands out no captures, and of no other', async (t) => {
    await using withCaptures = await open(t);
    serve(withCaptures, LOAD, [{ at: daysAgo(1), energy: 4_999n }]);
    await withCaptures.pass(Minutes(11));
    assert.deepEqual(windowsOf(withCaptures, LOAD), []);

    await using without = await open(t);
    without.meter.hasCaptures = false;
    serve(without, LOAD, [{ at: daysAgo(1), energy: 4_999n }]);
    await without.pass(Minutes(21));
    assert.deepEqual(
      (await kept(without)).map(({ last }) => last),
      [4_999n],
    );
  });

  it('none from a meter that has none, once for each and turn', async (t) => {
    await using site = await open(t);
    await site.pass(Minutes(11));
    assert.deepEqual([windowsOf(site, BILLING).length, windowsOf(site, DAILY).length], [1, 1]);
    assert.equal((await site.alarms()).size, 0);
    assert.deepEqual(await kept(site), []);
  });

  it('only when they are proven', async (t) => {
    await using site = await open(t);
    serve(site, BILLING, [{ at: daysAgo(5), energy: 4_999n }]);
    await site.pass(Seconds(30));
    site.meter.identity = stranger;
    await site.pass(Minutes(10));
    assert.deepEqual(await kept(site), []);
    const refused = await site.store.quarantined({ meter: METER_ID, limit: 1_000 });
    assert.ok(refused.some(({ kind, code }) => kind === 'profile' && code === 'SEAL_KEY_UNKNOWN'));
    site.meter.identity = sealer;
    await site.pass(Minutes(10));
    assert.equal((await kept(site)).length, 1);
  });
});
