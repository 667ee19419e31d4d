import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formerMetersOf } from '#cli/journal/former-meters.ts';
import { open } from '../journal/support/journals.ts';
import { METER_ID } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('the calibration book tells which meters were behind a device, of which model, and up to which capture', () => {
  using journal = open(temporaryFolder());
  const describe = (device: string, model: string): void => {
    journal.log({ name: 'description-identified', data: { device, model, sha256: '' } });
  };
  const exchange = (device: string, oldMeterNumber: string, initialCapture: bigint): void => {
    const joined = { newMeterNumber: 'new', finalCapture: initialCapture - 1n, initialCapture, by: 'A. Fitter' };
    journal.log({ name: 'device-exchanged', data: { device, oldMeterNumber, ...joined } });
  };
  exchange(METER_ID, '1', 10n);
  describe(METER_ID, 'sdm630');
  describe('another.sm', 'pac3200-lab');
  exchange('another.sm', '7', 5n);
  exchange(METER_ID, '2', 20n);
  describe(METER_ID, 'pac3200');
  assert.deepEqual(formerMetersOf(METER_ID, journal.events), [
    { meterNumber: '1', model: undefined, until: 10 },
    { meterNumber: '2', model: 'sdm630', until: 20 },
  ]);
  assert.deepEqual(formerMetersOf('1sie0000000000.sm', journal.events), []);
});
