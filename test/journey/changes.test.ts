import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import { openJournalReader } from '#journal/journal-reader.ts';
import { type RunningCommand, runProgram, sealmeter, startCommand } from '../support/commands.ts';
import { program } from '../support/programs.ts';

const curl = program('curl');
const LDEV = '1sie0012345678.sm';
const CONTAINER = `/cosem/ldevs/${LDEV}/containers/0-0000630100ff`;
const MEDIA_TYPE = 'application/vnd.de-dke-k461-cosem+xml';

describe('a client that listens, and changes something', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-changes-'));
  const file = (name: string): string => join(folder, name);
  const config = file('meter/meter.yaml');
  let simulator: RunningCommand;
  let meter: RunningCommand;

  before(async () => {
    assert.equal((await sealmeter(['pki', 'init', folder])).code, 0);
    simulator = await startCommand(['simulate', 'pac3200']);
    const [host, port] = simulator.ready.split(':');
    const configuration = {
      listen: { host: '127.0.0.1', port: 0 },
      tls: { certificate: 'tls.pem', key: 'tls.key', clientRoots: ['../pki/tls-root.pem'] },
      revocation: { mode: 'off' },
      signature: { certificate: 'signature.pem', key: 'signature.key' },
      state: '../state',
      management: { id: '1sme0000000001.sm' },
      devices: [{ id: LDEV, model: 'pac3200', modbus: { host, port: Number(port) } }],
      clients: [{ id: 'das', role: 'administrator', tls: ['../das/tls.pem'], signature: ['das-signature.pem'] }],
    };
    writeFileSync(config, stringify(configuration));
    meter = await startCommand(['meter', '--config', config]);
  });
  after(async () => {
    await meter.stop('SIGTERM');
    await simulator.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  const ask = (target: string, ...args: readonly string[]) => {
    const identity = [
      '--cacert',
      file('pki/tls-root.pem'),
      '--cert',
      file('das/tls.pem'),
      '--key',
      file('das/tls.key'),
    ];
    return runProgram(curl, ['--silent', '--show-error', ...identity, ...args, `${meter.ready}${target}`]);
  };

  test('hears of samples as they come', async () => {
    const { stdout } = await ask(`/cosem/ldevs/${LDEV}/live`, '--no-buffer', '--max-time', '3');
    assert.ok((stdout.match(/^data: /gm) ?? []).length >= 1, stdout);
  });

  test('keeps a container, which is in the book and there after a restart', async () => {
    const object = '<object class-id="3" id="0100010800ff" version="0"/>';
    const objects = `<objects count="1">${object}</objects>`;
    writeFileSync(
      file('container.xml'),
      `<container xmlns="urn:k461-dke-de:cor-1" id="0-0000630100ff">${objects}</container>`,
    );
    const type = ['--header', `Content-Type: ${MEDIA_TYPE}`];
    const signing = ['--dir', folder, '--body', file('container.xml'), ...type];
    const signed = await sealmeter(['sign-request', 'PUT', `${meter.ready}${CONTAINER}`, ...signing]);
    assert.equal(signed.code, 0, signed.stderr);
    writeFileSync(file('headers'), signed.stdout);
    const body = ['--request', 'PUT', '--data-binary', `@${file('container.xml')}`, ...type];
    const kept = await ask(CONTAINER, '--fail-with-body', ...body, '--header', `@${file('headers')}`);
    assert.equal(kept.code, 0, kept.stdout);
    await meter.stop('SIGKILL');
    meter = await startCommand(['meter', '--config', config]);
    const { code, stdout } = await ask(CONTAINER, '--fail-with-body');
    assert.equal(code, 0, stdout);
    assert.match(stdout, /<object class-id="3" id="0100010800ff"/);
    using journal = openJournalReader(file('state/journal'));
    const names = [...journal.events.read({ book: 'system' })].map(({ name }) => name);
    assert.ok(names.includes('setting-changed'), names.join(', '));
  });

  test('does not keep a meter from stopping in order while it listens', async () => {
    const listening = ask(`/cosem/ldevs/${LDEV}/live`, '--no-buffer', '--max-time', '20');
    // A second listener that has heard something: the first one, asked before, listens by then.
    await ask(`/cosem/ldevs/${LDEV}/live`, '--no-buffer', '--max-time', '2');
    assert.equal(await meter.stop('SIGTERM'), 0);
    assert.match((await listening).stdout, /^data: /m);
  });
});
