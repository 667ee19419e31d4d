import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributeTable } from './attribute-table.ts';
import { text } from './support/data.ts';
import { StandardMeter, secondsAfter, verdict, zero } from './support/standard-meter.ts';

const ACTIVATION = [6, '0-0:14.0.0.255'] as const;

test('the tariffs are those that the device has registers for', async () => {
  const meter = new StandardMeter();
  await meter.sample(secondsAfter(1), { tariff: 1n });
  assert.deepEqual(attributeTable(meter.object(...ACTIVATION), meter.device.snapshot()).slice(1), [
    '2 register_assignment array{structure{long-unsigned:3,octet-string:0100010801ff},structure{long-unsigned:3,octet-string:0100010802ff}}',
    '3 mask_list array{structure{octet-string:5431,array{unsigned:1}},structure{octet-string:5432,array{unsigned:2}}}',
    '4 active_mask octet-string:5432',
  ]);
});

test('a tariff that nobody knows is none', async () => {
  const meter = new StandardMeter();
  assert.deepEqual(meter.read(...ACTIVATION, 4), { type: 'null-data' });
  await meter.sample(secondsAfter(1), { tariff: 7n });
  assert.deepEqual(meter.read(...ACTIVATION, 4), { type: 'null-data' });
});

test('another mask switches the device, which calls its tariffs by number', async () => {
  const meter = new StandardMeter();
  assert.equal(verdict(await meter.write(...ACTIVATION, 4, text('T2'))), 'done');
  assert.deepEqual(meter.tariffs, [2]);
  assert.deepEqual(meter.sink.taken(), ['tariff-changed by grid']);
  assert.equal(verdict(await meter.write(...ACTIVATION, 4, text('T3'))), 'VALUE_NOT_ALLOWED');
});

test('the device has decided which registers count', async () => {
  const meter = new StandardMeter();
  for (const method of [1, 2, 3])
    assert.equal(verdict(await meter.invoke(...ACTIVATION, method, zero)), 'METHOD_UNAVAILABLE');
});

test('a device that switches by itself has no calendar, and takes no mask', async () => {
  const meter = new StandardMeter({}, false);
  assert.equal(verdict(await meter.write(...ACTIVATION, 4, text('T2'))), 'ATTRIBUTE_READ_ONLY');
  for (const classId of [11, 20]) assert.ok(!meter.device.objects.some((object) => object.classId === classId));
});
