import { type Options, required, usageError, type Values } from '#cli/command.ts';
import { certificatesIn } from '#cli/files.ts';
import { systemClock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import { Minutes } from '#core/time.ts';
import { type CertificateList } from '#pki/certificate.ts';
import { type CmpCommand, type CmpOptions, cmpCommands, cmpEnroller } from '#pki/cmp.ts';
import type { Enroller } from '#pki/enroller.ts';
import { EstClient, enrolByCertificate, enrolByPassword, renewByCertificate } from '#pki/est-client.ts';
import { nodeHttps } from '#pki/est-transport.ts';
import { readKeyFile } from '#pki/key-files.ts';
import type { KeyPairFiles } from '#pki/key-pair-files.ts';
import { requestDrop } from '#pki/request-drop.ts';
import { readTlsIdentity } from '#pki/tls-identity.ts';
import { keyFileOf, oneOf } from './shared-options.ts';

/** The ways to a CA, and what each needs. */
export const WAY_OPTIONS = {
  est: { type: 'string', value: 'URL', help: 'Enrol over EST.' },
  label: { type: 'string', value: 'LABEL', help: "EST: which of the server's CAs." },
  cmp: { type: 'string', value: 'URL', help: 'Enrol over CMP, with the openssl program.' },
  'cmp-command': {
    type: 'string',
    value: 'COMMAND',
    help: `CMP: ${cmpCommands.join(', ')}. Default: kur by the current certificate, ir otherwise, p10cr for a key on a token.`,
  },
  recipient: {
    type: 'string',
    value: 'NAME',
    help: 'CMP: the name of the CA, if its server wants it: /CN=Example CA.',
  },
  drop: {
    type: 'string',
    value: 'DIR',
    help: 'Put the request there, and take the certificate that is put beside it.',
  },
  trust: {
    type: 'string',
    value: 'FILE',
    help: "EST, CMP over https: the roots of the server's own certificate; default --ca.",
  },
  user: { type: 'string', value: 'NAME', help: 'EST: who enrols by password. CMP: the reference of the secret.' },
  'password-file': { type: 'string', value: 'FILE', help: 'EST: the one-time password. CMP: the secret. Mode 0600.' },
  identity: { type: 'string', value: 'FILE', help: 'Another certificate to enrol by; its key is in .key.' },
} as const satisfies Options;

export type WayValues = Values<typeof WAY_OPTIONS>;

/** What is to be enrolled, as far as ways differ by it. */
export interface Enrolled {
  readonly files: KeyPairFiles;
  readonly purpose: 'tls-server' | 'tls-client' | 'signature';
  readonly onToken: boolean;
  /** The roots of the CA, as they are when it is asked. */
  readonly anchors: () => CertificateList;
  readonly log: Log;
}

/**
 * All the ways that are given, the current certificate before another and before a password, so that a renewal does not
 * spend one.
 */
export function waysOf(values: WayValues, enrolled: Enrolled): readonly Enroller[] {
  if (values.user !== undefined && values['password-file'] === undefined) {
    throw usageError('--user needs --password-file', 'write the password into a file of mode 0600');
  }
  const ways = [...estWays(values, enrolled), ...cmpWays(values, enrolled), ...dropWays(values, enrolled)];
  if (ways.length === 0) throw usageError('there is no way to a CA', 'give --est, --cmp or --drop');
  return ways;
}

/** `undefined` without `--est`. */
export function estClient(values: WayValues, { anchors }: Pick<Enrolled, 'anchors'>): EstClient | undefined {
  const { est: url, label } = values;
  if (url === undefined) return undefined;
  return new EstClient({
    url,
    label,
    send: nodeHttps(systemClock),
    clock: systemClock,
    trust: trustOf(values, anchors),
  });
}

function estWays(values: WayValues, { files, purpose, anchors }: Enrolled): readonly Enroller[] {
  const client = estClient(values, { anchors });
  if (client === undefined) return [];
  const identityOf = (pair: KeyPairFiles) => () => readTlsIdentity(pair, systemClock.now());
  const { 'password-file': passwordFile } = values;
  const identity = identityFiles(values);
  // A signature certificate cannot shake hands: the TLS certificate of the same holder does it.
  const renewal = purpose === 'signature' ? identity : files;
  const readPassword = async (file: string) => ({
    user: required(values, 'user'),
    password: (await readKeyFile(file)).trim(),
  });
  return [
    ...(renewal === undefined ? [] : [renewByCertificate(client, identityOf(renewal))]),
    ...(identity === undefined ? [] : [enrolByCertificate(client, identityOf(identity))]),
    ...(passwordFile === undefined ? [] : [enrolByPassword(client, () => readPassword(passwordFile))]),
  ];
}

/** openssl cannot prove itself by a key on a token, so that the current certificate is a way only where its key is in a file. */
function cmpWays(values: WayValues, { files, onToken, anchors }: Enrolled): readonly Enroller[] {
  const { cmp: url, recipient, 'password-file': secretFile } = values;
  if (url === undefined) return [];
  const way = (usual: CmpCommand, authentication: CmpOptions['authentication']): Enroller =>
    cmpEnroller({
      command: chosenCommand(values) ?? (onToken ? 'p10cr' : usual),
      url,
      authentication,
      timeout: Minutes(5),
      openssl: 'openssl',
      clock: systemClock,
      ...(recipient === undefined ? {} : { recipient }),
      ...(url.startsWith('https:') ? { tlsRoots: trustOf(values, anchors) } : {}),
    });
  const identity = identityFiles(values);
  return [
    ...(onToken ? [] : [way('kur', { pair: files, serverRoots: anchors })]),
    ...(identity === undefined ? [] : [way('ir', { pair: identity, serverRoots: anchors })]),
    ...(secretFile === undefined ? [] : [way('ir', { reference: required(values, 'user'), secretFile })]),
  ];
}

const chosenCommand = ({ 'cmp-command': command }: WayValues): CmpCommand | undefined =>
  command === undefined ? undefined : oneOf('cmp-command', command, cmpCommands);

function dropWays({ drop: folder }: WayValues, { files, anchors, log }: Enrolled): readonly Enroller[] {
  if (folder === undefined) return [];
  const name = files.certificate.replace(/^.*\//, '').replace(/\.pem$/, '');
  return [requestDrop({ folder, name, issuers: anchors, log })];
}

const identityFiles = ({ identity }: WayValues): KeyPairFiles | undefined =>
  identity === undefined ? undefined : { certificate: identity, key: keyFileOf(identity) };

const trustOf = ({ trust }: WayValues, anchors: () => CertificateList) =>
  trust === undefined ? anchors : () => certificatesIn(trust);
