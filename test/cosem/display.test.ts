import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text, u16 } from './support/data.ts';
import { StandardMeter, verdict } from './support/standard-meter.ts';

const MESSAGE = [1, '0-0:96.13.1.255'] as const;

test('a message is shown line by line, and read again', async () => {
  const meter = new StandardMeter();
  assert.deepEqual(meter.read(...MESSAGE, 2), text(''));
  assert.equal(verdict(await meter.write(...MESSAGE, 2, text('Planned outage\n22:00 to 23:00'))), 'done');
  assert.deepEqual(meter.display.shown, ['Planned outage', '22:00 to 23:00']);
  assert.deepEqual(meter.read(...MESSAGE, 2), text('Planned outage\n22:00 to 23:00'));
  assert.deepEqual(meter.sink.taken(), ['message-shown by grid']);
});

test('a message may be sent as a string too', async () => {
  const meter = new StandardMeter();
  for (const type of ['visible-string', 'utf8-string'] as const) {
    assert.equal(verdict(await meter.write(...MESSAGE, 2, { type, value: 'Hello' })), 'done');
    assert.deepEqual(meter.display.shown, ['Hello']);
  }
});

test('what the display cannot show is refused', async () => {
  const meter = new StandardMeter();
  const tooMuch = ['seventeen letters', 'a\nb\nc'];
  for (const message of [...tooMuch, 'Grüße', 'tab\t']) {
    assert.equal(verdict(await meter.write(...MESSAGE, 2, text(message))), 'VALUE_NOT_ALLOWED', message);
  }
  assert.equal(verdict(await meter.write(...MESSAGE, 2, u16(1))), 'TYPE_UNMATCHED');
  assert.deepEqual(meter.display.shown, []);
});

test('a meter without a display has no message', () => {
  assert.ok(!new StandardMeter({}, false).device.objects.some(({ name }) => name.includes('display')));
});
