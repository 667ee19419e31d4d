import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { formatObis, parseObis } from '#core/obis.ts';
import { addTime, Seconds } from '#core/time.ts';
import { SampledDevice } from '#cosem/sampled-device.ts';
import { exampleMeter, exampleSample, goodValues, START } from '../support/example-meter.ts';

test('objects are ordered by class, then by logical name', () => {
  assert.deepEqual(
    exampleMeter().objects.map(({ classId, logicalName }) => `${classId} ${formatObis(logicalName)}`),
    [
      '1 0-0:42.0.0.255',
      '1 0-0:96.14.0.255',
      '3 1-0:1.8.0.255',
      '3 1-0:16.7.0.255',
      '3 1-0:32.7.0.255',
      '4 1-0:32.26.0.255',
      '5 1-0:1.4.0.255',
    ],
  );
});

test('an object is found by class and logical name together', () => {
  const meter = exampleMeter();
  assert.equal(meter.object(3, parseObis('1-0:1.8.0.255'))?.name, 'energy');
  assert.equal(meter.object(4, parseObis('1-0:1.8.0.255')), undefined);
});

test('every device says its own name, without the ending', () => {
  const meter = exampleMeter();
  const name = meter.object(1, parseObis('0-0:42.0.0.255'));
  assert.deepEqual(name?.read(2, meter.snapshot()), { type: 'octet-string', value: utf8('1sie0012345678') });
});

test('before the first sample there is a snapshot without values', () => {
  const { at, sequenceNumber, state, sample } = exampleMeter().snapshot();
  assert.deepEqual({ at, sequenceNumber }, { at: START, sequenceNumber: 100n });
  assert.deepEqual(state, new Set(['service-started', 'value-missing']));
  assert.equal(sample.values.size, 0);
});

test('a snapshot stays what it was when the next sample comes', () => {
  const meter = exampleMeter();
  const first = meter.accept(exampleSample(), 101n);
  const second = meter.accept(exampleSample({ ...goodValues, power: 1n }, addTime(START, Seconds(1))), 102n);
  const power = meter.object(3, parseObis('1-0:16.7.0.255'));
  assert.deepEqual(power?.read(2, first), { type: 'double-long', value: -12_345n });
  assert.deepEqual(power?.read(2, second), { type: 'double-long', value: 1n });
  assert.equal(meter.snapshot(), second);
});

test('sequence-number-goes-back', () => {
  const meter = exampleMeter();
  meter.accept(exampleSample(), 105n);
  for (const number of [105n, 104n, 0n]) assert.throws(() => meter.accept(exampleSample(), number), RangeError);
  assert.equal(meter.snapshot().sequenceNumber, 105n);
});

test('the state holds what the sample, the service and the device itself know', () => {
  const meter = exampleMeter();
  assert.deepEqual(meter.accept(exampleSample(), 101n).state, new Set(['service-started']));
  const unsure = meter.accept(exampleSample(goodValues, START, 'device-restarted'), 102n, ['clock-not-synchronised']);
  assert.deepEqual(unsure.state, new Set(['device-restarted', 'clock-not-synchronised']));
  assert.deepEqual(meter.accept(exampleSample(), 103n).state, new Set());
});

test('a value that its type cannot carry is not clamped: it is missing, and flagged', () => {
  const meter = exampleMeter();
  meter.accept(exampleSample(), 101n);
  const snapshot = meter.accept(exampleSample({ ...goodValues, power: 2n ** 31n, voltage: -1n }), 102n);
  for (const obis of ['1-0:16.7.0.255', '1-0:32.7.0.255']) {
    assert.deepEqual(meter.object(3, parseObis(obis))?.read(2, snapshot), { type: 'null-data' });
  }
  assert.deepEqual(snapshot.sample.values.get('power'), { kind: 'missing', reason: 'out-of-range' });
  assert.deepEqual(meter.object(3, parseObis('1-0:1.8.0.255'))?.read(2, snapshot), {
    type: 'long64-unsigned',
    value: 1_234_567n,
  });
  assert.deepEqual(snapshot.state, new Set(['value-missing']));
});

test('the greatest and the smallest value that fit are values', () => {
  const meter = exampleMeter();
  const snapshot = meter.accept(exampleSample({ ...goodValues, power: -(2n ** 31n), energy: 2n ** 64n - 1n }), 101n);
  assert.equal(snapshot.sample.values.get('power')?.kind, 'value');
  assert.equal(snapshot.sample.values.get('energy')?.kind, 'value');
});

test('a name in another form is refused', () => {
  for (const id of ['', 'meter', '1SIE0012345678.sm', 'a.sm.eu', `${'a'.repeat(64)}.sm`, 'a b.sm', '.sm', 'ä.sm']) {
    assert.throws(
      () =>
        new SampledDevice({
          id,
          meterNumber: '',
          locationId: '',
          rows: [],
          start: { at: START, sequenceNumber: 1n },
        }),
      { code: 'LDEV_ID_INVALID', fault: 'configuration' },
      id,
    );
  }
});

test('every attribute reads as one of the types that its class promises', () => {
  const meter = exampleMeter();
  const snapshots = [meter.snapshot(), meter.accept(exampleSample(), 101n), meter.accept(exampleSample({}), 102n)];
  for (const object of meter.objects) {
    for (const { id, types } of object.interfaceClass.attributes) {
      for (const snapshot of snapshots) {
        const read = object.read(id, snapshot) ?? assert.fail();
        assert.ok(types.includes(read.type), `${object.name} ${id}: ${read.type}`);
      }
    }
  }
});
