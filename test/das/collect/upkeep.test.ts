import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addTime, Hours, type Instant, Minutes, Seconds, timeBetween } from '#core/time.ts';
import { phaseOf, quietPhaseOf } from '#das/schedule.ts';
import { RevocationError, type RevocationSource } from '#pki/revocation-statement.ts';
import { CollectedSite } from './support/collected-site.ts';

const LIVE = /\/objects$/;

describe('what runs out is renewed at a quiet moment of the meter', () => {
  it('which comes shortly before each live read', async (t) => {
    for (const period of [Seconds(10), Minutes(1)]) {
      await using site = await CollectedSite.open(t, { live: period });
      await site.pass(Minutes(5));
      const { tended } = site.meter;
      assert.ok(tended.length >= Minutes(4) / period);
      const [, ...reads] = site.meter.times(LIVE);
      for (const read of reads) {
        const waits = tended.map(({ at }) => timeBetween(at, read)).filter((wait) => wait >= 0);
        assert.equal(Math.min(...waits), Math.min(Seconds(10), period / 2));
      }
      assert.ok(
        tended.every(({ ahead }) => ahead > period),
        'until the next such moment',
      );
    }
  });

  it('and is never that of the read', () => {
    for (const period of [Seconds(2), Seconds(5), Minutes(1), Minutes(15)]) {
      const [quiet, live] = [quietPhaseOf('1sie0012345678.sm', period), phaseOf('1sie0012345678.sm', 'live', period)];
      assert.ok(quiet >= 0 && quiet < period);
      assert.equal((quiet + Math.min(Seconds(10), period / 2)) % period, live);
    }
  });

  it('so that no document waits for an answer about the certificate that sealed it, but the first', async (t) => {
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
      [reads[0], reads[0]],
      'the leaf and its sub-CA',
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
