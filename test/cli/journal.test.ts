import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { silentLog } from '#core/log.ts';
import { Instant, Minutes } from '#core/time.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { columnsOf } from '#journal/capture-columns.ts';
import { ALL_RIGHTS } from '#meter/all-rights.ts';
import { journalFolder, MeterJournal } from '#meter/meter-journal.ts';
import { Sealing } from '#meter/sealing.ts';
import { snapshotReading } from '#representation/reading.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { runProgram } from '../support/commands.ts';
import { exampleMeter, exampleRows, exampleSample, goodValues, METER_ID } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { sealmeter } from '../support/in-process.ts';
import { deviceAt, writeMeterConfiguration } from '../support/meter-configuration.ts';
import { program } from '../support/programs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Long ago, so that the machine's clock is later wherever the test runs. */
const START = Instant(Date.UTC(2020, 0, 1));

describe('sealmeter journal', { timeout: 60_000 }, () => {
  const folder = temporaryFolder();
  const file = (name: string): string => join(folder, name);
  const certificate = file('meter/signature.pem');
  const config = file('meter/meter.yaml');
  const journal = ['--journal', journalFolder(file('state'))];
  const where = [...journal, '--meter', certificate];

  before(async () => {
    assert.equal((await sealmeter(['pki', 'init', folder])).code, 0);
    writeMeterConfiguration(folder, { devices: [deviceAt('127.0.0.1:502', { meterNumber: '12345678' })] });
    await journalCaptures(3);
  });

  /** As the meter of the configuration would have done it. */
  async function journalCaptures(count: number): Promise<void> {
    const signer = softwareSigner({
      certificatePem: readFileSync(certificate, 'utf8'),
      privateKeyPem: readFileSync(file('meter/signature.key'), 'utf8'),
    });
    await using meterJournal = new MeterJournal({
      stateFolder: file('state'),
      program: { version: '1.2.3', sha256: new Uint8Array(32) },
      sealing: new Sealing(signer),
      clock: new FakeClock(START),
      log: silentLog,
    });
    const device = exampleMeter();
    for (let number = 1; number <= count; number++) {
      const captureTime = Instant(START + number * Minutes(15));
      const sample = exampleSample({ ...goodValues, energy: BigInt(number) }, Instant(captureTime + 137));
      const snapshot = device.accept(sample, 100n + BigInt(number));
      const unsigned = writeMeasurementData(snapshotReading(device, snapshot, ALL_RIGHTS));
      const columns = columnsOf(exampleRows);
      await meterJournal.capture({ device: METER_ID, captureTime, snapshot, columns, unsigned });
    }
  }

  test('verify proves every row', async () => {
    const { code, stdout } = await sealmeter(['journal', 'verify', ...where]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, new RegExp(`captures/${METER_ID}: 1 to 3, 3 proven, sealed by a checkpoint up to 3\n`));
    assert.match(stdout, /\nproven\n$/);
  });

  test('verify with the certificate of somebody else names the first row, and exits with 1', async () => {
    const other = file('das/signature.pem');
    const { code, stdout } = await sealmeter(['journal', 'verify', ...journal, '--meter', other, '--json']);
    assert.equal(code, 1);
    const { isGood, firstBad } = JSON.parse(stdout) as { isGood: boolean; firstBad: { where: string } };
    assert.deepEqual([isGood, firstBad.where], [false, 'checkpoints 1']);
  });

  test('verify of a folder without a journal was used wrongly', async () => {
    const { code, stderr } = await sealmeter(['journal', 'verify', '--journal', file('pki'), '--meter', certificate]);
    assert.equal(code, 2);
    assert.match(stderr, /\[JOURNAL_/);
  });

  test('export gives documents that xmlsec1 verifies', async () => {
    const to = file('documents');
    const { code, stdout, stderr } = await sealmeter(['journal', 'export', ...journal, '--to', to]);
    assert.equal(code, 0, stderr);
    const documents = stdout.trimEnd().split('\n');
    assert.deepEqual(
      documents.map((path) => basename(path)),
      ['1-20200101T001500Z', '2-20200101T003000Z', '3-20200101T004500Z'].map((end) => `${METER_ID}-0000000${end}.xml`),
    );
    for (const document of documents) {
      const verified = await runProgram(program('xmlsec1'), ['--verify', '--pubkey-cert-pem', certificate, document]);
      assert.equal(verified.code, 0, verified.stderr);
    }
  });

  test('export gives CSV of a range', async () => {
    const range = ['--format', 'csv', '--from', '2020-01-01T00:30:00Z', '--until', '2020-01-01T00:45:00Z'];
    const { code, stdout } = await sealmeter(['journal', 'export', ...journal, ...range]);
    assert.equal(code, 0);
    const [heading, line, ...more] = stdout.trimEnd().split('\r\n');
    assert.match(heading ?? '', /^device,number,.*energy \[Wh\]/);
    assert.match(line ?? '', new RegExp(`^${METER_ID},2,`));
    assert.deepEqual(more, []);
  });

  test('export gives OCMF records of the energies, which OpenSSL verifies', async () => {
    const args = ['--format', 'ocmf', '--config', config];
    const { code, stdout, stderr } = await sealmeter(['journal', 'export', ...journal, ...args]);
    assert.equal(code, 0, stderr);
    const [record = '', ...more] = stdout.trimEnd().split('\n');
    assert.equal(more.length, 2);
    const [, payload = '', signature = ''] = record.split('|');
    assert.match(payload, /"MM":"SENTRON PAC3200"/);
    const { SD } = JSON.parse(signature) as { SD: string };
    writeFileSync(file('payload'), payload);
    writeFileSync(file('signature'), Buffer.from(SD, 'hex'));
    const { stdout: key } = await runProgram(program('openssl'), ['x509', '-in', certificate, '-pubkey', '-noout']);
    writeFileSync(file('key.pem'), key);
    const check = ['dgst', '-sha256', '-verify', file('key.pem'), '-signature', file('signature'), file('payload')];
    assert.match((await runProgram(program('openssl'), check)).stdout, /Verified OK/);
  });

  test('a backup verifies, and takes the place of the journal', async () => {
    const copy = file('copy.sqlite');
    assert.equal((await sealmeter(['journal', 'backup', ...journal, copy])).code, 0);
    assert.equal((await sealmeter(['journal', 'backup', ...journal, copy])).code, 2);
    const verified = await sealmeter(['journal', 'verify', '--journal', copy, '--meter', certificate]);
    assert.equal(verified.code, 0, verified.stdout);
    const restored = await sealmeter(['journal', 'restore', '--config', config, copy]);
    assert.equal(restored.code, 0, restored.stderr);
    assert.equal(restored.stdout, '');
    const { code, stdout } = await sealmeter(['journal', 'verify', ...where]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /2 checkpoints proven/);
  });

  for (const { args, says } of [
    { args: ['export', '--format', 'pdf'], says: /there is no format "pdf"/ },
    { args: ['export', '--format', 'csv', '--from', 'today'], says: /--from "today" is no time/ },
    { args: ['export'], says: /--to is missing/ },
    {
      args: ['export', '--device', 'other.sm'],
      says: /no captures of other\.sm \[USAGE\]\n {2}give --device and one of: /,
    },
    { args: ['restore'], says: /--config is missing/ },
  ]) {
    test(`${args.join(' ')} was used wrongly`, async () => {
      const [name = '', ...rest] = args;
      const { code, stderr } = await sealmeter(['journal', name, ...(name === 'export' ? journal : []), ...rest]);
      assert.equal(code, 2);
      assert.match(stderr, says);
    });
  }
});
