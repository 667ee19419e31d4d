import { accessSync, constants, mkdirSync } from 'node:fs';
import { systemClock } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { readKeyFile } from '#pki/key-files.ts';
import { resolvePair } from '#pki/key-pair-store.ts';
import { clockSourceBy } from './clock-source.ts';
import { command, required, type Terminal, usageError } from './command.ts';
import { type ConfigurationFile, readMeterConfiguration } from './configuration.ts';
import { chainOf, lifeOf } from './doctor/certificates.ts';
import { examineClock } from './doctor/clock.ts';
import { examineDevice } from './doctor/device.ts';
import { examineDoor } from './doctor/door.ts';
import { examine, type Finding, unknown, well, wrong } from './doctor/finding.ts';
import { examineSigner, examineToken } from './doctor/key.ts';
import { examineRevocation } from './doctor/revocation.ts';
import { certificatesIn } from './files.ts';
import { partsBesideSigner } from './meter-parts.ts';
import type { MeterConfiguration } from './meter-schema.ts';
import { revocationBy } from './revocation.ts';
import { openSigner } from './signer.ts';

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
      help: 'Only the parts whose name begins so: clock, door, key, device …',
    },
    running: { type: 'boolean', help: 'The service has to be running: that nobody listens is then wrong.' },
    json: { type: 'boolean', help: 'Print an array of JSON objects.' },
  },
  async run({ values }, terminal) {
    const file = readMeterConfiguration(required(values, 'config'));
    const patient = { file, environment: terminal.environment, mustRun: values.running === true };
    const chosen = chosenBy(values.only);
    const findings: Finding[] = [];
    for (const { look } of chosen) findings.push(...(await look(patient)));
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

/** What is examined, and with which eyes. */
interface Patient {
  readonly file: MeterFile;
  readonly environment: Terminal['environment'];
  /** Whether the service has to be running. */
  readonly mustRun: boolean;
}

interface Examination {
  readonly part: string;
  readonly look: (patient: Patient) => Promise<readonly Finding[]>;
}

/** In this order: what comes first is what the rest stands on. */
const EXAMINATIONS: readonly Examination[] = [
  { part: 'node', look: async () => [well('node', `Node.js ${process.versions.node}`)] },
  { part: 'configuration', look: async (patient) => [await examine('configuration', () => examineParts(patient))] },
  { part: 'state', look: async (patient) => [await examine('state', () => examineState(patient))] },
  { part: 'clock', look: async (patient) => [await examine('clock', () => examineOwnClock(patient))] },
  { part: 'key', look: examineKey },
  { part: 'certificates', look: examineCertificates },
  { part: 'clients', look: examineClients },
  { part: 'revocation', look: async (patient) => [await examine('revocation', () => examineOwnRevocation(patient))] },
  { part: 'door', look: async (patient) => [await examine('door', () => examineOwnDoor(patient))] },
  { part: 'device', look: examineDevices },
];

/** A word that chooses nothing would say that nothing is wrong. */
function chosenBy(words: readonly string[] | undefined): readonly Examination[] {
  const idle = words?.find((word) => !EXAMINATIONS.some(({ part }) => part.startsWith(word)));
  if (idle !== undefined) {
    const known = EXAMINATIONS.map(({ part }) => part).join(', ');
    throw usageError(`--only "${idle}" is no part of an installation`, `use one of: ${known}`);
  }
  return EXAMINATIONS.filter(({ part }) => words?.some((word) => part.startsWith(word)) ?? true);
}

/**
 * Reads every file that the configuration names: certificates, the key of TLS with its permissions, descriptions. The key that
 * seals has an examination of its own, the only one that logs in to a token: three wrong tries would lock most cards.
 */
async function examineParts({ file }: Patient): Promise<Finding> {
  const { devices, clients } = await partsBesideSigner(file, silentLog);
  return well('configuration', `${counted(devices.length, 'device')}, ${counted(clients.length, 'client')}`);
}

const counted = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

const examineOwnClock = ({ file: { configuration } }: Patient): Promise<Finding> =>
  examineClock(clockSourceBy(configuration.clock));

function examineState({ file: { configuration, pathOf } }: Patient): Finding {
  const folder = pathOf(configuration.state);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return well('state', folder);
  } catch (error) {
    return wrong('state', `${folder} cannot be written: ${reasonOf(error)}`, 'let the user that runs sealmeter own it');
  }
}

async function examineKey({ file, environment }: Patient): Promise<readonly Finding[]> {
  const { signature } = file.configuration;
  const token = signature.token === undefined ? [] : [await examine('token', () => examineToken(signature.token))];
  const key = await examine('key', () =>
    examineSigner(() => openSigner(signature, file.pathOf, { environment, clock: systemClock, log: silentLog })),
  );
  return [...token, key];
}

async function examineCertificates({ file: { configuration, pathOf } }: Patient): Promise<readonly Finding[]> {
  const { tls, signature } = configuration;
  const now = systemClock.now();
  const read = (path: string) => certificatesIn(pathOf(path));
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

/** What clients show and sign with, of which the meter has the other half. */
async function examineClients({ file: { configuration, pathOf } }: Patient): Promise<readonly Finding[]> {
  const now = systemClock.now();
  const certificates = configuration.clients.flatMap(({ id, tls, signature = [] }) => [
    ...tls.map((path) => ({ subject: `client ${id}, TLS`, path })),
    ...signature.map((path) => ({ subject: `client ${id}, signature`, path })),
  ]);
  return await Promise.all(
    certificates.map(({ subject, path }) =>
      examine(subject, () => lifeOf(subject, certificatesIn(pathOf(path))[0], now)),
    ),
  );
}

async function examineOwnRevocation({ file: { configuration, pathOf } }: Patient): Promise<Finding> {
  const { tls, revocation = {} } = configuration;
  const read = (path: string) => certificatesIn(pathOf(path));
  const roots = tls.clientRoots.flatMap((root) => read(root));
  return await examineRevocation(revocationBy(revocation, silentLog), read(tls.certificate), roots, systemClock.now());
}

async function examineOwnDoor({ file: { configuration, pathOf }, mustRun }: Patient): Promise<Finding> {
  const { listen, tls } = configuration;
  const pair = await resolvePair({ certificate: pathOf(tls.certificate), key: pathOf(tls.key) });
  const privateKeyPem = await readKeyFile(pair.key);
  const certificates = certificatesIn(pair.certificate);
  const roots = tls.clientRoots.flatMap((root) => certificatesIn(pathOf(root)));
  return await examineDoor({ ...listen, certificates, privateKeyPem, roots, mustRun });
}

async function examineDevices({ file }: Patient): Promise<readonly Finding[]> {
  try {
    const { devices } = await partsBesideSigner(file, silentLog);
    return (await Promise.all(devices.map(examineDevice))).flat();
  } catch (error) {
    // The examination of the configuration has said why.
    return [unknown('device', `not looked at: ${reasonOf(error)}`, 'mend the configuration first')];
  }
}
