import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Minutes } from '#core/time.ts';
import type { ObjectNode } from '#representation/resource-nodes.ts';
import { METER_ID } from '../../support/example-meter.ts';
import { CollectedSite } from './support/collected-site.ts';
import { fault } from './support/scripted-meter.ts';
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
});
