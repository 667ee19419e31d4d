import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { type RunningCommand, runProgram, sealmeter, startCommand } from '../support/commands.ts';
import { freePort } from '../support/free-port.ts';
import { deviceAt, writeMeterConfiguration } from '../support/meter-configuration.ts';
import { program } from '../support/programs.ts';

describe('one service in front of two meters of different makers', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-several-'));
  const file = (name: string): string => join(folder, name);
  const SIEMENS = '1sie0012345678.sm';
  const EASTRON = '1eas0000000630.sm';
  const running: RunningCommand[] = [];
  let metricsPort = 0;

  before(async () => {
    assert.equal((await sealmeter(['pki', 'init', folder])).code, 0);
    const siemens = await startCommand(['simulate', 'pac3200']);
    const eastron = await startCommand(['simulate', 'sdm630']);
    metricsPort = await freePort();
    const config = writeMeterConfiguration(folder, {
      metrics: { host: '127.0.0.1', port: metricsPort },
      devices: [deviceAt(siemens.ready), deviceAt(eastron.ready, { id: EASTRON, model: 'sdm630' })],
      clients: [{ id: 'das', role: 'service-technician', tls: ['../das/tls.pem'], signature: ['das-signature.pem'] }],
    });
    const meter = await startCommand(['meter', '--config', config]);
    writeFileSync(file('urls.json'), JSON.stringify({ meter: meter.ready }));
    running.push(meter, siemens, eastron);
  });
  after(async () => {
    for (const command of running) await command.stop('SIGTERM');
    rmSync(folder, { recursive: true });
  });

  const get = async (path: string) => {
    const answer = await sealmeter(['get', '--dir', folder, '--revocation', 'off', path]);
    assert.equal(answer.code, 0, answer.stderr);
    return answer.stdout;
  };

  test('both are in the list, after the management device', async () => {
    const { stdout } = await sealmeter(['get', '--dir', folder, '--revocation', 'off', '--unsigned', '/cosem/ldevs/']);
    assert.deepEqual(
      [...stdout.matchAll(/<ldev id="([^"]+)"/g)].map(([, id]) => id),
      ['1sme0000000001.sm', SIEMENS, EASTRON],
    );
  });

  test('the same object of each has its own value and number, sealed', async () => {
    for (const ldev of [SIEMENS, EASTRON]) {
      const document = await get(`/cosem/ldevs/${ldev}/objects/3-0100200700ff/attributes/2`);
      assert.ok(document.includes(`<meter-ident>${ldev}</meter-ident>`));
      const volts = Number(/>(\d+)<\/double-long-unsigned>/.exec(document)?.[1]) / 100;
      assert.ok(volts > 200 && volts < 260, `${volts} V at ${ldev}`);
      assert.match(document, /<error-code>0<\/error-code>/);
    }
  });

  test('a kilowatt-hour counter is published in watt-hours', async () => {
    const document = await get(`/cosem/ldevs/${EASTRON}/objects/3-0100010800ff/attributes/2`);
    assert.match(document, /<integer>0<\/integer><enum>30<\/enum>/);
  });

  test('when one meter is gone, its values are null-data and say why; the other goes on', async () => {
    await running[1]?.stop('SIGKILL');
    const voltage = `/cosem/ldevs/${SIEMENS}/objects/3-0100200700ff/attributes/2`;
    let document = await get(voltage);
    for (let tries = 0; tries < 40 && !document.includes('<null-data'); tries++) document = await get(voltage);
    assert.match(document, /<null-data xmlns="urn:k461-dke-de:cod-1"><\/null-data>/);
    // The first bit is the clock's, which this machine may or may not keep synchronised.
    assert.match(document, /<error-code>1<\/error-code><state>[01]011/);
    const other = await get(`/cosem/ldevs/${EASTRON}/objects/3-0100200700ff/attributes/2`);
    assert.match(other, /<error-code>0<\/error-code>/);
  });

  test('Prometheus is told how both fare, and whom the door has refused', async () => {
    const refused = await runProgram(program('curl'), ['--silent', '--insecure', `${running[0]?.ready}/cosem`]);
    assert.notEqual(refused.code, 0);
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    for (const line of [
      `sealmeter_meter_device_unreachable{device="${SIEMENS}"} 1`,
      `sealmeter_meter_device_unreachable{device="${EASTRON}"} 0`,
      'sealmeter_meter_connections_refused_total{reason="certificate-missing"} 1',
      'sealmeter_meter_connections_refused_total{reason="client-unknown"} 0',
    ]) {
      assert.ok(text.includes(`${line}\n`), `${line} in\n${text}`);
    }
  });

  test('a configuration that names a device twice is refused', async () => {
    const text = readFileSync(file('meter/meter.yaml'), 'utf8');
    const configuration = parse(text) as { state: string; devices: { id: string }[] };
    // The journal of the one that runs is its own.
    configuration.state = '../other-state';
    for (const device of configuration.devices) device.id = SIEMENS;
    writeFileSync(file('meter/twice.yaml'), stringify(configuration));
    const { code, stderr } = await sealmeter(['meter', '--config', file('meter/twice.yaml')]);
    assert.equal(code, 2);
    assert.match(stderr, /\[LDEV_ID_DUPLICATE\]/);
  });
});
