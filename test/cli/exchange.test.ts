import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openJournalReader } from '#journal/journal-reader.ts';
import { type RunningCommand, startCommand } from '../support/commands.ts';
import { sealmeter } from '../support/in-process.ts';
import { deviceAt, writeMeterConfiguration } from '../support/meter-configuration.ts';

const LDEV = '1sie0012345678.sm';

describe('sealmeter exchange', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-exchange-'));
  const file = (name: string): string => join(folder, name);
  const config = file('meter/meter.yaml');
  let simulator: RunningCommand;

  before(async () => {
    assert.equal((await sealmeter(['pki', 'init', folder])).code, 0);
    simulator = await startCommand(['simulate', 'pac3200']);
    writeMeterConfiguration(folder, { devices: [deviceAt(simulator.ready, { meterNumber: '2222' })] });
  });
  after(async () => {
    await simulator.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  const exchange = (old: string, device = LDEV) =>
    sealmeter(['exchange', '--config', config, '--device', device, '--old', old, '--by', 'A. Fitter', '--json']);

  test('seals the initial readings, and joins them to the last capture of the old meter', async () => {
    for (const [old, finalCapture] of [
      ['1111', 0],
      ['1112', 1],
    ] as const) {
      const { code, stdout, stderr } = await exchange(old);
      assert.equal(code, 0, stderr);
      const initialCapture = finalCapture + 1;
      assert.deepEqual(JSON.parse(stdout), { finalCapture, initialCapture, event: initialCapture });
    }
    const where = ['--journal', file('state/journal'), '--meter', file('meter/signature.pem')];
    const verified = await sealmeter(['journal', 'verify', ...where]);
    assert.equal(verified.code, 0, verified.stdout);
    using journal = openJournalReader(file('state/journal'));
    const [event] = journal.events.read({ book: 'calibration' });
    assert.equal(event?.name, 'device-exchanged');
    assert.deepEqual([event.data['oldMeterNumber'], event.data['newMeterNumber']], ['1111', '2222']);
  });

  test('keeps apart in OCMF which readings are of which meter', async () => {
    const args = ['--journal', file('state/journal'), '--format', 'ocmf', '--config', config];
    const { code, stdout, stderr } = await sealmeter(['journal', 'export', ...args]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      [...stdout.matchAll(/"PG":"(F\d)".*"MS":"(\d+)"/g)].map(([, page, serial]) => [page, serial]),
      [
        ['F1', '1112'],
        ['F2', '2222'],
      ],
    );
  });

  test('was used wrongly where the configuration still has the old number, or no such device', async () => {
    assert.match((await exchange('2222')).stderr, /the configuration still says 2222 \[USAGE\]/);
    assert.equal((await exchange('1111', '1sie0000000000.sm')).code, 2);
  });

  test('records nothing while the new meter does not answer', async () => {
    await simulator.stop('SIGTERM');
    const { code, stderr } = await exchange('1113');
    assert.equal(code, 1);
    assert.match(stderr, /\[EXCHANGE_NOT_READ\]/);
    using journal = openJournalReader(file('state/journal'));
    assert.equal(journal.captures.last(LDEV)?.number, 2);
  });
});
