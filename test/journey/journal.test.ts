import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openJournalReader } from '#journal/journal-reader.ts';
import { type RunningCommand, runProgram, sealmeter, startCommand } from '../support/commands.ts';
import { deviceAt, writeMeterConfiguration } from '../support/meter-configuration.ts';
import { program } from '../support/programs.ts';

const LDEV = '1sie0012345678.sm';

describe('a meter that is killed while it journals', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-killed-'));
  const file = (name: string): string => join(folder, name);
  const config = file('meter/meter.yaml');
  const journal = file('state/journal');
  const certificate = file('meter/signature.pem');
  let simulator: RunningCommand;

  before(async () => {
    assert.equal((await sealmeter(['pki', 'init', folder])).code, 0);
    simulator = await startCommand(['simulate', 'pac3200']);
    writeMeterConfiguration(folder, { devices: [deviceAt(simulator.ready)], capture: { period: '1 s' } });
  });
  after(async () => {
    await simulator.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  /** The number of the last capture that the disk has. */
  function lastCapture(): number {
    if (!existsSync(journal)) return 0;
    using reader = openJournalReader(journal);
    return reader.captures.last(LDEV)?.number ?? 0;
  }

  /** Until so many captures are journaled. */
  async function untilCaptured(number: number): Promise<void> {
    while (lastCapture() < number) await wait(100);
  }

  test('loses nothing that it journaled, and goes on above it', async () => {
    const first = await startCommand(['meter', '--config', config]);
    await untilCaptured(3);
    await first.stop('SIGKILL');
    const kept = lastCapture();
    assert.ok(kept >= 3);
    await using second = await startCommand(['meter', '--config', config]);
    await untilCaptured(kept + 2);
    assert.equal(await second.stop('SIGTERM'), 0);
  });

  test('every row of it is proven, and the book says that it did not end in order', async () => {
    const { code, stdout } = await sealmeter(['journal', 'verify', '--journal', journal, '--meter', certificate]);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /\nproven\n$/);
    assert.doesNotMatch(stdout, /without a document/);
    using reader = openJournalReader(journal);
    const ends = [...reader.events.read({ book: 'system' })].flatMap(({ data }) => data['previousEnd'] ?? []);
    assert.deepEqual(ends, ['none', 'unexpected']);
  });

  test('its documents are good evidence for xmlsec1', async () => {
    const to = file('documents');
    const { code, stdout, stderr } = await sealmeter(['journal', 'export', '--journal', journal, '--to', to]);
    assert.equal(code, 0, stderr);
    const documents = stdout.trimEnd().split('\n');
    assert.equal(documents.length, lastCapture());
    const args = ['--verify', '--pubkey-cert-pem', certificate, ...documents];
    const verified = await runProgram(program('xmlsec1'), args);
    assert.equal(verified.code, 0, verified.stderr);
  });
});
