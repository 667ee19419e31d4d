import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordExchange } from '#journal/device-exchange.ts';
import { goodValues, METER_ID } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newCapture, open } from './support/journals.ts';

const NUMBERS = { device: METER_ID, oldMeterNumber: '12345678', newMeterNumber: '87654321', by: 'fitter 7' };

const final = newCapture(3);
const initial = newCapture(4, { values: { ...goodValues, energy: 12n } });

test('an exchange is recorded with the final and the initial readings, and the event that joins them', () => {
  using journal = open(temporaryFolder());
  journal.capture(newCapture(1));
  assert.deepEqual(recordExchange(journal, { ...NUMBERS, final, initial }), {
    finalCapture: 2,
    initialCapture: 3,
    event: 1,
  });
  const [event] = journal.events.read({ book: 'calibration' });
  assert.deepEqual(event?.data, { ...NUMBERS, finalCapture: 2n, initialCapture: 3n });
  const readings = Array.from(journal.captures.read({ device: METER_ID, first: 2 }), ({ values }) =>
    values.get('energy'),
  );
  assert.deepEqual(
    readings.map((measured) => (measured?.kind === 'value' ? measured.quantity.value : undefined)),
    [1_234_567n, 12n],
  );
});

test('of a device that cannot be read any more the last capture is the final one', () => {
  using journal = open(temporaryFolder());
  journal.capture(newCapture(1));
  const recorded = recordExchange(journal, { ...NUMBERS, final: undefined, initial });
  assert.deepEqual(recorded, { finalCapture: 1, initialCapture: 2, event: 1 });
});

test('a device that never was captured has no final capture', () => {
  using journal = open(temporaryFolder());
  assert.equal(recordExchange(journal, { ...NUMBERS, final: undefined, initial }).finalCapture, 0);
});

test('an exchange is refused when the calibration book is full, and then nothing of it is kept', () => {
  using journal = open(temporaryFolder(), { calibrationCapacity: 1 });
  journal.log({ name: 'firmware-identified', data: { version: '1', sha256: '00' } });
  assert.throws(() => recordExchange(journal, { ...NUMBERS, final, initial }), { code: 'CALIBRATION_BOOK_FULL' });
  assert.equal(journal.captures.last(METER_ID), undefined);
});
