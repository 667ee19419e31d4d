import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { systemClock } from '#core/clock.ts';
import { startMeter } from '#meter/meter.ts';
import { completePki, DEVELOPMENT_DEFAULTS, initPki } from '#pki/development-pki.ts';
import { command, type Terminal, usageError } from './command.ts';
import { readMeterConfiguration } from './configuration.ts';
import { demoGuide } from './demo-guide.ts';
import { lockDemo } from './demo-lock.ts';
import { startDemoResponder } from './demo-responder.ts';
import { writeWhole } from './files.ts';
import { followMeter } from './follow-meter.ts';
import { jsonLog } from './log.ts';
import { meterParts } from './meter-parts.ts';
import type { MeterConfiguration } from './meter-schema.ts';
import type { RevocationServer } from './revocation-server.ts';
import { type SimulatorProcess, startSimulatorProcess } from './simulator-process.ts';
import { untilStopped } from './until-stopped.ts';

const DEFAULT_PORT = 8443;
const { names } = DEVELOPMENT_DEFAULTS;

export const demo = command({
  usage: 'demo',
  summary: 'A simulated PAC3200, a development PKI, its OCSP responder, the service and a DAS, all on this machine.',
  notes: [
    'Says at last where the page is, and prints `ready URL`, of the meter, on stdout when it serves.',
    'SIGTERM or Ctrl-C stops everything.',
  ],
  options: {
    dir: { type: 'string', value: 'DIR', help: 'Where everything is kept. Default .sealmeter.' },
    port: {
      type: 'string',
      value: 'N',
      help: `The port of the service; that of the DAS is the next one. 0 takes free ones. Default ${DEFAULT_PORT}.`,
    },
  },
  async run({ values }, terminal) {
    const folder = resolve(values.dir ?? '.sealmeter');
    const port = portOf(values.port ?? String(DEFAULT_PORT));
    using held = new DisposableStack();
    held.use(lockDemo(folder));
    await using responder = await startDemoResponder(join(folder, 'pki'));
    await provideDevelopmentPki(folder, responder, terminal);
    // The simulator takes a while to start, in its own process: the code of the DAS is loaded meanwhile.
    const [started, { startDemoDas }] = await Promise.all([
      startSimulatorProcess(join(folder, 'simulator.json')),
      import('./demo-das.ts'),
    ]);
    await using simulator = started;
    const configuration = writeConfiguration(folder, demoConfiguration(port, simulator, responder));
    await using meter = await startDemoMeter(configuration, terminal);
    await using das = await startDemoDas({ folder, port: portAfter(port), meter: meter.url, responder }, terminal);
    const urls = {
      meter: meter.url,
      das: das.url,
      modbus: simulator.address,
      ocsp: `${responder.url}/ocsp`,
      ldev: names.meter,
    };
    writeWhole(join(folder, 'urls.json'), `${JSON.stringify(urls, null, 2)}\n`);
    terminal.say(demoGuide({ folder: asTyped(folder), ...urls }));
    terminal.write(`ready ${meter.url}\n`);
    await untilStopped(AbortSignal.any([terminal.stop, simulator.ended]));
    if (terminal.stop.aborted) return 0;
    terminal.say('the simulated meter has ended by itself; stopping\n');
    return 1;
  },
});

/** The path as a person in this folder would type it. */
function asTyped(folder: string): string {
  const below = relative(process.cwd(), folder);
  return below.startsWith('..') ? folder : below || '.';
}

function portOf(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw usageError(`--port "${text}" is no port`, 'give 0 to 65535');
  return Number(text);
}

/** That of the DAS. */
const portAfter = (port: number): number => (port === 0 || port === 65_535 ? 0 : port + 1);

async function provideDevelopmentPki(folder: string, { url }: RevocationServer, terminal: Terminal): Promise<void> {
  const settings = { ...DEVELOPMENT_DEFAULTS.settings, ocspUrl: `${url}/ocsp`, crlBaseUrl: `${url}/crl` };
  const options = { now: systemClock.now(), ...DEVELOPMENT_DEFAULTS, settings };
  if (existsSync(join(folder, 'pki'))) {
    await completePki(folder, options);
    return;
  }
  terminal.say(`making a development PKI in ${folder}\n`);
  await initPki(folder, options);
}

/** Returns the path. */
function writeConfiguration(folder: string, configuration: MeterConfiguration): string {
  const file = join(folder, 'meter', 'meter.yaml');
  writeWhole(file, HEADER + stringify(configuration));
  return file;
}

/** Starts from the file, and follows it, just as `sealmeter meter` does. */
async function startDemoMeter(path: string, { environment }: Terminal): Promise<AsyncDisposable & { url: string }> {
  await using starting = new AsyncDisposableStack();
  const log = jsonLog('warn');
  const file = readMeterConfiguration(path);
  const meter = starting.use(await startMeter(await meterParts(file, log, environment)));
  starting.use(followMeter(path, file, meter, { environment, clock: systemClock, log }));
  const running = starting.move();
  return { url: meter.url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

const HEADER = `# Written by \`sealmeter demo\` at each start. To serve a real meter, copy this file, set modbus.host and modbus.port
# to the meter's, and run \`sealmeter meter --config COPY\` beside \`sealmeter pki ocsp\`, which tells whether
# certificates are revoked. Paths are relative to this file.
`;

function demoConfiguration(
  port: number,
  { host, port: modbusPort, serialNumber }: SimulatorProcess,
  { url }: RevocationServer,
): MeterConfiguration {
  const energy = `/cosem/ldevs/${names.meter}/objects/3-0100010800ff`;
  return {
    listen: { host: '127.0.0.1', port },
    tls: { certificate: 'tls.pem', key: 'tls.key', clientRoots: ['../pki/tls-root.pem'] },
    revocation: { responder: `${url}/ocsp`, lists: `${url}/crl` },
    signature: { certificate: 'signature.pem', key: 'signature.key' },
    state: '../state',
    management: { id: '1sme0000000001.sm' },
    devices: [
      {
        id: names.meter,
        model: 'pac3200',
        meterNumber: serialNumber,
        location: 'demo',
        modbus: { host, port: modbusPort },
      },
    ],
    clients: [{ id: names.das, role: 'administrator', tls: ['../das/tls.pem'], signature: ['das-signature.pem'] }],
    sealAhead: [`${energy}/attributes/2`],
    log: 'warn',
  };
}
