import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { SealmeterError } from '#core/errors.ts';
import { Seconds } from '#core/time.ts';
import type { ApiProblem, MeterAnswer, MeterProbe } from '#das/api-types.ts';
import type { ProbedSite } from '#das/collection.ts';
import { CONFIGURED_BY } from '#das/das-registry.ts';
import { clients } from '../../http/support/tls-parties.ts';
import { settle } from '../../support/fake-clock.ts';
import { assertRefused, json } from './support/das-visitor.ts';
import { ExampleDas, OWN, pinnedMeter, pinOf, signature } from './support/example-das.ts';

const NEW = '1sie0000000003.sm';
const URL_OF_NEW = 'https://meter.example:8443';

const site: ProbedSite = {
  tls: { id: 'sha256:00', subject: 'CN=meter', issuer: 'CN=sub', notBefore: '', notAfter: '' },
  devices: [{ id: NEW, keyName: signature.id }],
};

const newMeter = { url: URL_OF_NEW, id: NEW, name: 'cellar', zone: 'Europe/Berlin', pem: signature.pem };
const another = pinOf(clients.stranger.certificates[0]);

async function asAdministrator(found: ProbedSite | Error = site) {
  const das = await ExampleDas.open();
  das.collection.site = found;
  return { das, ada: await das.visitor('ada'), [Symbol.asyncDispose]: () => das[Symbol.asyncDispose]() };
}

describe('a probe', () => {
  it('shows what is to be compared, and pins nothing', async () => {
    await using at = await asAdministrator();
    const reply = await at.ada.send('POST', '/api/meters/probe', { url: URL_OF_NEW });
    assert.deepEqual(json(reply), {
      url: URL_OF_NEW,
      tls: site.tls,
      meters: [{ id: NEW, certificate: signature.id }],
    } satisfies MeterProbe);
    assert.equal(at.das.store.pinned.size, 2);
    assert.deepEqual(at.das.collection.watched, []);
  });

  it('says what went wrong on the way to the meter', async () => {
    await using at = await asAdministrator(
      new SealmeterError('peer', 'METER_UNREACHABLE', 'no answer from there', { mend: 'look at the cable' }),
    );
    const reply = await at.ada.send('POST', '/api/meters/probe', { url: URL_OF_NEW });
    assertRefused(reply, 502, 'METER_NOT_MET');
    const { detail, mend } = json(reply) as ApiProblem;
    assert.deepEqual([detail, mend], ['METER_UNREACHABLE: no answer from there', 'look at the cable']);
  });

  it('says nothing of what went wrong in here', async () => {
    await using at = await asAdministrator(new SealmeterError('internal', 'SECRET', 'secret'));
    const reply = await at.ada.send('POST', '/api/meters/probe', { url: URL_OF_NEW });
    assertRefused(reply, 500, 'INTERNAL_ERROR');
    assert.doesNotMatch(reply.bytes.toString(), /secret/i);
  });

  for (const url of [
    'http://meter.example',
    'file:///etc/passwd',
    'https://user:secret@meter.example',
    'https://meter.example/path',
    'https://meter.example/?query',
    'https://meter.example/#part',
    'meter.example',
    `https://${'a'.repeat(300)}.example`,
  ]) {
    it(`goes nowhere but to a service with TLS: not to ${url.slice(0, 40)}`, async () => {
      await using at = await asAdministrator(new TypeError('nobody was to be asked'));
      assertRefused(await at.ada.send('POST', '/api/meters/probe', { url }), 400, 'INPUT_INVALID');
    });
  }
});

it('who answers a probe for ever is not waited for', async () => {
  await using at = await asAdministrator();
  const { collection, clock } = at.das;
  const asked = Promise.withResolvers<void>();
  collection.probe = (_url, signal) => {
    asked.resolve();
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  };
  const reply = at.ada.send('POST', '/api/meters/probe', { url: URL_OF_NEW });
  await asked.promise;
  await clock.advance(Seconds(30));
  assertRefused(await reply, 502, 'METER_NOT_MET');
});

describe('a meter', () => {
  it('is pinned with the certificate that was compared, and read from then on', async () => {
    await using at = await asAdministrator();
    const reply = await at.ada.send('POST', '/api/meters', newMeter);
    assert.equal(reply.status, 201);
    const { id, name, health } = json(reply) as MeterAnswer;
    assert.deepEqual([id, name, health], [NEW, 'cellar', 'silent']);
    const pinned = at.das.store.pinned.get(NEW);
    assert.deepEqual([pinned?.url, pinned?.signatures, pinned?.addedBy], [URL_OF_NEW, [signature], 'ada']);
    assert.deepEqual(at.das.collection.watched, [pinned]);
    assert.equal(at.das.store.trail[0]?.action, 'meter.added');
  });

  it('is not pinned with another certificate than the one that it seals with by now', async () => {
    await using at = await asAdministrator({ ...site, devices: [{ id: NEW, keyName: another.id }] });
    assertRefused(await at.ada.send('POST', '/api/meters', newMeter), 409, 'CERTIFICATE_UNCONFIRMED');
    assert.equal(at.das.store.pinned.has(NEW), false);
  });

  it('is not pinned under the id of another', async () => {
    await using at = await asAdministrator();
    assertRefused(await at.ada.send('POST', '/api/meters', { ...newMeter, id: OWN }), 409, 'NAME_TAKEN');
    const other = { ...newMeter, id: '1sie0000000004.sm' };
    assertRefused(await at.ada.send('POST', '/api/meters', other), 409, 'CERTIFICATE_UNCONFIRMED');
  });

  for (const [what, member] of Object.entries({
    'an id that is none': { id: 'meter' },
    'a zone that there is not': { zone: 'Mars/Olympus' },
    'a certificate that is none': { pem: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' },
    'a private key': { pem: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n' },
    'no name': { name: '' },
  })) {
    it(`is refused with ${what}`, async () => {
      await using at = await asAdministrator();
      assertRefused(await at.ada.send('POST', '/api/meters', { ...newMeter, ...member }), 400, 'INPUT_INVALID');
    });
  }

  it('changes its name and its address, and gets one more certificate', async () => {
    await using at = await asAdministrator();
    const change = { name: 'attic', url: 'https://attic.example', pem: another.pem };
    assert.equal((await at.ada.send('PATCH', `/api/meters/${OWN}`, change)).status, 200);
    const pinned = at.das.store.pinned.get(OWN);
    assert.deepEqual([pinned?.name, pinned?.url, pinned?.zone], ['attic', 'https://attic.example', 'Europe/Berlin']);
    assert.deepEqual(pinned?.signatures, [signature, another]);
    assert.deepEqual(at.das.collection.watched, [pinned]);
  });

  it('keeps nothing of a file but its certificates', async () => {
    await using at = await asAdministrator();
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
    const reply = await at.ada.send('POST', '/api/meters', { ...newMeter, pem: signature.pem + key });
    assert.equal(reply.status, 201, reply.bytes.toString());
    assert.deepEqual(at.das.store.pinned.get(NEW)?.signatures, [signature]);
  });

  it('that stands in the configuration is changed there', async () => {
    await using at = await asAdministrator();
    const configured = { ...pinnedMeter(OWN), addedBy: CONFIGURED_BY };
    at.das.store.pinned.set(OWN, configured);
    const path = `/api/meters/${OWN}`;
    assertRefused(await at.ada.send('PATCH', path, { name: 'attic' }), 409, 'METER_CONFIGURED');
    assertRefused(await at.ada.send('DELETE', path), 409, 'METER_CONFIGURED');
    assert.equal(at.das.store.pinned.get(OWN), configured);
  });

  it('is let go of, and its documents stay', async () => {
    await using at = await asAdministrator();
    assert.equal((await at.ada.send('DELETE', `/api/meters/${OWN}`)).status, 204);
    assert.deepEqual(at.das.collection.forgotten, [OWN]);
    assertRefused(await at.ada.get(`/api/meters/${OWN}`), 404, 'RESOURCE_UNKNOWN');
    assert.equal([...at.das.store.kept.values()].filter(({ meter }) => meter === OWN).length, 1);
  });
});

describe('changes of a meter that come at once', () => {
  it('do not bring back what was removed meanwhile', async () => {
    await using at = await asAdministrator();
    const { store } = at.das;
    const [putting, put] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const putMeter = store.putMeter.bind(store);
    store.putMeter = async (meter) => {
      putting.resolve();
      await put.promise;
      await putMeter(meter);
    };
    const change = at.ada.send('PATCH', `/api/meters/${OWN}`, { name: 'attic' });
    await putting.promise;
    const removal = at.ada.send('DELETE', `/api/meters/${OWN}`);
    for (let round = 0; round < 20; round += 1) await settle();
    put.resolve();
    assert.deepEqual([(await change).status, (await removal).status], [200, 204]);
    assert.equal(store.pinned.has(OWN), false);
    assert.deepEqual(at.das.collection.forgotten, [OWN]);
  });

  it('add it once', async () => {
    await using at = await asAdministrator();
    const { collection } = at.das;
    const both = Promise.withResolvers<void>();
    let probed = 0;
    collection.probe = async () => {
      probed += 1;
      if (probed === 2) both.resolve();
      await both.promise;
      return site;
    };
    const replies = await Promise.all([1, 2].map(() => at.ada.send('POST', '/api/meters', newMeter)));
    assert.deepEqual(
      replies.map(({ status }) => status).toSorted((a, b) => a - b),
      [201, 409],
    );
    assert.equal(collection.watched.length, 1);
  });

  it('pin no more certificates than a meter can have', async () => {
    await using at = await asAdministrator();
    const pinned = pinnedMeter(OWN);
    const signatures = Array.from({ length: 20 }, (_, index) => ({
      ...another,
      id: `sha256:${index}` as typeof another.id,
    }));
    at.das.store.pinned.set(OWN, { ...pinned, signatures });
    assertRefused(await at.ada.send('PATCH', `/api/meters/${OWN}`, { pem: another.pem }), 400, 'INPUT_INVALID');
  });
});
