import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ofDevices, rightsOf } from '#cosem/access-rights.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import { Containers } from '#representation/containers.ts';
import { StandardMeter } from '../cosem/support/standard-meter.ts';
import { METER_ID, managementDevice } from '../support/example-meter.ts';
import { MemoryContainers } from '../support/memory-containers.ts';
import { ask, askSigned, change } from './support/ask.ts';
import { certificateNamed, dasKey, exampleClient, exampleService, peerIs } from './support/example-service.ts';

/*
 * Two consumers, each with a metering point, and what one of them gets to see of the other's: nothing.
 */
const NEIGHBOUR = '1sie0087654321.sm';
const OWN = `/cosem/ldevs/${METER_ID}`;
const OTHER = `/cosem/ldevs/${NEIGHBOUR}`;

function serviceOfConsumer() {
  const own = new StandardMeter();
  const identity = { meterNumber: '87654321', locationId: 'DE2', manufacturer: 'Siemens', model: 'SENTRON PAC3200' };
  const neighbour = new StandardMeter({ identity: { id: NEIGHBOUR, ...identity } });
  const client = exampleClient('alice', 'consumer', certificateNamed('a'), dasKey);
  return exampleService({
    devices: logicalDevices(managementDevice(), [own.device, neighbour.device]),
    changes: { events: own.sink, containers: new Containers(new MemoryContainers()) },
    clients: [{ ...client, rights: ofDevices(rightsOf('consumer'), new Set([METER_ID])) }],
    peerOf: peerIs(certificateNamed('a')),
  });
}

const PLACES = [
  '',
  '/',
  '/live',
  '/objects',
  '/objects/3-0100010800ff/attributes/2',
  '/objects/7-0100630100ff/attributes/2',
  '/objects/7-0000638000ff/attributes/2',
  '/objects/7-0000636201ff/attributes/2',
  '/containers',
  '/objects/8-0000010000ff/methods/1',
];

for (const [how, asking] of [
  ['an unsigned', ask],
  ['a signed', askSigned],
] as const) {
  test(`by ${how} request a consumer sees the own metering point, and another one in no list`, async () => {
    for (const path of ['/cosem', '/cosem/ldevs', '/cosem/ldevs/', OWN, `${OWN}/objects`]) {
      const { status, body } = await asking(serviceOfConsumer(), path);
      assert.equal(status, 200, path);
      assert.ok(body.includes(METER_ID) || path === `${OWN}/objects`, path);
      assert.ok(!body.includes(NEIGHBOUR) && !body.includes('87654321'), path);
    }
  });

  test(`to ${how} request another metering point is as if it were not there`, async () => {
    for (const place of PLACES) {
      const hidden = await asking(serviceOfConsumer(), OTHER + place);
      const missing = await asking(serviceOfConsumer(), `/cosem/ldevs/1sie0000000000.sm${place}`);
      assert.equal(hidden.status, 404, place);
      const words = ({ body }: typeof hidden): unknown => ({ ...(JSON.parse(body) as object), instance: '' });
      assert.deepEqual(words(hidden), words(missing), place);
    }
  });
}

test('nothing at another metering point is written or run, and no container reaches it', async () => {
  const attribute =
    '<attribute xmlns="urn:k461-dke-de:cor-1" id="4"><enum xmlns="urn:k461-dke-de:cod-1">2</enum></attribute>';
  const order = '<methodRequestParameter xmlns="urn:k461-dke-de:cor-1"/>';
  const breaker = `${OTHER}/objects/70-000060030aff`;
  const reach = `<container xmlns="urn:k461-dke-de:cor-1" id="all"><ldevs><ldev id="${NEIGHBOUR}"/></ldevs></container>`;
  for (const [method, target, body, status] of [
    ['PUT', `${breaker}/attributes/4`, attribute, 404],
    ['POST', `${breaker}/methods/1`, order, 404],
    ['PUT', `${OTHER}/containers/3-0100010800ff`, reach, 404],
    ['PUT', '/cosem/containers/all', reach, 400],
  ] as const) {
    const answer = await change(serviceOfConsumer(), method, target, body);
    assert.equal(answer.status, status, `${method} ${target}: ${answer.body}`);
  }
});
