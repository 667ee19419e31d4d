import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '#core/bytes.ts';
import { formatObis, obisFromHex } from '#core/obis.ts';
import { type Rights, rightsOf, withoutSignature } from '#cosem/access-rights.ts';
import type { CosemData } from '#cosem/data-types.ts';
import { list } from './support/data.ts';
import { StandardMeter } from './support/standard-meter.ts';

const ASSOCIATION = [15, '0-0:40.0.0.255'] as const;

const meter = new StandardMeter();

function items(data: CosemData | undefined): readonly CosemData[] {
  assert.ok(data?.type === 'array' || data?.type === 'structure');
  return data.value;
}

const number = (data: CosemData | undefined): number => {
  assert.ok(data !== undefined && 'value' in data && typeof data.value === 'bigint');
  return Number(data.value);
};

/** `70-0-0:96.3.10.255 v0: attributes 1:1 2:1 …, methods 1:17 …`, one line per object. */
function objectList(rights: Rights): readonly string[] {
  const read = meter.object(...ASSOCIATION).read(2, meter.device.snapshot(), { device: meter.device, rights });
  return items(read).map((element) => {
    const [classId, version, name, access] = items(element);
    const [attributes, methods] = items(access);
    assert.ok(name?.type === 'octet-string');
    const obis = formatObis(obisFromHex(toHex(name.value)) ?? assert.fail());
    const modes = (list: CosemData | undefined): string =>
      items(list)
        .map((item) => `${number(items(item)[0])}:${number(items(item)[1])}`)
        .join(' ');
    return `${number(classId)}-${obis} v${number(version)}: ${modes(attributes)} | ${modes(methods)}`;
  });
}

const lineOf = (rights: Rights, object: string): string | undefined =>
  objectList(rights).find((line) => line.startsWith(`${object} `));

test('the list has what this client sees, and how', () => {
  const breaker = '70-0-0:96.3.10.255';
  // 1 read, 2 write, 16 by a signed request, 128 with a signed answer; of a method 1.
  assert.equal(lineOf(rightsOf('grid-operator'), breaker), `${breaker} v0: 1:1 2:1 3:1 4:19 | 1:17 2:17`);
  assert.equal(lineOf(rightsOf('consumer'), breaker), `${breaker} v0: 1:1 2:1 3:1 4:1 | 1:0 2:0`);
  assert.equal(lineOf(rightsOf('authority'), breaker), `${breaker} v0: 1:145 2:145 3:145 4:145 | 1:0 2:0`);
  assert.equal(lineOf(rightsOf('supplier'), breaker), undefined);
});

test('a method that the device cannot run is open to nobody', () => {
  const energy = '3-1-0:1.8.0.255';
  assert.equal(lineOf(rightsOf('administrator'), energy), `${energy} v0: 1:1 2:1 3:1 | 1:0`);
});

test('every visible object is there, with its own class and version', () => {
  const rights = rightsOf('administrator');
  const visible = meter.device.objects.filter((object) => rights.visible(meter.device, object));
  assert.deepEqual(
    objectList(rights).map((line) => line.split(':').slice(0, 2).join(':').replace(/ v.*/, '')),
    visible.map(({ classId, logicalName }) => `${classId}-${formatObis(logicalName)}`.split(':').slice(0, 2).join(':')),
  );
});

test('without a signature, the list has what such a request reads, and nothing to write', () => {
  const list = objectList(withoutSignature(rightsOf('grid-operator')));
  assert.ok(!list.some((line) => line.startsWith('3-1-0:1.8.0.255')));
  assert.equal(
    list.find((line) => line.startsWith('70-')),
    '70-0-0:96.3.10.255 v0: 1:1 2:1 3:1 4:1 | 1:0 2:0',
  );
});

test('a profile is read by range and by entry', () => {
  const read = meter.object(...ASSOCIATION).read(2, meter.device.snapshot(), {
    device: meter.device,
    rights: rightsOf('consumer'),
  });
  const selectors = items(read)
    .filter((element) => number(items(element)[0]) === 7)
    .map((element) => items(items(items(element)[3])[0])[1])
    .map((buffer) => items(buffer)[2]);
  const both: CosemData = list({ type: 'integer', value: 1n }, { type: 'integer', value: 2n });
  assert.ok(selectors.length > 0);
  for (const selector of selectors) assert.deepEqual(selector, both);
});

test('nobody in particular has no objects', () => {
  assert.deepEqual(meter.read(...ASSOCIATION, 2), list());
});
