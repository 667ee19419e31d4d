import { existsSync } from 'node:fs';
import {
  type Arguments,
  command,
  type Options,
  required,
  type Terminal,
  usageError,
  type Values,
} from '#cli/command.ts';
import { certificatesIn } from '#cli/files.ts';
import { jsonLog } from '#cli/log.ts';
import { LOGIN_OPTIONS, loginSource, TOKEN_CURVES } from '#cli/token/shared-options.ts';
import { untilStopped } from '#cli/until-stopped.ts';
import { systemClock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { toSeconds } from '#core/time.ts';
import { altNameOf } from '#pki/alt-names.ts';
import { CertificateKeeper } from '#pki/certificate-keeper.ts';
import { parseName } from '#pki/distinguished-name.ts';
import { type EnrolmentPlan, enrol as enrolOnce } from '#pki/enrolment.ts';
import { bootstrapRoot, type EstClient } from '#pki/est-client.ts';
import { nodeHttps } from '#pki/est-transport.ts';
import { parseFingerprint } from '#pki/fingerprint.ts';
import { KeyPairStore } from '#pki/key-pair-store.ts';
import { newTokenKeyRequest, type PrepareRequest, softwareRequest } from '#pki/prepared-request.ts';
import { writeCertificateFile } from '#pki/public-files.ts';
import { type CurveName, curveNames } from '#pki/signing-key.ts';
import { estClient, WAY_OPTIONS, waysOf } from './enrol-ways.ts';
import { keyFileOf, oneOf } from './shared-options.ts';

const PURPOSES = ['tls-server', 'tls-client', 'signature'] as const;

const USUAL_CURVE: CurveName = 'P-256';

const OPTIONS = {
  certificate: { type: 'string', value: 'FILE', help: 'Where the certificate is installed; its key goes to .key.' },
  subject: { type: 'string', value: 'NAME', help: 'The distinguished name, as in CN=1sie0012345678.sm,O=Utility.' },
  host: { type: 'string', multiple: true, value: 'NAME', help: 'A host name or address; may be repeated.' },
  purpose: { type: 'string', value: 'PURPOSE', help: `One of: ${PURPOSES.join(', ')}.` },
  ca: { type: 'string', value: 'FILE', help: 'The roots of the CA that issues it.' },
  fingerprint: {
    type: 'string',
    value: 'SHA256',
    help: 'EST, where there is no --ca file yet: fetch the root that has this fingerprint, and keep it there.',
  },
  ...WAY_OPTIONS,
  curve: {
    type: 'string',
    value: 'CURVE',
    help: `Of the key: ${curveNames.join(', ')}. Default: what an EST server asks for, or ${USUAL_CURVE}.`,
  },
  ...LOGIN_OPTIONS,
  'key-label': { type: 'string', value: 'LABEL', help: 'Make the key on that token, with a label that begins so.' },
  keep: { type: 'boolean', help: 'Stay, and renew it at two thirds of its life.' },
} as const satisfies Options;

type EnrolValues = Values<typeof OPTIONS>;

export const enrol = command({
  usage: 'pki enrol --certificate FILE --subject NAME --purpose PURPOSE --ca FILE (--est URL | --cmp URL | --drop DIR)',
  summary:
    'Gets a certificate from a CA: the key is made in place, pair and renewals are installed at once or not at all.',
  notes: [
    'Exit 0: installed. 1: the CA decides later, or no way led to a certificate; the same command goes on where it stopped.',
    'A service that uses the files takes a new pair up by itself.',
  ],
  options: OPTIONS,
  run: runEnrol,
});

async function runEnrol({ values }: Arguments<typeof OPTIONS>, terminal: Terminal) {
  const log = jsonLog('info');
  const plan = await planOf(values, terminal, log);
  if (values.keep === true) {
    await using keeper = new CertificateKeeper({ ...plan, onInstalled: () => terminal.say('installed\n') });
    terminal.write(`ready ${keeper.state.state}\n`);
    await untilStopped(terminal.stop);
    return 0;
  }
  const result = await enrolOnce(plan, terminal.stop);
  if (result.state === 'installed') {
    const [leaf] = result.pair.certificates;
    terminal.say(`installed ${leaf.subject.text}, serial ${leaf.serial}, as ${values.certificate}\n`);
    return 0;
  }
  terminal.say(`the CA decides later: ask again in ${toSeconds(result.askAgainAfter)} s, with the same command\n`);
  return 1;
}

async function planOf(values: EnrolValues, terminal: Terminal, log: Log): Promise<EnrolmentPlan> {
  const certificate = required(values, 'certificate');
  const files = { certificate, key: keyFileOf(certificate) };
  const wish = { subject: parseName(required(values, 'subject')), altNames: (values.host ?? []).map(altNameOf) };
  const purpose = oneOf('purpose', values.purpose, PURPOSES);
  // Read anew each time: under --keep, a root that is rolled over is noticed.
  const roots = required(values, 'ca');
  const anchors = () => certificatesIn(roots);
  const enrollers = waysOf(values, { files, purpose, onToken: values['key-label'] !== undefined, anchors, log });
  const prepare = prepareOf(values, terminal, estClient(values, { anchors }));
  await provideRoot(roots, values, terminal);
  const store = await KeyPairStore.open(files);
  return { wish, purpose, store, prepare, enrollers, anchors, clock: systemClock, log };
}

/** In a file, or on a token: then the file says where the key is. */
function prepareOf(values: EnrolValues, terminal: Terminal, client: EstClient | undefined): PrepareRequest {
  const { 'key-label': label, curve } = values;
  const chosen = curve === undefined ? undefined : oneOf('curve', curve, curveNames);
  if (label !== undefined) {
    return newTokenKeyRequest(loginSource(values, terminal), { algorithm: TOKEN_CURVES[chosen ?? USUAL_CURVE], label });
  }
  return softwareRequest(async () => chosen ?? (await curveWantedBy(client)) ?? USUAL_CURVE);
}

/** Whether there is a server at all shows when it is asked for the certificate, and there may be other ways. */
async function curveWantedBy(client: EstClient | undefined): Promise<CurveName | undefined> {
  try {
    return await client?.wantedCurve();
  } catch (error) {
    if (error instanceof SealmeterError) return undefined;
    throw error;
  }
}

/** Fetches a root for the first time, from a server that nobody vouches for yet but who gave us the fingerprint. */
async function provideRoot(file: string, values: EnrolValues, terminal: Terminal): Promise<void> {
  const { fingerprint, est: url, label } = values;
  if (fingerprint === undefined || existsSync(file)) return;
  if (url === undefined) throw usageError('--fingerprint needs --est', 'fetch the root by a way that you trust');
  const server = { url, label, send: nodeHttps(systemClock), clock: systemClock };
  const root = await bootstrapRoot(server, parseFingerprint(fingerprint), terminal.stop);
  await writeCertificateFile(file, [root]);
  terminal.say(`${root.subject.text} has the fingerprint, and is in ${file} now\n`);
}
