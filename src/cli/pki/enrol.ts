import {
  type Arguments,
  command,
  type Options,
  required,
  type Terminal,
  usageError,
  type Values,
} from '#cli/command.ts';
import { readFile } from '#cli/files.ts';
import { jsonLog } from '#cli/log.ts';
import { LOGIN_OPTIONS, loginSource } from '#cli/token/shared-options.ts';
import { untilStopped } from '#cli/until-stopped.ts';
import { systemClock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import { Minutes, toSeconds } from '#core/time.ts';
import { altNameOf } from '#pki/alt-names.ts';
import { type CertificateList, readCertificates } from '#pki/certificate.ts';
import { CertificateKeeper } from '#pki/certificate-keeper.ts';
import { cmpEnroller } from '#pki/cmp.ts';
import { parseName } from '#pki/distinguished-name.ts';
import type { Enroller } from '#pki/enroller.ts';
import { type EnrolmentPlan, enrol as enrolOnce } from '#pki/enrolment.ts';
import { EstClient, enrolByCertificate, enrolByPassword, renewByCertificate } from '#pki/est-client.ts';
import { nodeHttps } from '#pki/est-transport.ts';
import { readKeyFile } from '#pki/key-files.ts';
import type { KeyPairFiles } from '#pki/key-pair-files.ts';
import { KeyPairStore } from '#pki/key-pair-store.ts';
import { newTokenKeyRequest, type PrepareRequest, softwareRequest } from '#pki/prepared-request.ts';
import { requestDrop } from '#pki/request-drop.ts';
import { readTlsIdentity } from '#pki/tls-identity.ts';
import { oneOf } from './shared-options.ts';

const PURPOSES = ['tls-server', 'tls-client', 'signature'] as const;

const OPTIONS = {
  certificate: { type: 'string', value: 'FILE', help: 'Where the certificate is installed; its key goes to .key.' },
  subject: { type: 'string', value: 'NAME', help: 'The distinguished name, as in CN=1sie0012345678.sm,O=Utility.' },
  host: { type: 'string', multiple: true, value: 'NAME', help: 'A host name or address; may be repeated.' },
  purpose: { type: 'string', value: 'PURPOSE', help: `One of: ${PURPOSES.join(', ')}.` },
  ca: { type: 'string', value: 'FILE', help: 'The roots of the CA that issues it.' },
  est: { type: 'string', value: 'URL', help: 'Enrol over EST.' },
  label: { type: 'string', value: 'LABEL', help: "EST: which of the server's CAs." },
  trust: {
    type: 'string',
    value: 'FILE',
    help: "EST, CMP over https: the roots of the server's own certificate; default --ca.",
  },
  user: { type: 'string', value: 'NAME', help: 'EST: who enrols by password. CMP: the reference of the secret.' },
  'password-file': { type: 'string', value: 'FILE', help: 'EST: the one-time password. CMP: the secret. Mode 0600.' },
  identity: { type: 'string', value: 'FILE', help: 'EST: another certificate to enrol by; its key is in .key.' },
  cmp: { type: 'string', value: 'URL', help: 'Enrol over CMP, with the openssl program.' },
  drop: {
    type: 'string',
    value: 'DIR',
    help: 'Put the request there, and take the certificate that is put beside it.',
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
  const files = pairOf(required(values, 'certificate'));
  // Read anew each time: under --keep, a root that is rolled over is noticed.
  const roots = required(values, 'ca');
  const anchors = () => readCertificates(readFile(roots));
  return {
    wish: { subject: parseName(required(values, 'subject')), altNames: (values.host ?? []).map(altNameOf) },
    purpose: oneOf('purpose', values.purpose, PURPOSES),
    store: await KeyPairStore.open(files),
    prepare: prepareOf(values, terminal),
    enrollers: waysOf(values, files, anchors, log),
    anchors,
    clock: systemClock,
    log,
  };
}

/** In a file, or on a token: then the file says where the key is. */
function prepareOf(values: EnrolValues, terminal: Terminal): PrepareRequest {
  const label = values['key-label'];
  if (label === undefined) return softwareRequest(() => 'P-256');
  return newTokenKeyRequest(loginSource(values, terminal), { algorithm: 'ecdsa-p256-sha256', label });
}

const pairOf = (certificate: string): KeyPairFiles => ({
  certificate,
  key: `${certificate.replace(/\.pem$/, '')}.key`,
});

/** All the ways that are given, the current certificate before a password, so that a renewal does not spend one. */
function waysOf(
  values: EnrolValues,
  files: KeyPairFiles,
  anchors: () => CertificateList,
  log: Log,
): readonly Enroller[] {
  const ways = [...estWays(values, files, anchors), ...cmpWays(values), ...dropWays(values, anchors(), log)];
  if (ways.length === 0) throw usageError('there is no way to a CA', 'give --est, --cmp or --drop');
  return ways;
}

function estWays(values: EnrolValues, files: KeyPairFiles, anchors: () => CertificateList): readonly Enroller[] {
  if (values.est === undefined) return [];
  const { trust: trusted } = values;
  const trust = trusted === undefined ? anchors : () => readCertificates(readFile(trusted));
  const send = nodeHttps(systemClock);
  const client = new EstClient({ url: values.est, label: values.label, send, clock: systemClock, trust });
  const identityOf = (pair: KeyPairFiles) => () => readTlsIdentity(pair, systemClock.now());
  const { identity, user, 'password-file': passwordFile } = values;
  // A signature certificate cannot shake hands: the TLS certificate of the same holder does it.
  const renewal = values.purpose === 'signature' ? identity && pairOf(identity) : files;
  return [
    ...(renewal === undefined || renewal === '' ? [] : [renewByCertificate(client, identityOf(renewal))]),
    ...(identity === undefined ? [] : [enrolByCertificate(client, identityOf(pairOf(identity)))]),
    ...(passwordFile === undefined
      ? []
      : [
          enrolByPassword(client, async () => ({
            user: required(values, 'user'),
            password: (await readKeyFile(passwordFile)).trim(),
          })),
        ]),
    ...(user !== undefined && passwordFile === undefined ? [missingPassword()] : []),
  ];
}

function missingPassword(): never {
  throw usageError('--user needs --password-file', 'write the password into a file of mode 0600');
}

function cmpWays(values: EnrolValues): readonly Enroller[] {
  if (values.cmp === undefined) return [];
  const tlsRoots = values.trust === undefined ? {} : { tlsRoots: readCertificates(readFile(values.trust)) };
  return [
    cmpEnroller({
      command: 'ir',
      url: values.cmp,
      authentication: { reference: required(values, 'user'), secretFile: required(values, 'password-file') },
      timeout: Minutes(5),
      openssl: 'openssl',
      clock: systemClock,
      ...tlsRoots,
    }),
  ];
}

function dropWays(values: EnrolValues, issuers: CertificateList, log: Log): readonly Enroller[] {
  if (values.drop === undefined) return [];
  const name = required(values, 'certificate')
    .replace(/^.*\//, '')
    .replace(/\.pem$/, '');
  return [requestDrop({ folder: values.drop, name, issuers, log })];
}
