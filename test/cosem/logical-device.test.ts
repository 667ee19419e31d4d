import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logicalDevices } from '#cosem/logical-device.ts';
import { exampleMeter, MANAGEMENT_ID, METER_ID, managementDevice } from '../support/example-meter.ts';

test('the management device comes first, and every device is found by its name', () => {
  const management = managementDevice();
  const meter = exampleMeter();
  const devices = logicalDevices(management, [meter]);
  assert.deepEqual(
    devices.devices.map(({ id }) => id),
    [MANAGEMENT_ID, METER_ID],
  );
  assert.equal(devices.management, management);
  assert.equal(devices.device(METER_ID), meter);
  assert.equal(devices.device('1sie0000000000.sm'), undefined);
});

test('several meters live side by side, but not under one name', () => {
  assert.throws(() => logicalDevices(managementDevice(), [exampleMeter(), exampleMeter()]), {
    code: 'LDEV_ID_DUPLICATE',
    fault: 'configuration',
  });
});
