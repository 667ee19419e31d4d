import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import type { DasConfiguration } from '#cli/das-schema.ts';
import type { MetersAnswer } from '#das/api-types.ts';
import { type RunningCommand, runProgram, sealmeter, startCommand } from '../support/commands.ts';
import { program } from '../support/programs.ts';

const curl = program('curl');
const openssl = program('openssl');
const LDEV = '1sie0012345678.sm';

describe('a DAS reads the meter of the demo', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-das-'));
  const file = (name: string): string => join(folder, name);
  let demo: RunningCommand;

  before(async () => {
    demo = await startCommand(['demo', '--dir', folder, '--port', '0']);
  });
  after(async () => {
    await demo.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  const urls = () => JSON.parse(readFileSync(file('urls.json'), 'utf8')) as Readonly<Record<string, string>>;

  /** Whoever asks the demo from this machine is let in. */
  async function ask(das: string, target: string): Promise<string> {
    const cookies = ['--cookie', file('cookies'), '--cookie-jar', file('cookies')];
    const common = ['--silent', '--show-error', '--fail-with-body', '--cacert', file('pki/tls-root.pem'), ...cookies];
    await runProgram(curl, [...common, `${das}/api/session`]);
    const { code, stdout, stderr } = await runProgram(curl, [...common, `${das}${target}`]);
    assert.equal(code, 0, stderr + stdout);
    return stdout;
  }

  async function untilRead(das: string, id = LDEV): Promise<MetersAnswer['meters'][number]> {
    for (;;) {
      const { meters } = JSON.parse(await ask(das, '/api/meters')) as MetersAnswer;
      const meter = meters.find((candidate) => candidate.id === id);
      if (meter !== undefined && meter.lastReadingAt !== null) return meter;
      await wait(200);
    }
  }

  test('within ten seconds there is a reading that is proven', async () => {
    const started = performance.now();
    const { lastVerdict, certificateDays, gaps } = await untilRead(urls()['das'] ?? '');
    assert.ok(performance.now() - started < 10_000);
    assert.deepEqual([lastVerdict, gaps], ['proven', 0]);
    assert.ok((certificateDays ?? 0) > 700);
  });

  test('a DAS of its own starts from a copy of the configuration, and goes on after a kill', async () => {
    const configuration = parse(readFileSync(file('das/das.yaml'), 'utf8')) as DasConfiguration;
    const copy = { ...configuration, state: 'own-state', listen: { ...configuration.listen, port: 0 } };
    writeFileSync(file('das/own.yaml'), stringify(copy));
    let das = await startCommand(['das', '--config', file('das/own.yaml')]);
    const first = await untilRead(das.ready);
    await das.stop('SIGKILL');
    das = await startCommand(['das', '--config', file('das/own.yaml')]);
    const second = await untilRead(das.ready);
    assert.ok(String(second.lastReadingAt) >= String(first.lastReadingAt));
    const copied = await sealmeter(['das', 'backup', file('das/copy.db'), '--config', file('das/own.yaml')]);
    assert.deepEqual([copied.code, copied.stdout], [0, `${file('das/copy.db')}\n`], copied.stderr);
    assert.equal(await das.stop('SIGTERM'), 0);
  });

  test('a meter is added when its fingerprint has been compared, and a running DAS takes it up', async () => {
    const configuration = parse(readFileSync(file('das/das.yaml'), 'utf8')) as DasConfiguration;
    const empty = { ...configuration, state: 'other-state', listen: { ...configuration.listen, port: 0 }, meters: [] };
    writeFileSync(file('das/other.yaml'), `# kept as it was written\n${stringify(empty)}`);
    await using das = await startCommand(['das', '--config', file('das/other.yaml')]);
    const certificate = file('das/meter-signature.pem');
    const adding = ['das', 'add', demo.ready, '--config', file('das/other.yaml'), '--certificate', certificate];

    const wrong = await sealmeter([...adding, '--yes', '--fingerprint', `sha256:${'0'.repeat(64)}`]);
    assert.equal(wrong.code, 1, wrong.stderr);
    const nowhere = await sealmeter([...adding, '--zone', 'Mars/Olympus']);
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.stderr, /no time zone "Mars\/Olympus" \[ZONE_UNKNOWN\]/);
    const declined = await sealmeter(adding, { input: 'no\n' });
    assert.equal(declined.code, 1, declined.stderr);
    assert.match(declined.stderr, /sealed with .*1sie0012345678/);
    assert.doesNotMatch(readFileSync(file('das/other.yaml'), 'utf8'), /1sie0012345678/);
    const ofOther = await sealmeter([...adding.slice(0, -1), file('das/signature.pem')], { input: 'yes\n' });
    assert.match(ofOther.stderr, /METER_CERTIFICATE_OTHER/);

    const { stdout } = await runProgram(openssl, ['x509', '-in', certificate, '-noout', '-fingerprint', '-sha256']);
    const fingerprint = `sha256:${stdout.split('=')[1]?.trim().replaceAll(':', '').toLowerCase()}`;
    const added = await sealmeter([...adding, '--yes', '--fingerprint', fingerprint, '--name', 'At home']);
    assert.equal(added.code, 0, added.stderr);
    assert.match(readFileSync(file('das/other.yaml'), 'utf8'), /^# kept as it was written\n/);
    const taken = await untilTaken(das.ready);
    assert.equal(taken.name, 'At home');
  });

  async function untilTaken(das: string): Promise<MetersAnswer['meters'][number]> {
    for (;;) {
      const { meters } = JSON.parse(await ask(das, '/api/meters')) as MetersAnswer;
      const [meter] = meters;
      if (meter !== undefined) return meter;
      await wait(200);
    }
  }
});

test('a configuration that cannot be is refused with line and path', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-das-'));
  try {
    writeFileSync(join(folder, 'das.yaml'), 'listen: { host: 127.0.0.1, port: 70000, certificate: a, key: b }\n');
    const { code, stderr } = await sealmeter(['das', '--config', join(folder, 'das.yaml')]);
    assert.equal(code, 2);
    assert.match(stderr, /das\.yaml:\d+:\d+ .*\[FILE_AGAINST_SCHEMA\]/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
