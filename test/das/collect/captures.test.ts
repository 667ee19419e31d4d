import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Hours, Minutes } from '#core/time.ts';
import type { ObjectNode } from '#representation/resource-nodes.ts';
import { METER_ID } from '../../support/example-meter.ts';
import { CollectedSite } from './support/collected-site.ts';
import { fault, sealer, stranger } from './support/scripted-meter.ts';
import { objectOf } from './support/scripted-profile.ts';

const numbers = (first: number, last: number): readonly bigint[] =>
  Array.from({ length: last - first + 1 }, (_, index) => BigInt(first + index));

const register = (index: number): ObjectNode =>
  objectOf(3, `0100${index.toString(16).padStart(2, '0')}0800ff`, {
    2: { type: 'long64-unsigned', value: BigInt(index) },
    3: {
      type: 'structure',
      value: [
        { type: 'integer', value: 0n },
        { type: 'enum', value: 30n },
      ],
    },
  });

const CAPTURES = /7-0000638000ff/;

/** The first number that a request wants. */
const firstOf = (target: string): number => Number(/sa\.fromtype=double-long-unsigned:(\d+)/.exec(target)?.[1]);

describe('captures are brought here', () => {
  it('all of them, page by page, and each once', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(40);
    await site.pass(Minutes(2));
    assert.deepEqual(await site.captureNumbers(), numbers(1, 40));
    await site.pass(Minutes(3));
    assert.deepEqual(await site.captureNumbers(), numbers(1, 40));
    assert.equal(site.collector.tally.documents.get('capture')?.stored, 40);
  });

  it('after an outage, exactly those that came since', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(3);
    await site.pass(Minutes(2));
    site.meter.fault = fault('METER_UNREACHABLE');
    await site.pass(Minutes(5));
    await site.meter.capture(30);
    site.meter.asked.length = 0;
    site.meter.fault = undefined;
    await site.pass(Minutes(7));
    assert.deepEqual(await site.captureNumbers(), numbers(1, 33));
    const [first] = site.meter.asked.filter(({ target }) => CAPTURES.test(target));
    assert.match(first?.target ?? '', /sa\.fromtype=double-long-unsigned:4&sa\.count=/);
  });

  it('those in a hole by their numbers, and nothing beside them', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(20);
    const withheld = site.meter.captures.splice(5, 4);
    await site.pass(Minutes(2));
    assert.deepEqual(await site.captureNumbers(), [...numbers(1, 5), ...numbers(10, 20)]);
    site.meter.captures.splice(5, 0, ...withheld);
    site.meter.asked.length = 0;
    await site.pass(Minutes(2));
    assert.deepEqual(await site.captureNumbers(), numbers(1, 20));
    const targets = site.meter.asked.map(({ target }) => target).filter((target) => CAPTURES.test(target));
    assert.ok(
      targets.some((target) => target.includes('unsigned:6&sa.totype=double-long-unsigned:9&')),
      targets.join(),
    );
  });

  it('across restarts', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(5);
    await site.pass(Minutes(2));
    await site.restart();
    await site.meter.capture(5);
    await site.pass(Minutes(2));
    assert.deepEqual(await site.captureNumbers(), numbers(1, 10));
    assert.equal((await site.alarms()).size, 0);
  });

  it('while live reads go on, however many there are to catch up with', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(400);
    await site.pass(Minutes(2));
    assert.equal((await site.captureNumbers()).length, 400);
    const live = site.meter.times(/\/objects$/);
    for (const [index, at] of live.entries()) {
      const before = live[index - 1];
      if (before !== undefined) assert.ok(at - before <= 11_000, `live reads ${at - before} ms apart`);
    }
  });

  it('while live reads go on, where each document is as long as that of a real meter', async (t) => {
    await using site = await CollectedSite.open(t);
    const objects = Array.from({ length: 255 }, (_, index) => register(index + 1));
    site.meter.content = { kind: 'objects', count: objects.length, objects };
    await site.meter.capture(40);
    assert.ok(site.meter.captures.every(({ document }) => document.length > 80_000));
    await site.pass(Minutes(1));
    assert.deepEqual(await site.captureNumbers(), numbers(1, 40));
    assert.equal((await site.store.latest(METER_ID, 'capture'))?.values.length, 255);
    const live = site.meter.times(/\/objects$/);
    assert.ok(live.length >= 5, `only ${live.length} live reads`);
    for (const [index, at] of live.entries()) assert.ok(at - (live[index - 1] ?? at) <= 11_000);
  });

  it('not from a meter that hands out none, which is not asked again', async (t) => {
    await using site = await CollectedSite.open(t);
    site.meter.hasCaptures = false;
    await site.pass(Minutes(5));
    assert.equal(site.meter.times(CAPTURES).length, 1);
    assert.equal((await site.alarms()).size, 0);
  });

  it('in smaller pages, where the meter says that an answer would be too large', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(20);
    site.meter.refusal = { status: 400, code: 'ANSWER_TOO_LARGE' };
    await site.pass(Minutes(1));
    site.meter.refusal = undefined;
    await site.pass(Minutes(2));
    assert.deepEqual(await site.captureNumbers(), numbers(1, 20));
    assert.ok(site.meter.asked.some(({ target }) => target.endsWith('sa.count=1')));
  });

  it('and one that is not what its hash covers goes into quarantine', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(3);
    const [first, second] = site.meter.captures;
    if (first === undefined || second === undefined) throw new TypeError('three were taken');
    // The second row with the document of the first one.
    const value = second.row.value.with(11, first.row.value[11] ?? { type: 'null-data' });
    site.meter.captures[1] = { ...second, row: { ...second.row, value } };
    await site.pass(Minutes(2));
    assert.deepEqual(await site.captureNumbers(), [1n, 3n]);
    const [rejected] = await site.store.quarantined({ limit: 10 });
    assert.equal(rejected?.code, 'CAPTURE_CHAIN_BROKEN');
    assert.match(rejected.reason, /its document is not the one that was journaled/);
    assert.deepEqual([...(await site.alarms()).keys()].sort(), ['capture-gap', 'chain-broken']);
  });

  it('beyond those that nobody had sealed, which are asked for once, and stay a warning', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(3);
    site.meter.isSignerAway = true;
    await site.meter.capture(20);
    await site.pass(Minutes(3));
    assert.deepEqual(await site.captureNumbers(), numbers(1, 3));
    const told = /captures are missing: number 4 to 23; nobody had sealed them, so that they prove nothing$/;
    assert.match((await site.alarms()).get('capture-gap')?.text ?? '', told);

    site.meter.isSignerAway = false;
    await site.meter.capture(2);
    site.meter.asked.length = 0;
    await site.pass(Minutes(3));
    assert.deepEqual(await site.captureNumbers(), [...numbers(1, 3), 24n, 25n]);
    const asked = site.meter.asked.filter(({ target }) => CAPTURES.test(target)).map(({ target }) => firstOf(target));
    assert.deepEqual(asked, [24, 26, 26], 'nothing that is known to carry no document');
    assert.match((await site.alarms()).get('capture-gap')?.text ?? '', told);
  });

  it('beyond those that are not proven, which are asked for again after a day', async (t) => {
    await using site = await CollectedSite.open(t, { captures: Minutes(10), live: Minutes(10) });
    site.meter.identity = stranger;
    await site.meter.capture(20);
    site.meter.identity = sealer;
    await site.meter.capture(2);
    await site.pass(Minutes(21));
    assert.deepEqual(await site.captureNumbers(), [21n, 22n]);
    assert.equal((await site.store.quarantined({ limit: 100 })).length, 20);
    assert.match((await site.alarms()).get('capture-gap')?.text ?? '', /number 1 to 20; what the meter gives was not/);
    const firstAsked = () => site.meter.asked.map(({ target }) => firstOf(target)).filter((first) => first <= 20);
    assert.deepEqual(firstAsked(), [1, 9, 17]);
    site.meter.asked.length = 0;
    await site.pass(Hours(23), Minutes(1));
    assert.deepEqual(firstAsked(), []);
    await site.pass(Hours(2), Minutes(1));
    assert.deepEqual(firstAsked(), [1, 9, 17]);
  });

  it('soon again, where they were only from the future', async (t) => {
    await using site = await CollectedSite.open(t);
    site.meter.clockOffset = Minutes(10);
    await site.meter.capture(20);
    site.meter.clockOffset = Minutes(0);
    await site.pass(Minutes(3));
    assert.deepEqual(await site.captureNumbers(), []);
    await site.pass(Minutes(4));
    assert.deepEqual(await site.captureNumbers(), numbers(1, 20));
  });

  it('not again and again from a meter that gives others than it was asked for', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(12);
    site.meter.givesAlways = { first: 1n, last: 8n };
    await site.pass(Minutes(2));
    site.meter.asked.length = 0;
    await site.pass(Minutes(3));
    const { length } = site.meter.times(CAPTURES);
    assert.ok(length <= 6, `asked ${length} times in three turns`);
    assert.deepEqual(await site.captureNumbers(), numbers(1, 8));
  });

  it('and an answer that has none that can be read raises an alarm', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(3);
    const [first, second] = site.meter.captures;
    if (first === undefined || second === undefined) throw new TypeError('three were taken');
    const value = second.row.value.with(6, { type: 'null-data' });
    site.meter.captures[1] = { ...second, row: { ...second.row, value } };
    await site.pass(Minutes(2));
    assert.deepEqual(await site.captureNumbers(), []);
    assert.match((await site.alarms()).get('document-refused')?.text ?? '', /lacks a field \[CAPTURES_UNREADABLE\]/);
  });

  it('not those that the meter let go of before it was known here, which are asked for once', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(20);
    site.meter.letGo(10n);
    await site.pass(Minutes(4));
    assert.deepEqual(await site.captureNumbers(), numbers(11, 20));
    const before = site.meter.asked.filter(({ target }) => target.includes('sa.totype=double-long-unsigned:10&'));
    assert.equal(before.length, 1);
    assert.equal((await site.alarms()).size, 0);
  });

  it('again from a meter that had none, a day later', async (t) => {
    await using site = await CollectedSite.open(t, { captures: Hours(1), live: Hours(1) });
    site.meter.hasCaptures = false;
    await site.pass(Hours(2), Minutes(1));
    site.meter.hasCaptures = true;
    await site.meter.capture(3);
    await site.pass(Hours(24), Minutes(1));
    assert.deepEqual(await site.captureNumbers(), numbers(1, 3));
  });

  it('and more that are missing than somebody has seen to raise another alarm', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.meter.capture(5);
    site.meter.captures.splice(2, 1);
    await site.pass(Minutes(2));
    const first = (await site.alarms()).get('capture-gap');
    assert.ok(first);
    await site.store.acknowledge(first.id, 'anna', site.clock.now());
    await site.pass(Minutes(2));
    await site.restart();
    await site.pass(Minutes(2));
    assert.equal((await site.alarms()).get('capture-gap')?.id, first.id, 'nothing else is missing');
    await site.meter.capture(5);
    site.meter.captures.splice(-3, 2);
    await site.pass(Minutes(2));
    const second = (await site.alarms()).get('capture-gap');
    assert.match(second?.text ?? '', /number 3, 8 to 9;/);
    assert.equal(second?.acknowledgedAt, undefined);
  });
});
