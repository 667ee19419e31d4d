import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { type Role, rightsOf } from '#cosem/access-rights.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import { readCanonical } from '#representation/canonical-reader.ts';
import { containerOf, requireVisible } from '#representation/container-definition.ts';
import { type ContainerAddress, Containers } from '#representation/containers.ts';
import { methodReading, selectReading } from '#representation/reading.ts';
import { readContainerBody } from '#representation/request-body.ts';
import { selectTree } from '#representation/resource-tree.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { readSealedDocument, writeMeasurementData } from '#representation/sealed-document.ts';
import { writeTree } from '#representation/tree-xml.ts';
import {
  exampleDevices,
  exampleMeter,
  exampleSample,
  MANAGEMENT_ID,
  METER_ID,
  managementDevice,
} from '../support/example-meter.ts';
import { MemoryContainers } from '../support/memory-containers.ts';

const METER = `/cosem/ldevs/${METER_ID}`;
const OF_METER = `${METER}/containers/0-0000630100ff`;
const OF_SERVICE = '/cosem/containers/both';

const devices = exampleDevices();

const addressOf = (target: string): ContainerAddress => {
  const { address } = parseResource(target);
  assert.ok(address.kind === 'container' || address.kind === 'ldev-container');
  return address;
};

const idOf = (target: string): string => target.slice(target.lastIndexOf('/') + 1);

const body = (target: string, content: string): Uint8Array =>
  utf8(`<container xmlns="urn:k461-dke-de:cor-1" id="${idOf(target)}">${content}</container>`);

const ENERGY =
  '<object class-id="3" id="0100010800ff" version="0"><attributes count="1"><attribute id="2"></attribute></attributes></object>';
const VOLTAGE = '<object class-id="3" id="0100200700ff" version="0"></object>';
const OBJECTS = `<objects count="2">${ENERGY}${VOLTAGE}</objects>`;
const LDEVS =
  `<ldevs count="2"><ldev id="${MANAGEMENT_ID}"><objects count="1"><object class-id="1" id="00002a0000ff" version="0"></object></objects></ldev>` +
  `<ldev id="${METER_ID}"><objects count="1">${ENERGY}</objects></ldev></ldevs>`;

function shelf(owner = 'das') {
  const store = new MemoryContainers();
  const containers = new Containers(store);
  for (const [target, content] of [
    [OF_METER, OBJECTS],
    [OF_SERVICE, LDEVS],
  ] as const) {
    containers.prepare(owner, addressOf(target), readContainerBody(body(target, content), 'xml', idOf(target))).keep();
  }
  return { store, containers };
}

function get(target: string, owner = 'das', role: Role = 'consumer'): string {
  const view = { devices, rights: rightsOf(role), containers: shelf().containers.shelfOf(owner) };
  const tree = selectTree(parseResource(target), view);
  assert.ok(tree.kind !== 'buffer');
  return writeTree(tree).replace(' xmlns="urn:k461-dke-de:cor-1"', '').replaceAll(' xmlns="urn:k461-dke-de:cod-1"', '');
}

test('a container of a device has the values of what it names', () => {
  assert.equal(
    get(OF_METER),
    '<container id="0-0000630100ff"><objects count="2"><object class-id="3" id="0100010800ff" version="0"><attributes count="1">' +
      '<attribute id="2"><long64-unsigned>1234567</long64-unsigned></attribute></attributes></object>' +
      '<object class-id="3" id="0100200700ff" version="0"><attributes count="3"><attribute id="1"><octet-string>0100200700ff</octet-string></attribute>' +
      '<attribute id="2"><double-long-unsigned>23010</double-long-unsigned></attribute>' +
      '<attribute id="3"><structure><integer>-2</integer><enum>35</enum></structure></attribute></attributes></object></objects></container>',
  );
});

test('a container of the service has those of several devices', () => {
  assert.equal(
    get(OF_SERVICE).replaceAll(/<octet-string>[0-9a-f]+<\/octet-string>/g, '…'),
    `<container id="both"><ldevs count="2"><ldev id="${MANAGEMENT_ID}"><objects count="1"><object class-id="1" id="00002a0000ff" version="0">` +
      '<attributes count="2"><attribute id="1">…</attribute><attribute id="2">…</attribute></attributes></object></objects></ldev>' +
      `<ldev id="${METER_ID}"><objects count="1"><object class-id="3" id="0100010800ff" version="0"><attributes count="1">` +
      '<attribute id="2"><long64-unsigned>1234567</long64-unsigned></attribute></attributes></object></objects></ldev></ldevs></container>',
  );
});

test('each level of depth adds one level of elements', () => {
  const levels = [
    '<container id="0-0000630100ff"></container>',
    '<container id="0-0000630100ff"><objects count="2"></objects></container>',
    /^<container id="0-0000630100ff"><objects count="2"><object class-id="3" id="0100010800ff" version="0"><\/object><object [^>]*><\/object><\/objects><\/container>$/,
    /<attributes count="1"><\/attributes>/,
    /<attribute id="2"><\/attribute>/,
    />1234567</,
  ];
  levels.forEach((expected, depth) => {
    const xml = get(`${OF_METER}?q.depth=${depth}`);
    if (typeof expected === 'string') assert.equal(xml, expected);
    else assert.match(xml, expected);
  });
});

test('seen from above, a container shows what it names, without values', () => {
  for (const target of [METER, `${METER}/containers`]) {
    assert.match(
      get(target),
      /<containers count="1"><container id="0-0000630100ff"><objects count="2"><object class-id="3" id="0100010800ff" version="0"><attributes count="1"><attribute id="2"><\/attribute>/,
    );
  }
  for (const target of ['/cosem', '/cosem/containers']) {
    assert.match(
      get(target),
      /<containers count="1"><container id="both"><ldevs count="2">.*<attribute id="2"><\/attribute><\/attributes><\/object><\/objects><\/ldev><\/ldevs><\/container><\/containers>/,
    );
  }
  assert.equal(
    get(`${METER}/containers/`),
    '<containers count="1"><container id="0-0000630100ff"></container></containers>',
  );
  assert.equal(get(`${METER}/containers?q.fromidx=2`), '<containers count="0"></containers>');
});

test("another client's containers are not there", () => {
  assert.throws(() => get(OF_METER, 'other'), { code: 'RESOURCE_UNKNOWN' });
  assert.throws(() => get(OF_SERVICE, 'other'), { code: 'RESOURCE_UNKNOWN' });
  assert.equal(get('/cosem/containers', 'other'), '<containers count="0"></containers>');
});

test('what a role may not see is not there, be it named or not', () => {
  const xml = get(OF_METER, 'das', 'supplier');
  assert.match(xml, /<objects count="1"><object class-id="3" id="0100010800ff"/);
  assert.doesNotMatch(xml, /0100200700ff/);
});

test('sealed, the objects of a container stand in one document, each value with what gives it meaning', () => {
  const view = { devices, rights: rightsOf('consumer'), containers: shelf().containers.shelfOf('das') };
  const reading = selectReading(parseResource(OF_METER), view);
  assert.deepEqual(readSealedDocument(utf8(writeMeasurementData(reading))), { ...reading, response: undefined });
  assert.ok(reading.content.kind === 'objects');
  assert.deepEqual(
    reading.content.objects.map(({ logicalName, attributes }) => [
      logicalName,
      attributes?.attributes.map(({ id }) => id),
    ]),
    [
      ['0100010800ff', [2, 3]],
      ['0100200700ff', [1, 2, 3]],
    ],
  );
});

test('sealed, lists of containers tell what is named, and one of the service its devices', () => {
  const view = { devices, rights: rightsOf('consumer'), containers: shelf().containers.shelfOf('das') };
  for (const [target, meterId] of [
    ['/cosem/containers', MANAGEMENT_ID],
    [OF_SERVICE, MANAGEMENT_ID],
    [`${METER}/containers`, METER_ID],
  ] as const) {
    const reading = selectReading(parseResource(target), view);
    assert.equal(reading.meterId, meterId);
    const xml = writeMeasurementData(reading);
    assert.doesNotMatch(xml, /cod-1/);
    assert.deepEqual(readSealedDocument(utf8(xml)), { ...reading, response: undefined });
  }
});

test('all values of a container are of one sample', () => {
  const meter = exampleMeter();
  const changing = logicalDevices(managementDevice(), [meter]);
  const view = { devices: changing, rights: rightsOf('consumer'), containers: shelf().containers.shelfOf('das') };
  for (let number = 101n; number < 110n; number += 1n) {
    meter.accept(exampleSample({ energy: number, voltage: number }), number);
    const reading = selectReading(parseResource(OF_METER), view);
    assert.equal(reading.sequenceNumber, number);
    const values = [...writeMeasurementData(reading).matchAll(/unsigned[^>]*>(\d+)</g)].map(([, value]) => value);
    assert.deepEqual(values, [`${number}`, `${number}`]);
  }
});

const INVALID: readonly (readonly [name: string, target: string, content: string])[] = [
  ['names-nothing', OF_METER, ''],
  ['names-devices', OF_METER, LDEVS],
  ['empty-list', OF_METER, '<objects count="0"></objects>'],
  ['object-twice', OF_METER, `<objects count="2">${ENERGY}${ENERGY}</objects>`],
  [
    'methods',
    OF_METER,
    '<objects count="1"><object class-id="3" id="0100010800ff" version="0"><methods count="1"></methods></object></objects>',
  ],
  [
    'values',
    OF_METER,
    `<objects count="1">${ENERGY.replace('</attribute>', '<unsigned xmlns="urn:k461-dke-de:cod-1">1</unsigned></attribute>')}</objects>`,
  ],
  [
    'no-attributes',
    OF_METER,
    `<objects count="1">${ENERGY.replace(/<attributes.*<\/attributes>/, '<attributes count="0"></attributes>')}</objects>`,
  ],
  ['service-names-objects', OF_SERVICE, OBJECTS],
  ['device-without-objects', OF_SERVICE, `<ldevs count="1"><ldev id="${METER_ID}"></ldev></ldevs>`],
  [
    'container-in-container',
    OF_SERVICE,
    `<ldevs count="1"><ldev id="${METER_ID}"><objects count="1">${ENERGY}</objects><containers count="0"></containers></ldev></ldevs>`,
  ],
];

for (const [name, target, content] of INVALID) {
  test(`refused: ${name}`, () => {
    const containers = new Containers(new MemoryContainers());
    assert.throws(
      () => containers.prepare('das', addressOf(target), readContainerBody(body(target, content), 'xml', idOf(target))),
      {
        fault: 'client',
        code: 'BODY_INVALID',
      },
    );
  });
}

const UNSEEN: readonly (readonly [name: string, content: string, role: Role])[] = [
  ['object-unknown', OBJECTS.replace('0100010800ff', '0100ff0800ff'), 'consumer'],
  ['class-unknown', OBJECTS.replace('class-id="3"', 'class-id="4"'), 'consumer'],
  ['version-other', OBJECTS.replace('version="0"', 'version="1"'), 'consumer'],
  ['attribute-unknown', OBJECTS.replace('<attribute id="2">', '<attribute id="9">'), 'consumer'],
  ['object-hidden', OBJECTS, 'supplier'],
];

for (const [name, content, role] of UNSEEN) {
  test(`refused, since this client cannot see it: ${name}`, () => {
    const node = readContainerBody(body(OF_METER, content), 'xml', idOf(OF_METER));
    assert.throws(() => requireVisible(containerOf(node, METER_ID), { devices, rights: rightsOf(role) }), {
      fault: 'client',
      code: 'BODY_INVALID',
      message: /^there is no /,
    });
  });
}

test('of an unknown and of a hidden object the same is said', () => {
  const message = (objects: string, role: Role): string => {
    try {
      const node = readContainerBody(body(OF_METER, objects), 'xml', idOf(OF_METER));
      requireVisible(containerOf(node, METER_ID), { devices, rights: rightsOf(role) });
      return 'nothing';
    } catch (error) {
      return String(error).replaceAll(/3-[0-9a-f]{12}/g, '…');
    }
  };
  const only = (object: string): string => `<objects count="1">${object}</objects>`;
  assert.equal(message(only(VOLTAGE), 'supplier'), message(only(VOLTAGE.replace('20', 'ff')), 'supplier'));
});

test('a container is replaced, deleted, and survives in its store', () => {
  const { store, containers } = shelf();
  const node = readContainerBody(body(OF_METER, `<objects count="1">${VOLTAGE}</objects>`), 'xml', idOf(OF_METER));
  const prepared = containers.prepare('das', addressOf(OF_METER), node);
  assert.equal(prepared.isNew, false);
  prepared.keep();
  const again = new Containers(store).shelfOf('das');
  assert.deepEqual(again.ofDevice(METER_ID), containers.shelfOf('das').ofDevice(METER_ID));
  assert.deepEqual(
    again.ofService().map(({ id }) => id),
    ['both'],
  );
  containers.delete('das', addressOf(OF_METER));
  assert.deepEqual(new Containers(store).shelfOf('das').ofDevice(METER_ID), []);
  for (const text of store.texts.values()) assert.ok(readCanonical(utf8(text)));
});

test('a client has no more than a hundred', () => {
  const containers = new Containers(new MemoryContainers());
  const put = (owner: string, id: string) => {
    const target = `/cosem/containers/${id}`;
    const prepared = containers.prepare(owner, addressOf(target), readContainerBody(body(target, LDEVS), 'xml', id));
    prepared.keep();
    return prepared.isNew;
  };
  for (let index = 0; index < 100; index += 1) assert.ok(put('das', `c${index}`));
  assert.throws(() => put('das', 'more'), { fault: 'client', code: 'CONTAINERS_EXHAUSTED' });
  assert.equal(put('das', 'c5'), false);
  assert.ok(put('other', 'c0'));
});

test('what became of a method stands beside its name', () => {
  const { address } = parseResource(`${METER}/objects/3-0100010800ff/methods/1`);
  assert.ok(address.kind === 'method');
  const response = { kind: 'methodResponse', status: 250, data: { type: 'long', value: 5n } } as const;
  const reading = methodReading(address, response, { devices, rights: rightsOf('consumer') });
  const xml = writeMeasurementData(reading);
  assert.match(
    xml,
    /<counter-values count="1"><object [^>]*id="0100010800ff"[^>]*><methods count="1"><method id="1"><\/method><\/methods><\/object><\/counter-values><methodResponse xmlns="urn:k461-dke-de:cor-1"><methodResponseStatus>250<\/methodResponseStatus><methodResponseData><long xmlns="urn:k461-dke-de:cod-1">5<\/long><\/methodResponseData><\/methodResponse><error-code>/,
  );
  assert.deepEqual(readSealedDocument(utf8(xml)), reading);
});
