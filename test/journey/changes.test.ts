import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openJournalReader } from '#journal/journal-reader.ts';
import { type RunningCommand, runProgram, sealmeter, startCommand } from '../support/commands.ts';
import { curlIdentity } from '../support/curl-identity.ts';
import { deviceAt, writeMeterConfiguration } from '../support/meter-configuration.ts';
import { program } from '../support/programs.ts';
import { makeSigningKey } from '../support/signing-keys.ts';

const curl = program('curl');
const LDEV = '1sie0012345678.sm';
const maker = makeSigningKey();
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
    writeFileSync(file('maker.pem'), maker.certificatePem);
    mkdirSync(file('images'));
    writeFileSync(file('set-clock'), `#!/bin/sh\nprintf '%s' "$*" > '${file('told')}'\n`, { mode: 0o700 });
    simulator = await startCommand(['simulate', 'pac3200']);
    writeMeterConfiguration(folder, {
      devices: [deviceAt(simulator.ready)],
      clock: { source: 'none', setBy: '../set-clock' },
      images: { makers: ['../maker.pem'], handTo: '../images' },
    });
    meter = await startCommand(['meter', '--config', config]);
  });
  after(async () => {
    await meter.stop('SIGTERM');
    await simulator.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  const ask = (target: string, ...args: readonly string[]) =>
    runProgram(curl, ['--silent', '--show-error', ...curlIdentity(folder), ...args, `${meter.ready}${target}`]);

  test('hears of samples as they come', async () => {
    const { stdout } = await ask(`/cosem/ldevs/${LDEV}/live`, '--no-buffer', '--max-time', '3');
    assert.ok((stdout.match(/^data: /gm) ?? []).length >= 1, stdout);
  });

  /** A signed request with a body of XML. */
  async function send(method: 'PUT' | 'POST', target: string, body: string) {
    writeFileSync(file('body.xml'), body);
    const type = ['--header', `Content-Type: ${MEDIA_TYPE}`];
    const signing = ['--dir', folder, '--body', file('body.xml'), ...type];
    const signed = await sealmeter(['sign-request', method, `${meter.ready}${target}`, ...signing]);
    assert.equal(signed.code, 0, signed.stderr);
    writeFileSync(file('headers'), signed.stdout);
    const sending = ['--request', method, '--data-binary', `@${file('body.xml')}`, ...type];
    return await ask(target, '--fail-with-body', ...sending, '--header', `@${file('headers')}`);
  }

  test('has the clock set by the program of the operator, which the calibration book told before', async () => {
    const clock = '/cosem/ldevs/1sme0000000001.sm/objects/8-0000010000ff/attributes/2';
    const time = '<octet-string xmlns="urn:k461-dke-de:cod-1">07ea0b1405090f0000000000</octet-string>';
    const { code, stdout } = await send(
      'PUT',
      clock,
      `<attribute xmlns="urn:k461-dke-de:cor-1" id="2">${time}</attribute>`,
    );
    assert.equal(code, 0, stdout);
    assert.equal(readFileSync(file('told'), 'utf8'), '2026-11-20T09:15:00.000Z');
    using journal = openJournalReader(file('state/journal'));
    const names = [...journal.events.read({ book: 'calibration' })].map(({ name }) => name);
    assert.ok(names.includes('clock-set'), names.join(', '));
  });

  test('transfers an image block by block; the meter verifies it and hands it over', async () => {
    const code = new Uint8Array(20_000).map((_, index) => index);
    const image = Buffer.concat([code, await maker.signer.sign(code)]);
    const object = '/cosem/ldevs/1sme0000000001.sm/objects/18-00002c0000ff';
    const enabled = '<boolean xmlns="urn:k461-dke-de:cod-1">true</boolean>';
    const allowed = `<attribute xmlns="urn:k461-dke-de:cor-1" id="5">${enabled}</attribute>`;
    assert.equal((await send('PUT', `${object}/attributes/5`, allowed)).code, 0);
    const run = async (method: number, parameter: string): Promise<void> => {
      const value = parameter.replace('>', ' xmlns="urn:k461-dke-de:cod-1">');
      const body = `<methodRequestParameter xmlns="urn:k461-dke-de:cor-1">${value}</methodRequestParameter>`;
      const sent = await send('POST', `${object}/methods/${method}`, body);
      assert.equal(sent.code, 0, sent.stdout);
    };
    const number = (value: number) => `<double-long-unsigned>${value}</double-long-unsigned>`;
    await run(1, `<structure><octet-string>76322e30</octet-string>${number(image.length)}</structure>`);
    for (const block of [1, 0]) {
      const bytes = image.subarray(block * 16_384, (block + 1) * 16_384).toString('hex');
      await run(2, `<structure>${number(block)}<octet-string>${bytes}</octet-string></structure>`);
    }
    await run(3, '<integer>0</integer>');
    assert.deepEqual(readdirSync(file('images')), []);
    await run(4, '<integer>0</integer>');
    const digest = createHash('sha256').update(image).digest('hex');
    assert.deepEqual(readFileSync(file(`images/${digest}.image`)), image);
  });

  test('keeps a container, which is in the book and there after a restart', async () => {
    const object = '<object class-id="3" id="0100010800ff" version="0"/>';
    const objects = `<objects count="1">${object}</objects>`;
    const body = `<container xmlns="urn:k461-dke-de:cor-1" id="0-0000630100ff">${objects}</container>`;
    const kept = await send('PUT', CONTAINER, body);
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
