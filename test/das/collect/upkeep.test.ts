import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addTime, Days, Hours, type Instant, Milliseconds, Minutes, Seconds } from '#core/time.ts';
import { RevocationError, type RevocationSource } from '#pki/revocation-statement.ts';
import { CollectedSite } from './support/collected-site.ts';
import { fault } from './support/scripted-meter.ts';

describe('what runs out is renewed between reads', () => {
  it('before each read, of whatever kind, and for as long as until after the next time', async (t) => {
    for (const task of ['live', 'events', 'captures', 'profiles'] as const) {
      const rarely = { live: Days(1), events: Days(1), captures: Days(1), profiles: Days(1) };
      await using site = await CollectedSite.open(t, { ...rarely, [task]: Minutes(5) });
      await site.pass(Minutes(21), Milliseconds(500));
      const { tended, asked } = site.meter;
      const [, ...turns] = asked.map(({ at }) => at).filter((at, index, all) => at - (all[index - 1] ?? 0) > 60_000);
      assert.ok(turns.length >= 3, `${task}: ${turns.length} turns`);
      for (const turn of turns) {
        const before = tended.filter(({ at }) => at < turn);
        assert.ok(
          before.some(({ at, ahead }) => addTime(at, ahead) > turn),
          `${task}: nobody saw to what a read at ${turn} needs`,
        );
      }
      assert.ok(tended.length <= 4 * (turns.length + 2), `${task}: ${tended.length} times for ${turns.length} turns`);
    }
  });

  it('and while reads go on for long', async (t) => {
    await using site = await CollectedSite.open(t, { live: Days(1), captures: Hours(1) });
    site.meter.fault = fault('METER_UNREACHABLE');
    await site.pass(Hours(1.5), Seconds(5));
    const first = site.meter.asked[0]?.at ?? site.clock.now();
    const { tended } = site.meter;
    const times = tended.map(({ at }) => at).filter((at) => at > first);
    assert.ok(times.length > 100);
    for (const [index, at] of times.entries()) assert.ok(at - (times[index - 1] ?? at) <= 10_000);
  });

  it('so that no document waits for an answer about the certificate that sealed it', async (t) => {
    const asked: Instant[] = [];
    const source: RevocationSource = {
      ask() {
        asked.push(site.clock.now());
        const holdsUntil = addTime(site.clock.now(), Hours(1));
        return Promise.resolve({ status: { status: 'good' }, holdsUntil, proof: new Uint8Array() });
      },
    };
    await using site = await CollectedSite.open(t, { live: Minutes(1) }, source);
    await site.pass(Minutes(30));
    const reads = site.meter.asked.map(({ at }) => at);
    assert.deepEqual(
      asked.filter((at) => reads.includes(at)),
      [],
    );
    assert.ok(asked.length >= 12 && asked.length <= 16, `${asked.length} times in half an hour`);
  });

  it('and where nobody answers then, the earlier answer serves for as long as it would have', async (t) => {
    let isAway = false;
    const source: RevocationSource = {
      ask() {
        if (isAway) return Promise.reject(new RevocationError('unreachable', 'a test said so'));
        const holdsUntil = addTime(site.clock.now(), Hours(1));
        return Promise.resolve({ status: { status: 'good' }, holdsUntil, proof: new Uint8Array() });
      },
    };
    await using site = await CollectedSite.open(t, { live: Minutes(1) }, source);
    await site.pass(Minutes(2));
    isAway = true;
    await site.pass(Minutes(20));
    assert.equal((await site.alarms()).size, 0);
    isAway = false;
    await site.pass(Minutes(2));
    assert.equal(site.collector.tally.documents.get('live')?.refused, 0);
  });
});
