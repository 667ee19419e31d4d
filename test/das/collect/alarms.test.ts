import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addTime, Days, Hours, Milliseconds, Minutes, Seconds } from '#core/time.ts';
import { type AlarmKind, alarmKindNames, alarmKinds } from '#das/alarm-kinds.ts';
import { METER_ID } from '../../support/example-meter.ts';
import { CollectedSite } from './support/collected-site.ts';
import { fault, type ScriptedMeter, sealer, stranger } from './support/scripted-meter.ts';

interface Scenario {
  /** Before, the site has read for a minute. */
  readonly happens: (site: CollectedSite) => void | Promise<void>;
  /** How long until it has to be raised; default 30 s. */
  readonly within?: ReturnType<typeof Seconds>;
  /** What ends it, of a kind that ends by itself. */
  readonly ends?: (site: CollectedSite) => void | Promise<void>;
  readonly says: RegExp;
}

const unchanged: ScriptedMeter['tamper'] = (document) => document;

/** What makes each alarm. */
const SCENARIOS: Readonly<Record<AlarmKind, Scenario>> = {
  'capture-gap': {
    async happens({ meter }) {
      await meter.capture(5);
      // Somebody on the way withholds one, and nothing else.
      const [lost] = meter.captures.splice(2, 1);
      withheld = lost;
    },
    within: Minutes(3),
    ends({ meter }) {
      if (withheld !== undefined) meter.captures.splice(2, 0, withheld);
      return undefined;
    },
    says: /number 3; the meter does not give them/,
  },
  'number-repeated': {
    happens({ meter }) {
      meter.energy += 1n;
      meter.number -= 1n;
    },
    says: /other content/,
  },
  'number-went-back': {
    happens({ meter }) {
      meter.number -= 5n;
    },
    says: /comes after number/,
  },
  'chain-broken': {
    async happens(site) {
      await site.meter.capture(2);
      await site.pass(Minutes(2));
      const [other] = await journalOfOther(site);
      if (other !== undefined) site.meter.captures.push(other);
    },
    within: Minutes(2),
    says: /capture 3: it does not follow from the one before/,
  },
  'document-refused': {
    happens({ meter }) {
      meter.identity = stranger;
    },
    says: /SEAL_KEY_UNKNOWN/,
  },
  'clock-offset': {
    happens({ meter }) {
      meter.clockOffset = Seconds(-60);
    },
    within: Minutes(2),
    ends({ meter }) {
      meter.clockOffset = Seconds(0);
    },
    says: /60\.0 s slow/,
  },
  'clock-jumped': {
    happens({ meter }) {
      meter.clockOffset = Seconds(30);
    },
    says: /by 30\.0 s/,
  },
  'values-stale': {
    happens({ meter }) {
      meter.isStuck = true;
    },
    within: Minutes(2),
    ends({ meter }) {
      meter.isStuck = false;
    },
    says: /the same reading again and again: number 1\d{3} since/,
  },
  'device-unreachable': {
    happens({ meter }) {
      meter.state = '0001000000000000';
    },
    ends({ meter }) {
      meter.state = '0000000000000000';
    },
    says: /the measuring device behind it does not/,
  },
  'certificate-expires': {
    happens({ clock }) {
      clock.set(addTime(sealer.certificate.notAfter, Days(-29)));
    },
    ends({ clock }) {
      clock.set(addTime(sealer.certificate.notAfter, Days(-60)));
    },
    says: /CN=\S+, on 2028/,
  },
  'counter-stepped-back': {
    happens({ meter }) {
      meter.energy -= 1n;
    },
    says: /3-0100010800ff from 5000 to 4999/,
  },
  'meter-exchanged': {
    happens({ meter }) {
      meter.meterNumber = 'another';
    },
    says: /its number was "12345678" and is "another"/,
  },
  'meter-silent': {
    happens({ meter }) {
      meter.fault = fault('METER_UNREACHABLE');
    },
    within: Minutes(12),
    ends({ meter }) {
      meter.fault = undefined;
    },
    says: /for \d+ s: .*METER_UNREACHABLE/,
  },
  'meter-not-trusted': {
    happens({ meter }) {
      meter.fault = fault('METER_CERTIFICATE_REVOKED');
    },
    ends({ meter }) {
      meter.fault = undefined;
    },
    says: /METER_CERTIFICATE_REVOKED/,
  },
  'access-refused': {
    happens({ meter }) {
      meter.refusal = { status: 401, code: 'SIGNATURE_STALE' };
    },
    ends({ meter }) {
      meter.refusal = undefined;
    },
    says: /answers 401 SIGNATURE_STALE/,
  },
};

let withheld: ScriptedMeter['captures'][number] | undefined;

/** A third capture that another journal of the same meter would have. */
async function journalOfOther({ meter }: CollectedSite): Promise<ScriptedMeter['captures']> {
  const kept = [...meter.captures];
  await meter.capture(1);
  // The one that is left out is what the next one follows from.
  meter.captures.splice(0, meter.captures.length, ...kept);
  await meter.capture(1);
  return meter.captures.splice(2, 1);
}

/** Whether it is over within so many half minutes. */
async function isOverWithin(site: CollectedSite, kind: AlarmKind, halfMinutes: number): Promise<boolean> {
  for (let waited = 0; waited < halfMinutes; waited += 1) {
    await site.pass(Seconds(30));
    if (!(await site.alarms()).has(kind)) return true;
  }
  return false;
}

describe('an alarm is raised, and is over as its table says', () => {
  for (const kind of alarmKindNames) {
    it(kind, async (t) => {
      const { happens, within = Seconds(30), ends, says } = SCENARIOS[kind];
      await using site = await CollectedSite.open(t);
      await site.pass(Minutes(1));
      assert.deepEqual([...(await site.alarms()).keys()], [], 'a meter that does well raises none');

      await happens(site);
      await site.pass(within);
      const raised = (await site.alarms()).get(kind);
      assert.ok(raised, `raised: ${[...(await site.alarms()).keys()].join(', ') || 'none'}`);
      assert.equal(raised.code, alarmKinds[kind].code);
      assert.match(raised.text, says);

      site.meter.tamper = unchanged;
      await ends?.(site);
      assert.equal(await isOverWithin(site, kind, ends === undefined ? 2 : 20), alarmKinds[kind].byItself);
      assert.equal(ends !== undefined, alarmKinds[kind].byItself);
    });
  }

  it('again, when it comes back after somebody has seen to the one before', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Minutes(1));
    site.meter.energy -= 1n;
    await site.pass(Seconds(30));
    const first = (await site.alarms()).get('counter-stepped-back');
    assert.ok(first);
    await site.store.acknowledge(first.id, 'anna', site.clock.now());
    site.meter.energy -= 1n;
    await site.pass(Seconds(30));
    const second = (await site.alarms()).get('counter-stepped-back');
    assert.ok(second && second.id !== first.id);
    assert.equal(second.acknowledgedAt, undefined);
  });

  it('of a counter that steps back while the meter has no values', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Minutes(1));
    const { meter } = site;
    const { content } = meter;
    if (content.kind === 'objects') meter.content = { ...content, objects: [] };
    await site.pass(Minutes(1));
    Object.assign(meter, { content, energy: meter.energy - 1n });
    await site.pass(Minutes(1));
    assert.match((await site.alarms()).get('counter-stepped-back')?.text ?? '', /from 5000 to 4999/);
  });

  it('once, across a restart', async (t) => {
    await using site = await CollectedSite.open(t);
    site.meter.fault = fault('METER_CERTIFICATE_INVALID');
    await site.pass(Seconds(30));
    await site.restart();
    await site.pass(Seconds(30));
    assert.equal((await site.store.alarms({ limit: 10 })).length, 1);
    site.meter.fault = undefined;
    await site.pass(Minutes(6));
    assert.equal((await site.alarms()).size, 0);
    assert.equal(site.collector.status(METER_ID)?.lastVerdict, 'proven');
    assert.ok((site.collector.status(METER_ID)?.clockOffset ?? Milliseconds(99)) === 0);
  });

  it('as soon as the store can keep it, and nothing ends because it cannot', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Minutes(1));
    site.failing.add('raise');
    site.meter.fault = fault('METER_CERTIFICATE_REVOKED');
    await site.pass(Minutes(1));
    assert.ok(site.log.of('das.task-failed').length > 0);
    site.failing.clear();
    await site.pass(Minutes(6));
    assert.deepEqual([...(await site.alarms()).keys()], ['meter-not-trusted']);
  });

  it('though the process ended before it could be told of what was found', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Minutes(1));
    site.failing.add('raise');
    site.meter.energy -= 1n;
    await site.pass(Seconds(20));
    await site.restart();
    site.failing.clear();
    await site.pass(Minutes(6));
    assert.deepEqual([...(await site.alarms()).keys()], ['counter-stepped-back']);
  });

  it('of a refusal, for as long as anything is refused', async (t) => {
    await using site = await CollectedSite.open(t);
    site.meter.forbids = /7-0000638000ff/;
    await site.pass(Minutes(2));
    const raised = (await site.alarms()).get('access-refused');
    assert.match(raised?.text ?? '', /answers 403/);
    for (let tens = 0; tens < 12; tens += 1) {
      await site.pass(Seconds(10));
      assert.equal((await site.alarms()).get('access-refused')?.id, raised?.id);
    }
    assert.ok(site.meter.times(/\/objects$/).length > 10, 'live reads go on');
    site.meter.forbids = undefined;
    await site.pass(Minutes(2));
    assert.equal((await site.alarms()).size, 0);
  });

  it('of silence, when a meter was asked in vain for so long, however rarely it is read', async (t) => {
    await using site = await CollectedSite.open(t, { live: Hours(1), captures: Hours(1) });
    const step = Seconds(10);
    await site.pass(Hours(2), step);
    assert.equal(site.collector.status(METER_ID)?.silent, false, 'nobody has asked it for a while');
    site.meter.fault = fault('METER_UNREACHABLE');
    const { length } = site.meter.asked;
    while (site.meter.asked.length === length) await site.pass(step);
    site.meter.fault = undefined;
    await site.pass(Minutes(5), step);
    assert.equal((await site.store.alarms({ limit: 10 })).length, 0, 'it was away for a moment');
    site.meter.fault = fault('METER_UNREACHABLE');
    await site.pass(Hours(1.5), step);
    assert.equal(site.collector.status(METER_ID)?.silent, true);
    assert.ok((await site.alarms()).has('meter-silent'));
  });

  it('no longer, of what ends by itself, when the meter is no longer read', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Minutes(1));
    site.meter.energy -= 1n;
    await site.pass(Seconds(30));
    site.meter.fault = fault('METER_CERTIFICATE_REVOKED');
    await site.pass(Seconds(30));
    assert.deepEqual([...(await site.alarms()).keys()].sort(), ['counter-stepped-back', 'meter-not-trusted']);
    await site.collector.forget(METER_ID);
    assert.deepEqual([...(await site.alarms()).keys()], ['counter-stepped-back']);
  });

  it('nor when it was taken out of the configuration before a start', async (t) => {
    await using site = await CollectedSite.open(t);
    site.meter.fault = fault('METER_CERTIFICATE_REVOKED');
    await site.pass(Seconds(30));
    await site.store.removeMeter(METER_ID);
    await site.restart();
    assert.equal((await site.alarms()).size, 0);
  });

  it('and is over although thousands of others have come and gone since', async (t) => {
    await using site = await CollectedSite.open(t);
    site.meter.fault = fault('METER_CERTIFICATE_REVOKED');
    await site.pass(Seconds(30));
    const { store, clock } = site;
    for (let index = 0; index < 10_001; index += 1) {
      const alarm = { meter: 'another', kind: 'meter-silent', code: 'METER_SILENT', raisedAt: clock.now(), text: '' };
      void store.raise(alarm);
      void store.clear('another', 'METER_SILENT', clock.now());
    }
    await site.restart();
    site.meter.fault = undefined;
    await site.pass(Minutes(6));
    assert.equal((await site.alarms()).size, 0);
  });

  it('not of a clock, because an answer was long on its way', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Minutes(1));
    site.meter.slowness = Seconds(25);
    await site.pass(Minutes(4));
    site.meter.slowness = Seconds(0);
    await site.pass(Minutes(1));
    assert.equal((await site.store.alarms({ limit: 10 })).length, 0);
    assert.equal(site.collector.tally.documents.get('live')?.refused, 0);
  });

  it('of a number that went back, also under a certificate that was pinned anew', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Minutes(1));
    site.pin(stranger);
    site.meter.identity = stranger;
    site.meter.number -= 50n;
    await site.pass(Seconds(30));
    assert.deepEqual([...(await site.alarms()).keys()], ['number-went-back']);
  });
});
