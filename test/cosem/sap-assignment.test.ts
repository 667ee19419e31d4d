import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ofDevices, rightsOf } from '#cosem/access-rights.ts';
import { SampledDevice } from '#cosem/sampled-device.ts';
import { METER_ID, START } from '../support/example-meter.ts';
import { list, struct, text, u16 } from './support/data.ts';
import { StandardMeter } from './support/standard-meter.ts';

const other = new SampledDevice({
  id: '1sie0000000002.sm',
  meterNumber: '',
  locationId: '',
  rows: [],
  start: { at: START, sequenceNumber: 1n },
});
const management = new StandardMeter({ devices: () => [management.device, other] }, false);
const assignment = management.object(17, '0-0:41.0.0.255');

test('each device has its address, and a reader sees its own', () => {
  const read = (rights = rightsOf('administrator')) =>
    assignment.read(2, management.device.snapshot(), { device: management.device, rights });
  const first = struct(u16(1), text(METER_ID));
  const second = struct(u16(2), text(other.id));
  assert.deepEqual(read(), list(first, second));
  assert.deepEqual(read(ofDevices(rightsOf('consumer'), new Set([other.id]))), list(second));
  assert.deepEqual(assignment.read(2, management.device.snapshot()), list());
});

test('only a device that is given the others has them', () => {
  assert.ok(!new StandardMeter().device.objects.some(({ classId }) => classId === 17));
});
