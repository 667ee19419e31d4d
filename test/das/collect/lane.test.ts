import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Milliseconds, Minutes, Seconds } from '#core/time.ts';
import { backOff } from '#das/collect/back-off.ts';
import { RequestGate } from '#das/collect/request-gate.ts';
import { phaseOf, timeToTurn } from '#das/schedule.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { CollectedSite } from './support/collected-site.ts';
import { fault } from './support/scripted-meter.ts';

const LIVE = /\/objects$/;
const meters = Array.from({ length: 4_000 }, (_, index) => `1sie00${String(index).padStart(8, '0')}.sm`);

describe('the turns of meters', () => {
  it('are spread evenly over the period, task by task', () => {
    const period = Minutes(15);
    for (const task of ['live', 'captures']) {
      const minutes = meters.map((meter) => Math.floor(phaseOf(meter, task, period) / Minutes(1)));
      for (let minute = 0; minute < 15; minute += 1) {
        const { length } = minutes.filter((one) => one === minute);
        assert.ok(length > 200 && length < 340, `${task}: ${length} in minute ${minute}`);
      }
    }
  });

  it('come once in each period, at the same moment of it', () => {
    const clock = new FakeClock();
    const phase = phaseOf('a', 'live', Minutes(1));
    const first = timeToTurn(clock.now(), Minutes(1), phase);
    assert.ok(first > 0 && first <= Minutes(1));
    clock.set((clock.now() + first) as ReturnType<typeof clock.now>);
    assert.equal(timeToTurn(clock.now(), Minutes(1), phase), Minutes(1));
  });
});

describe('a meter that fails', () => {
  it('is left alone for longer each time, up to five minutes, and not for as long as its neighbour', () => {
    const waits = Array.from({ length: 20 }, (_, index) => backOff('a', index + 1));
    assert.ok(waits.every((wait, index) => wait >= Math.min(Minutes(5), 1_000 * 2 ** index) / 2));
    assert.ok(waits.every((wait) => wait <= Minutes(5)));
    const atOnce = new Set(meters.slice(0, 100).map((meter) => Math.round(backOff(meter, 9) / 1_000)));
    assert.ok(atOnce.size > 50);
  });

  it('is asked again by the collector as rarely as that', async (t) => {
    await using site = await CollectedSite.open(t);
    site.meter.fault = fault('METER_UNREACHABLE');
    await site.pass(Minutes(30));
    const { length } = site.meter.asked;
    assert.ok(length >= 8 && length <= 22, `${length} requests in half an hour`);
  });

  for (const retryAfter of ['120', new Date(new FakeClock().now() + 300_000).toUTCString()]) {
    it(`is left alone for as long as it wants (Retry-After: ${retryAfter})`, async (t) => {
      await using site = await CollectedSite.open(t);
      await site.pass(Minutes(1));
      site.meter.refusal = { status: 429, code: 'TOO_MANY_REQUESTS', retryAfter };
      site.meter.asked.length = 0;
      await site.pass(Minutes(2));
      assert.equal(site.meter.asked.length, 1);
      site.meter.refusal = undefined;
      await site.pass(Minutes(4));
      assert.ok(site.meter.times(LIVE).length > 2);
    });
  }

  it('is signed for anew each time', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Minutes(1));
    const signatures = site.meter.asked.map(({ headers }) => headers['Signature-Input'] ?? '');
    assert.ok(signatures.every((signature) => signature.startsWith('sig1=("@method"')));
    assert.equal(new Set(signatures).size, signatures.length);
  });
});

describe('somebody who looks at a meter', () => {
  it('has what is kept, then a reading at once and every two seconds, until going away', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Seconds(30));
    const heard: bigint[] = [];
    const stop = site.collector.subscribe('1sie0012345678.sm', ({ number }) => heard.push(number));
    await site.pass(Seconds(20));
    assert.ok(heard.length >= 10, `${heard.length} readings`);
    stop();
    const { length } = heard;
    site.meter.asked.length = 0;
    await site.pass(Minutes(1));
    assert.equal(heard.length, length);
    assert.ok(site.meter.times(LIVE).length <= 8);
  });
});

describe('all meters together', () => {
  const never = new AbortController().signal;

  /** Work that goes on until the test ends it. */
  function open(gate: RequestGate, priority: 'live' | 'background') {
    let end = (): void => undefined;
    const state = { begun: false, end: () => end() };
    void gate.within(priority, never, () => {
      state.begun = true;
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    return state;
  }

  it('have no more requests under way than they may, and live reads have room of their own', async () => {
    const gate = new RequestGate({ concurrent: 4, background: 2, perSecond: 1_000 }, new FakeClock());
    const background = Array.from({ length: 4 }, () => open(gate, 'background'));
    const live = Array.from({ length: 3 }, () => open(gate, 'live'));
    await settle();
    assert.deepEqual(
      [...background, ...live].map(({ begun }) => begun),
      [true, true, false, false, true, true, false],
    );
    live[0]?.end();
    await settle();
    assert.equal(live[2]?.begun, true);
    assert.equal(background[2]?.begun, false);
    assert.deepEqual([gate.inside, gate.waiting], [4, 2]);
  });

  it('begin no more within a second than they may', async () => {
    const clock = new FakeClock();
    const gate = new RequestGate({ concurrent: 1_000, background: 1_000, perSecond: 10 }, clock);
    const all = Array.from({ length: 30 }, () => open(gate, 'live'));
    const begun = () => all.filter((one) => one.begun).length;
    await settle();
    assert.equal(begun(), 10);
    await clock.advance(Milliseconds(500));
    assert.equal(begun(), 15);
    await clock.advance(Seconds(2));
    assert.equal(begun(), 30);
  });

  it('and whoever gives up does not keep a place', async () => {
    const gate = new RequestGate({ concurrent: 1, background: 1, perSecond: 10 }, new FakeClock());
    const first = open(gate, 'live');
    const giving = new AbortController();
    const waiting = gate.within('live', giving.signal, () => Promise.resolve());
    giving.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    first.end();
    await settle();
    assert.deepEqual([gate.inside, gate.waiting], [0, 0]);
  });
});
