import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SealmeterError } from '#core/errors.ts';
import { parseObis } from '#core/obis.ts';
import { AccessRefusal, accessRefusals } from '#cosem/access-result.ts';
import { cosemEvents } from '#cosem/events.ts';
import { choice, i8, name, struct, text, u8, u16 } from './support/data.ts';
import { StandardMeter, verdict, zero } from './support/standard-meter.ts';

const BREAKER = [70, '0-0:96.3.10.255'] as const;

test('a write is recorded with its place, the value before and the value', async () => {
  const meter = new StandardMeter();
  assert.equal(verdict(await meter.write(...BREAKER, 4, choice(2))), 'done');
  assert.deepEqual(meter.read(...BREAKER, 4), choice(2));
  assert.deepEqual(meter.sink.events, [
    {
      name: 'setting-changed',
      at: meter.context().at,
      ldev: meter.device.id,
      actor: 'grid',
      member: { kind: 'attribute', classId: 70, logicalName: parseObis(BREAKER[1]), id: 4 },
      data: struct(u16(70), name(BREAKER[1]), i8(4), choice(4), choice(2)),
    },
  ]);
});

test('a method is recorded with its parameter', async () => {
  const meter = new StandardMeter();
  assert.equal(verdict(await meter.invoke(...BREAKER, 1)), 'done');
  assert.deepEqual(
    meter.sink.events.map(({ name, data }) => ({ name, data })),
    [{ name: 'disconnect-ordered', data: struct(u16(70), name(BREAKER[1]), i8(1), zero) }],
  );
});

test('what was written outlives the object', async () => {
  const meter = new StandardMeter();
  await meter.write(...BREAKER, 4, choice(6));
  const again = new StandardMeter({ parameters: meter.parameters });
  assert.deepEqual(again.read(...BREAKER, 4), choice(6));
});

test('nothing happens that cannot be recorded', async () => {
  const meter = new StandardMeter();
  meter.sink.refusal = new AccessRefusal('CALIBRATION_BOOK_FULL');
  assert.equal(verdict(await meter.write(...BREAKER, 4, choice(2))), 'CALIBRATION_BOOK_FULL');
  assert.equal(verdict(await meter.invoke(...BREAKER, 1)), 'CALIBRATION_BOOK_FULL');
  assert.deepEqual(meter.read(...BREAKER, 4), choice(4));
  assert.equal(meter.breaker.current, 'connected');
});

test('what the device does not do is a refusal, recorded after what it belies', async () => {
  const meter = new StandardMeter();
  meter.breaker.fault = new SealmeterError('device', 'MODBUS_TIMEOUT', 'no reply');
  const outcome = await meter.invoke(...BREAKER, 1);
  assert.equal(verdict(outcome), 'HARDWARE_FAULT');
  assert.deepEqual(outcome.kind === 'refused' && [outcome.refusal.accessResult, outcome.refusal.message], [
    1,
    'no reply',
  ]);
  assert.deepEqual(meter.sink.taken(), ['disconnect-ordered by grid', 'order-failed by grid']);
});

test('a mistake of ours is not taken for a refusal', async () => {
  const meter = new StandardMeter();
  meter.breaker.fault = new TypeError('a slip');
  await assert.rejects(() => meter.invoke(...BREAKER, 1), { message: 'a slip' });
});

/** What is asked of an object that does not do it: the code, and what DLMS calls it. */
const REFUSALS = [
  [
    'an attribute that is not there',
    (meter: StandardMeter) => meter.write(...BREAKER, 5, u8(0)),
    'ATTRIBUTE_UNDEFINED',
    4,
  ],
  [
    'an attribute that is read only',
    (meter: StandardMeter) => meter.write(...BREAKER, 2, u8(0)),
    'ATTRIBUTE_READ_ONLY',
    3,
  ],
  ['its logical name', (meter: StandardMeter) => meter.write(...BREAKER, 1, text('abcdef')), 'ATTRIBUTE_READ_ONLY', 3],
  ['a value of another type', (meter: StandardMeter) => meter.write(...BREAKER, 4, u8(1)), 'TYPE_UNMATCHED', 12],
  [
    'a value beyond the range',
    (meter: StandardMeter) => meter.write(...BREAKER, 4, choice(7)),
    'VALUE_NOT_ALLOWED',
    250,
  ],
  ['a method that is not there', (meter: StandardMeter) => meter.invoke(...BREAKER, 3), 'METHOD_UNDEFINED', 4],
  ['a method never run', (meter: StandardMeter) => meter.invoke(3, '1-0:1.8.0.255', 1), 'METHOD_UNAVAILABLE', 11],
  ['a parameter of another type', (meter: StandardMeter) => meter.invoke(...BREAKER, 1, u8(0)), 'TYPE_UNMATCHED', 12],
] as const;

for (const [what, ask, code, accessResult] of REFUSALS) {
  test(`refused, and not recorded: ${what}`, async () => {
    const meter = new StandardMeter();
    const outcome = await ask(meter);
    assert.equal(verdict(outcome), code);
    assert.equal(outcome.kind === 'refused' && outcome.refusal.accessResult, accessResult);
    assert.deepEqual(meter.sink.events, []);
  });
}

test('an object says what it takes and what it runs', () => {
  const meter = new StandardMeter();
  const breaker = meter.object(...BREAKER);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((id) => breaker.canWrite(id)),
    [false, false, false, true, false],
  );
  assert.deepEqual(
    [1, 2, 3].map((id) => breaker.canInvoke(id)),
    [true, true, false],
  );
  assert.equal(meter.object(3, '1-0:1.8.0.255').canInvoke(1), false);
});

test('every refusal tells its fault, its number in DLMS and what to do', () => {
  for (const [code, { accessResult, says, mend }] of Object.entries(accessRefusals)) {
    assert.ok(accessResult > 0 && accessResult <= 250, code);
    assert.ok(says !== '' && mend !== '', code);
  }
});

test('every event belongs to a book', () => {
  assert.deepEqual([...new Set(Object.values(cosemEvents).map(({ book }) => book))].sort(), ['calibration', 'system']);
});
