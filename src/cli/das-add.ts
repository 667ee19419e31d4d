import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseDocument } from 'yaml';
import { systemClock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import { systemZone } from '#core/zone-file.ts';
import type { ProbedSite } from '#das/collection.ts';
import { probeMeter } from '#das/meter-probe.ts';
import type { Certificate } from '#pki/certificate.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { command, onlyOperand, required, type Terminal, usageError } from './command.ts';
import { readDasConfiguration } from './configuration.ts';
import { connections } from './das-parts.ts';
import { certificatesIn, readText, writeWhole } from './files.ts';
import { jsonLog } from './log.ts';
import { revocationBy } from './revocation.ts';
import { openSigner } from './signer.ts';

const OPTIONS = {
  config: { type: 'string', value: 'FILE', help: 'das.yaml; the meter is written into it.' },
  certificate: {
    type: 'string',
    value: 'FILE',
    help: "The meter's signature certificate, in PEM. It is not exchanged in the protocol: whoever runs the meter gives it.",
  },
  id: { type: 'string', value: 'LDEV', help: 'The logical device, where there are several.' },
  name: { type: 'string', value: 'TEXT', help: 'What people call the meter.' },
  zone: { type: 'string', value: 'ZONE', help: 'The legal time of its site, for example Europe/Berlin.' },
  yes: { type: 'boolean', help: 'Do not ask; --fingerprint has to be right.' },
  fingerprint: {
    type: 'string',
    value: 'sha256:…',
    help: 'Of the signature certificate, as it stands at the meter or in its papers.',
  },
} as const;

/** What a person, or the fingerprint that was given, has to say yes to. */
interface Candidate {
  readonly url: URL;
  readonly id: string;
  readonly site: ProbedSite;
  readonly certificate: Certificate;
}

export const dasAdd = command({
  usage: 'das add URL --config FILE --certificate FILE',
  summary: 'Looks at a meter, shows its fingerprints, and pins it when a person has compared them.',
  notes: ['A DAS that runs takes the meter up within some seconds.'],
  options: OPTIONS,
  async run({ values, positionals }, terminal) {
    const url = meterOrigin(onlyOperand(positionals, 'URL', 'sealmeter das add https://HOST:PORT'));
    const config = required(values, 'config');
    // What no DAS would take is refused before anybody is asked to compare anything.
    if (values.zone !== undefined) systemZone(values.zone);
    const [certificate] = certificatesIn(required(values, 'certificate'));
    const site = await look(url, config, terminal);
    const candidate = { url, id: deviceOf(site, values.id), site, certificate };
    requireSealer(candidate);
    terminal.say(describe(candidate));
    if (!(await isConfirmed(candidate, values, terminal))) {
      terminal.say('not added\n');
      return 1;
    }
    writeMeter(config, candidate, values);
    terminal.say(`${candidate.id} is added to ${config}\n`);
    return 0;
  },
});

function meterOrigin(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' || url.pathname !== '/') {
    throw usageError(`"${text}" is not where a meter is`, 'write https://HOST:PORT');
  }
  return url;
}

async function look(url: URL, config: string, { environment, stop }: Terminal): Promise<ProbedSite> {
  const file = readDasConfiguration(config);
  const log = jsonLog('warn');
  const revocation = revocationBy(file.configuration.revocation ?? {}, log);
  using client = (await connections(file, revocation))([]);
  const signer = await openSigner(file.configuration.signature, file.pathOf, { environment, clock: systemClock, log });
  return await probeMeter(url, { client, signer, clock: systemClock }, stop);
}

function deviceOf({ devices }: ProbedSite, wanted: string | undefined): string {
  const ids = devices.map(({ id }) => id);
  const [only] = ids;
  if (wanted === undefined && ids.length === 1 && only !== undefined) return only;
  if (wanted !== undefined && ids.includes(wanted)) return wanted;
  const problem = wanted === undefined ? 'it has several meters, or none' : `it has no meter "${wanted}"`;
  throw usageError(problem, ids.length === 0 ? 'see that it is a meter' : `name one with --id: ${ids.join(', ')}`);
}

/** The certificate that was given has to be the one that seals there. */
function requireSealer({ site, id, certificate }: Candidate): void {
  const keyName = site.devices.find((device) => device.id === id)?.keyName;
  if (keyName === certificate.id) return;
  throw new SealmeterError(
    'evidence',
    'METER_CERTIFICATE_OTHER',
    `the meter seals with ${keyName ?? 'nothing'}, and the certificate that was given is ${certificate.id}`,
    { mend: 'ask whoever runs the meter for its present signature certificate' },
  );
}

const describe = ({ url, id, site, certificate }: Candidate): string => `
${url.origin} has the meter ${id}

  its documents are sealed with   ${certificate.subject.text}
                                  ${certificate.id}
  its server has shown            ${site.tls.subject}
                                  ${site.tls.id}

`;

interface Confirmation {
  readonly yes?: boolean;
  readonly fingerprint?: string;
}

async function isConfirmed(
  { certificate }: Candidate,
  { yes = false, fingerprint }: Confirmation,
  { say }: Terminal,
): Promise<boolean> {
  if (fingerprint !== undefined && fingerprint.toLowerCase() !== certificate.id) {
    say(`the fingerprint that was given is another one: ${fingerprint}\n`);
    return false;
  }
  if (yes && fingerprint === undefined) throw usageError('--yes takes --fingerprint', 'give both, or neither');
  if (yes) return true;
  const lines = createInterface({ input: process.stdin });
  say('Are these the fingerprints that stand at the meter, or in its papers? Type yes to add it: ');
  for await (const line of lines) {
    lines.close();
    return line.trim() === 'yes';
  }
  return false;
}

/** Beside the configuration. */
const CERTIFICATES = 'meters';

/** Adds an entry, and leaves all else of the file as its writer wrote it. */
function writeMeter(
  config: string,
  { url, id, certificate }: Candidate,
  { name, zone }: { readonly name?: string; readonly zone?: string },
): void {
  const document = parseDocument(readText(config));
  const meters = (document.toJS() as { readonly meters?: readonly { readonly id: string }[] }).meters ?? [];
  if (meters.some((meter) => meter.id === id)) {
    throw usageError(`${id} stands in ${config} already`, 'change it there');
  }
  const file = join(CERTIFICATES, `${id}.pem`);
  writeWhole(join(dirname(config), file), certificatesToPem([certificate]));
  const entry = { id, ...(name && { name }), url: url.origin, ...(zone && { zone }), signature: [file] };
  if (meters.length === 0) document.set('meters', document.createNode([entry]));
  else document.addIn(['meters'], document.createNode(entry));
  writeWhole(config, document.toString());
}
