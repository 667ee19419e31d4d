import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Duration, Milliseconds, Minutes, Seconds } from '#core/time.ts';
import { backOff } from '#das/collect/back-off.ts';
import { JudgingTurns } from '#das/collect/judging-turns.ts';
import { MeterLane, type TaskResult } from '#das/collect/meter-lane.ts';
import { type Priority, RequestGate } from '#das/collect/request-gate.ts';
import { phaseOf, type TaskName, timeToTurn } from '#das/schedule.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';
import { CollectedSite, pinned } from './support/collected-site.ts';
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

  it('is given up when its answer has no end, and raises an alarm', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Seconds(30));
    site.meter.isEndless = true;
    await site.pass(Minutes(15));
    assert.ok(site.meter.asked.length > 3);
    assert.ok((await site.alarms()).has('meter-silent'));
    site.meter.isEndless = false;
    await site.pass(Minutes(10));
    assert.equal((await site.alarms()).size, 0);
    assert.deepEqual(site.collector.load, { running: 0, waiting: 0 });
  });

  it('is given up at once when it is no longer read', async (t) => {
    await using site = await CollectedSite.open(t);
    site.meter.isEndless = true;
    await site.pass(Seconds(30));
    await site.collector.forget('1sie0012345678.sm');
    assert.deepEqual(site.collector.load, { running: 0, waiting: 0 });
  });

  it('is signed for anew each time', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Minutes(1));
    const signatures = site.meter.asked.map(({ headers }) => headers['Signature-Input'] ?? '');
    assert.ok(signatures.every((signature) => signature.startsWith('sig1=("@method"')));
    assert.equal(new Set(signatures).size, signatures.length);
  });

  it('is signed for in the form that it takes', async (t) => {
    await using site = await CollectedSite.open(t);
    site.collector.watch({ ...pinned, requestForm: 'draft-cavage' });
    await site.pass(Minutes(1));
    const asked = site.meter.asked.map(({ headers }) => headers);
    assert.ok(asked.length > 1);
    for (const headers of asked) {
      assert.match(headers['Signature'] ?? '', /^keyId="sha256:.*headers="\(request-target\) host /);
      assert.equal(headers['Signature-Input'], undefined);
    }
  });
});

/** Something that goes on until the test ends it. */
function pending<Result>() {
  return Promise.withResolvers<Result>();
}

/** A lane whose steps do what the test says, each by one request; a test that says nothing has them done. */
class WatchedLane {
  readonly clock = new FakeClock();
  readonly gate = new RequestGate({ concurrent: 4, background: 2, perSecond: 1_000 }, this.clock);
  /** Tasks in the order in which the meter was asked, with the time. */
  readonly asked: { readonly task: TaskName; readonly at: Duration }[] = [];
  readonly requests = new Map<TaskName, Promise<unknown>>();
  readonly results = new Map<TaskName, () => TaskResult | Promise<TaskResult>>();
  readonly lane = new MeterLane({
    meter: 'a',
    clock: this.clock,
    gate: this.gate,
    spacing: Milliseconds(50),
    run: async (task) => {
      await this.lane.ask(task, async () => {
        this.asked.push({ task, at: this.clock.monotonic() });
        await this.requests.get(task);
      });
      return (await this.results.get(task)?.()) ?? 'done';
    },
  });

  readonly timesOf = (wanted: TaskName): readonly Duration[] =>
    this.asked.filter(({ task }) => task === wanted).map(({ at }) => at);
}

describe('a live read that is due', () => {
  const busy = { retryAfter: undefined, isAway: false } as const;

  it('waits for the request under way, and not for what becomes of its answer', async () => {
    const { lane, clock, asked, requests, results } = new WatchedLane();
    const [request, judged] = [pending<void>(), pending<TaskResult>()];
    requests.set('captures', request.promise);
    results.set('captures', () => judged.promise);
    lane.want('captures');
    await settle();
    lane.want('live');
    await clock.advance(Seconds(1));
    assert.deepEqual(asked, [{ task: 'captures', at: 0 }]);
    request.resolve();
    await clock.advance(Seconds(1));
    assert.deepEqual(asked.at(-1), { task: 'live', at: 1_050 });
    judged.resolve('done');
    await settle();
    assert.equal(lane.isBusy, false);
  });

  it('does not wait while what is less urgent waits for its place among all meters', async () => {
    const { lane, gate, clock, asked } = new WatchedLane();
    const others = pending<void>();
    const never = new AbortController().signal;
    for (let other = 0; other < 2; other += 1) void gate.within('background', never, () => others.promise);
    lane.want('captures');
    await settle();
    lane.want('live');
    await clock.advance(Seconds(1));
    assert.deepEqual(asked, [{ task: 'live', at: 0 }]);
    others.resolve();
    await settle();
    assert.equal(asked.at(-1)?.task, 'captures');
  });

  it('does not wait because a book of the meter cannot be read', async () => {
    const { lane, clock, results, timesOf } = new WatchedLane();
    results.set('events', () => busy);
    lane.want('events');
    for (let minute = 0; minute < 60; minute += 1) {
      await clock.advance(Minutes(1));
      lane.want('live');
    }
    const late = timesOf('live').map((at) => at % Minutes(1));
    assert.equal(timesOf('live').length, 59);
    assert.ok(
      late.every((by) => by <= 50),
      late.join(),
    );
    const { length } = timesOf('events');
    assert.ok(length >= 6 && length < 30, `the book was asked for ${length} times in an hour`);
  });

  it('is no doubtful one because something else of the meter failed, but is when the meter was away', async () => {
    const { lane, gate, clock, results, timesOf } = new WatchedLane();
    const others = pending<void>();
    const never = new AbortController().signal;
    const failed = async (isAway: boolean): Promise<void> => {
      results.set('events', () => ({ retryAfter: undefined, isAway }));
      lane.want('events');
      await settle();
      results.delete('events');
    };
    await failed(false);
    for (let other = 0; other < 2; other += 1) void gate.within('doubtful', never, () => others.promise);
    lane.want('live');
    await clock.advance(Seconds(1));
    assert.equal(timesOf('live').length, 1);
    await clock.advance(Minutes(10));
    await failed(true);
    lane.want('live');
    await clock.advance(Seconds(1));
    assert.equal(timesOf('live').length, 1);
    others.resolve();
    await clock.advance(Seconds(1));
    assert.equal(timesOf('live').length, 2);
  });

  it('that is answered by nothing but trouble keeps nobody else from the meter', async () => {
    const { lane, clock, results, timesOf } = new WatchedLane();
    results.set('live', () => busy);
    lane.want('live');
    await settle();
    lane.want('captures');
    await clock.advance(Seconds(2));
    assert.equal(timesOf('captures').length, 1);
  });

  it('waits, as all do, for as long as the meter wants, also where another task was told so meanwhile', async () => {
    const { lane, clock, results, asked } = new WatchedLane();
    results.set('captures', () => ({ retryAfter: Seconds(120), isAway: false }));
    lane.want('captures');
    await settle();
    results.delete('captures');
    lane.want('live');
    await clock.advance(Seconds(119));
    assert.deepEqual(asked, [{ task: 'captures', at: 0 }]);
    await clock.advance(Seconds(2));
    assert.deepEqual(asked.map(({ task }) => task).sort(), ['captures', 'captures', 'live']);
  });

  it('finds a meter that is there again for all that waits', async () => {
    const { lane, clock, results, timesOf } = new WatchedLane();
    const away = { retryAfter: undefined, isAway: true } as const;
    results.set('live', () => away);
    results.set('captures', () => away);
    lane.want('live');
    lane.want('captures');
    await clock.advance(Minutes(20));
    results.clear();
    await clock.advance(Minutes(5));
    const [live, captures] = [timesOf('live').at(-1) ?? 0, timesOf('captures').at(-1) ?? 0];
    assert.ok(Math.abs(live - captures) <= 50, `live at ${live}, captures at ${captures}`);
    assert.equal(lane.isBusy, false);
  });

  it('ends with the lane, wherever it waits', async () => {
    const { lane, clock, requests, results } = new WatchedLane();
    const request = pending<void>();
    requests.set('captures', request.promise);
    results.set('events', () => ({ retryAfter: Seconds(120), isAway: false }));
    lane.want('events');
    await settle();
    lane.want('captures');
    lane.want('live');
    await clock.advance(Seconds(1));
    const stopped = lane.stop();
    request.resolve();
    await stopped;
    lane.want('live');
    assert.equal(lane.isBusy, false);
    assert.equal(clock.waiting, 0);
  });
});

describe('documents that can wait', () => {
  it('are judged a few at a time, in their order', async () => {
    const turns = new JudgingTurns();
    const ends = Array.from({ length: 5 }, () => pending<void>());
    const begun: number[] = [];
    const all = ends.map(({ promise }, index) =>
      turns.inTurn(() => {
        begun.push(index);
        return promise;
      }),
    );
    await settle();
    assert.deepEqual(begun, [0, 1]);
    ends[1]?.resolve();
    await settle();
    assert.deepEqual(begun, [0, 1, 2]);
    for (const { resolve } of ends) resolve();
    await Promise.all(all);
    assert.deepEqual(begun, [0, 1, 2, 3, 4]);
  });

  it('and none waits while a CA is asked about another', async () => {
    const turns = new JudgingTurns();
    const silent = pending<void>();
    const asking = [1, 2, 3].map(() => turns.inTurn((outside) => outside(() => silent.promise)));
    let isJudged = false;
    await turns.inTurn(() => {
      isJudged = true;
      return Promise.resolve();
    });
    assert.ok(isJudged);
    silent.resolve();
    await Promise.all(asking);
    // All places are free again.
    const ends = [1, 2].map(() => pending<void>());
    let begun = 0;
    const both = ends.map(({ promise }) =>
      turns.inTurn(() => {
        begun += 1;
        return promise;
      }),
    );
    await settle();
    assert.equal(begun, 2);
    for (const { resolve } of ends) resolve();
    await Promise.all(both);
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
  function open(gate: RequestGate, priority: Priority) {
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

  it('leave room for those that answer, however many do not', async () => {
    const gate = new RequestGate({ concurrent: 16, background: 8, perSecond: 1_000 }, new FakeClock());
    const doubtful = Array.from({ length: 20 }, () => open(gate, 'doubtful'));
    const background = Array.from({ length: 20 }, () => open(gate, 'background'));
    const live = Array.from({ length: 20 }, () => open(gate, 'live'));
    await settle();
    const begun = [doubtful, background, live].map((all) => all.filter((one) => one.begun).length);
    assert.deepEqual(begun, [2, 6, 8]);
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
