import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Clock } from '#core/clock.ts';
import type { Duration } from '#core/time.ts';
import {
  type CmpCall,
  type CmpCommand,
  type CmpResultFiles,
  cmpCommands,
  opensslArguments,
  resultFilesIn,
} from '#pki/cmp/openssl-arguments.ts';
import { problemIn } from '#pki/cmp/openssl-problems.ts';
import { runOpenssl } from '#pki/cmp/openssl-program.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { type CertificateSource, certificatesFrom } from './certificate-source.ts';
import type { Enroller, IssuedCertificates } from './enroller.ts';
import { EnrolmentError } from './enrolment-problems.ts';
import type { KeyPairFiles } from './key-pair-files.ts';
import { type PendingRequest, resolvePair } from './key-pair-store.ts';
import { readPem, writePem } from './pem.ts';
import { certificatesToPem, readCertificateFile } from './public-files.ts';
import { readTlsIdentity } from './tls-identity.ts';

export { type CmpCommand, cmpCommands };

/** By a secret that CA and device share, or by a certificate that the device has already. */
type CmpAuthentication =
  | { readonly reference: string; readonly secretFile: string }
  | { readonly pair: KeyPairFiles; readonly serverRoots: CertificateSource };

export interface CmpOptions {
  readonly command: CmpCommand;
  /** `http://host:port/path`; CMP protects its messages itself. */
  readonly url: string;
  readonly authentication: CmpAuthentication;
  readonly recipient?: string;
  /** For `https:` only. */
  readonly tlsRoots?: CertificateSource;
  /** For everything, with the time that the CA takes to decide. */
  readonly timeout: Duration;
  /** The openssl program, version 3.0 or newer. */
  readonly openssl: string;
  readonly clock: Clock;
}

/**
 * Enrols by the Certificate Management Protocol, with the `openssl cmp` program. It waits while the CA decides, and a
 * request that was given up cannot be taken up again: so there is no pending here, only an answer or an error.
 * @see RFC 4210, RFC 9480
 */
export const cmpEnroller = (options: CmpOptions): Enroller => ({
  name: `CMP, ${options.command}`,
  async enrol(request, signal) {
    await checkInputs(options, request);
    const folder = await mkdtemp(join(tmpdir(), 'sealmeter-cmp-'));
    try {
      const call = await prepareCall(options, request, folder);
      const { openssl, clock, timeout } = options;
      const { succeeded, output } = await runOpenssl(openssl, opensslArguments(call), { clock, timeout, signal });
      if (!succeeded) throw problemIn(output);
      return { state: 'issued', issued: await readResults(call.results) };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
});

/** openssl takes the name of a missing secret file for the secret itself, so we look first. */
async function checkInputs({ url, tlsRoots, command, authentication, clock }: CmpOptions, request: PendingRequest) {
  const { protocol } = URL.parse(url) ?? {};
  if (protocol !== 'http:' && !(protocol === 'https:' && tlsRoots !== undefined)) {
    throw new EnrolmentError('CMP_ADDRESS_INVALID', `"${url}" is not the address of a CMP server`);
  }
  if ('secretFile' in authentication) await checkSecret(authentication.secretFile);
  else await readTlsIdentity(authentication.pair, clock.now());
  if (command !== 'p10cr' && !(await readFile(request.keyFile, 'utf8')).includes('PRIVATE KEY')) {
    throw new EnrolmentError(
      'CMP_KEY_NOT_IN_FILE',
      `the command ${command} needs the private key, and it is on a token`,
    );
  }
}

async function checkSecret(file: string): Promise<void> {
  const problem = await secretProblem(file);
  if (problem !== undefined) throw new EnrolmentError('CMP_SECRET_UNREADABLE', `the secret file ${file} ${problem}`);
}

async function secretProblem(file: string): Promise<string | undefined> {
  if (!existsSync(file)) return 'does not exist';
  if (((await stat(file)).mode & 0o077) !== 0) return 'may be read by others';
  return /^./.test(await readFile(file, 'utf8')) ? undefined : 'has no first line';
}

async function prepareCall(options: CmpOptions, request: PendingRequest, folder: string): Promise<CmpCall> {
  const { command, url, recipient, authentication, tlsRoots, timeout } = options;
  const write = async (name: string, content: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  return {
    command,
    url,
    recipient,
    credentials:
      'secretFile' in authentication
        ? authentication
        : {
            pair: await resolvePair(authentication.pair),
            serverRootsFile: await write(
              'server-roots.pem',
              certificatesToPem(await certificatesFrom(authentication.serverRoots)),
            ),
          },
    requestFile: await write('request.pem', writePem('CERTIFICATE REQUEST', request.der)),
    keyFile: request.keyFile,
    tlsRootsFile:
      tlsRoots === undefined
        ? undefined
        : await write('tls-roots.pem', certificatesToPem(await certificatesFrom(tlsRoots))),
    timeout,
    results: resultFilesIn(folder),
  };
}

async function readResults({ certificate, extra, authorities }: CmpResultFiles): Promise<IssuedCertificates> {
  const [leaf] = await readCertificateFile(certificate);
  const alongside = await Promise.all([extra, authorities].filter(existsSync).map((file) => readFile(file, 'utf8')));
  return { leaf, issuers: alongside.flatMap((pem) => readPem('CERTIFICATE', pem)).flatMap(readOrNone) };
}

/** What came along and cannot be read leads nowhere, and may have another purpose. */
function readOrNone(der: Uint8Array): readonly Certificate[] {
  try {
    return [readCertificate(der)];
  } catch {
    return [];
  }
}
