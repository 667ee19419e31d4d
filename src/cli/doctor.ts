import { accessSync, constants, mkdirSync } from 'node:fs';
import { systemClock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { MeterParts } from '#meter/meter.ts';
import { readCertificates } from '#pki/certificate.ts';
import { readKeyFile } from '#pki/key-files.ts';
import { command, required, type Terminal } from './command.ts';
import { type ConfigurationFile, readMeterConfiguration } from './configuration.ts';
import { chainOf, lifeOf } from './doctor/certificates.ts';
import { examineDevice } from './doctor/device.ts';
import { examineDoor } from './doctor/door.ts';
import { examine, type Finding, well, wrong } from './doctor/finding.ts';
import { readFile } from './files.ts';
import { meterParts } from './meter-parts.ts';
import type { MeterConfiguration } from './meter-schema.ts';

type MeterFile = ConfigurationFile<MeterConfiguration>;

export const doctor = command({
  usage: 'doctor --config FILE',
  summary: 'Looks at an installation, part by part, and says how to mend what is wrong.',
  notes: ['Exit 0: nothing is wrong. 1: something is. What cannot be told (·) is not by itself wrong.'],
  options: {
    config: { type: 'string', value: 'FILE', help: 'meter.yaml.' },
    only: {
      type: 'string',
      multiple: true,
      value: 'WORD',
      help: 'Only the parts whose name begins so: door, key, device …',
    },
    running: { type: 'boolean', help: 'The service has to be running: that nobody listens is then wrong.' },
    json: { type: 'boolean', help: 'Print an array of JSON objects.' },
  },
  async run({ values }, terminal) {
    const file = readMeterConfiguration(required(values, 'config'));
    const chosen = EXAMINATIONS.filter(({ part }) => values.only?.some((word) => part.startsWith(word)) ?? true);
    const findings: Finding[] = [];
    for (const { look } of chosen) findings.push(...(await look(file, values.running === true)));
    if (values.json === true) terminal.write(`${JSON.stringify(findings, null, 2)}\n`);
    else for (const finding of findings) describe(finding, terminal);
    return findings.some(({ outcome }) => outcome === 'wrong') ? 1 : 0;
  },
});

const SIGNS: Readonly<Record<Finding['outcome'], string>> = { well: '✓', wrong: '✗', unknown: '·' };

function describe({ subject, outcome, text, mend }: Finding, terminal: Terminal): void {
  terminal.write(`${SIGNS[outcome]} ${subject}: ${text}\n`);
  if (mend !== undefined) terminal.write(`    ${mend}\n`);
}

interface Examination {
  readonly part: string;
  readonly look: (file: MeterFile, mustRun: boolean) => Promise<readonly Finding[]>;
}

/** In this order: what comes first is what the rest stands on. */
const EXAMINATIONS: readonly Examination[] = [
  { part: 'node', look: async () => [well('node', `Node.js ${process.versions.node}`)] },
  { part: 'configuration', look: async (file) => [await examine('configuration', () => examineParts(file))] },
  { part: 'state', look: async (file) => [await examine('state', () => examineState(file))] },
  { part: 'certificates', look: examineCertificates },
  { part: 'door', look: async (file, mustRun) => [await examine('door', () => examineOwnDoor(file, mustRun))] },
  { part: 'device', look: examineDevices },
];

/** Reads every file that the configuration names: keys with their permissions, certificates, descriptions. */
async function examineParts(file: MeterFile): Promise<Finding> {
  const { devices, clients, signer } = await partsOf(file);
  const key = `${signer.algorithm.curve.name} key ${signer.keyId}`;
  return well('configuration', `${devices.length} devices, ${clients.length} clients; seals with the ${key}`);
}

const partsOf = (file: MeterFile): Promise<MeterParts> => meterParts(file, silentLog);

function examineState({ configuration, pathOf }: MeterFile): Finding {
  const folder = pathOf(configuration.state);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return well('state', folder);
  } catch (error) {
    return wrong('state', `${folder} cannot be written: ${reasonOf(error)}`, 'let the user that runs sealmeter own it');
  }
}

async function examineCertificates({ configuration, pathOf }: MeterFile): Promise<readonly Finding[]> {
  const { tls, signature } = configuration;
  const now = systemClock.now();
  const read = (path: string) => readCertificates(readFile(pathOf(path)));
  return await Promise.all([
    examine('certificate of TLS', () => lifeOf('certificate of TLS', read(tls.certificate)[0], now)),
    examine('chain of TLS', () => {
      const roots = tls.clientRoots.flatMap((root) => read(root));
      return chainOf('chain of TLS', read(tls.certificate), roots, 'tls-server', now);
    }),
    examine('certificate of the signature', () =>
      lifeOf('certificate of the signature', read(signature.certificate)[0], now),
    ),
  ]);
}

async function examineOwnDoor(file: MeterFile, mustRun: boolean): Promise<Finding> {
  const { listen, tls } = file.configuration;
  const privateKeyPem = await readKeyFile(file.pathOf(tls.key));
  const certificates = readCertificates(readFile(file.pathOf(tls.certificate)));
  const roots = tls.clientRoots.flatMap((root) => readCertificates(readFile(file.pathOf(root))));
  return await examineDoor({ ...listen, certificates, privateKeyPem, roots, mustRun });
}

async function examineDevices(file: MeterFile): Promise<readonly Finding[]> {
  const { devices } = await partsOf(file);
  return (await Promise.all(devices.map(examineDevice))).flat();
}
