import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addTime, Days, Hours, Minutes, Seconds } from '#core/time.ts';
import { METER_ID } from '../../support/example-meter.ts';
import { CollectedSite } from './support/collected-site.ts';

describe('a meter of the registry', () => {
  it('is read no more when it is let go of, and again when it is taken up', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Minutes(1));
    const meter = await site.store.meter(METER_ID);
    assert.ok(meter);
    await site.collector.forget(METER_ID);
    site.meter.asked.length = 0;
    await site.pass(Minutes(1));
    assert.equal(site.meter.asked.length, 0);
    assert.equal(site.collector.status(METER_ID), undefined);
    site.collector.watch(meter);
    await site.pass(Minutes(1));
    assert.equal(site.collector.status(METER_ID)?.lastVerdict, 'proven');
  });

  it('keeps what is known of it where nothing has changed, and is read anew with other certificates', async (t) => {
    await using site = await CollectedSite.open(t);
    await site.pass(Minutes(1));
    const meter = await site.store.meter(METER_ID);
    assert.ok(meter);
    site.collector.watch({ ...meter, addedAt: site.clock.now() });
    assert.equal(site.collector.status(METER_ID)?.lastVerdict, 'proven');
    site.collector.watch({ ...meter, signatures: [] });
    assert.equal(site.collector.status(METER_ID)?.lastVerdict, 'none');
    await site.pass(Minutes(1));
    assert.equal(site.collector.status(METER_ID)?.lastVerdict, 'failed');
  });

  it('is believed for as long as its certificates are trusted, and not what it seals after that', async (t) => {
    await using site = await CollectedSite.open(t);
    const meter = await site.store.meter(METER_ID);
    assert.ok(meter);
    const until = addTime(site.clock.now(), Minutes(2));
    const signatures = meter.signatures.map((signature) => ({ ...signature, until }));
    await site.store.putMeter({ ...meter, signatures });
    await site.restart();
    await site.pass(Minutes(1));
    assert.equal(site.collector.status(METER_ID)?.lastVerdict, 'proven');
    await site.pass(Minutes(2));
    assert.equal(site.collector.status(METER_ID)?.lastVerdict, 'failed');
    assert.ok((await site.alarms()).has('document-refused'));
  });

  it('whose certificates cannot be read does not keep the others from being read', async (t) => {
    await using site = await CollectedSite.open(t);
    const meter = await site.store.meter(METER_ID);
    assert.ok(meter);
    site.collector.watch({
      ...meter,
      id: '1sie0000000009.sm',
      signatures: [{ id: 'sha256:00', pem: 'no certificate' }],
    });
    await site.pass(Minutes(1));
    assert.equal(site.log.of('das.meter-unusable').length, 1);
    assert.equal(site.collector.status(METER_ID)?.lastVerdict, 'proven');
  });

  it('is read by another schedule as soon as there is one, and keeps what is known of it where there is none', async (t) => {
    await using site = await CollectedSite.open(t, { live: Hours(1) });
    await site.pass(Minutes(1));
    assert.equal(site.meter.times(/\/objects$/).length, 0);
    const schedule = { live: Seconds(10), events: Days(1), captures: Days(1), profiles: Days(1) };
    site.collector.reschedule(() => schedule);
    await site.pass(Minutes(1));
    assert.ok(site.meter.times(/\/objects$/).length >= 5);
    site.collector.reschedule(() => ({ ...schedule }));
    assert.equal(site.collector.status(METER_ID)?.lastVerdict, 'proven');
  });
});
