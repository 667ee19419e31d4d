import { join } from 'node:path';

import { type Duration, Milliseconds, Seconds, toSeconds } from '#core/time.ts';
import type { KeyPairFiles } from '#pki/key-pair-files.ts';

/** `ir`: a first certificate. `kur`: the next one for a new key. `p10cr`: whichever, with nothing but the request. */
export const cmpCommands = ['ir', 'kur', 'p10cr'] as const;
export type CmpCommand = (typeof cmpCommands)[number];

/** Everything that the program needs, in files: a secret on a command line is seen by everybody on the machine. */
export interface CmpCall {
  readonly command: CmpCommand;
  readonly url: string;
  /** Of the CA, if the server wants to see it: `/CN=Example CA`. */
  readonly recipient?: string | undefined;
  readonly credentials:
    | { readonly reference: string; readonly secretFile: string }
    | { readonly pair: KeyPairFiles; readonly serverRootsFile: string };
  readonly requestFile: string;
  /** Of the key that is to be certified. */
  readonly keyFile: string;
  /** Roots of the server's TLS certificate, for HTTPS. */
  readonly tlsRootsFile?: string | undefined;
  readonly timeout: Duration;
  readonly results: CmpResultFiles;
}

export interface CmpResultFiles {
  readonly certificate: string;
  /** Certificates that came along: the server's own, and what leads to its root. */
  readonly extra: string;
  /** What the CA wants to be known by; it is believed no more than the rest. */
  readonly authorities: string;
}

export const resultFilesIn = (folder: string): CmpResultFiles => ({
  certificate: join(folder, 'certificate.pem'),
  extra: join(folder, 'extra.pem'),
  authorities: join(folder, 'authorities.pem'),
});

/** For one message and its answer. */
const MESSAGE_TIMEOUT = Seconds(30);

/** @see openssl-cmp(1), of OpenSSL 3.0 */
export function opensslArguments(call: CmpCall): readonly string[] {
  const { command, url, recipient, requestFile, keyFile, tlsRootsFile, timeout, results } = call;
  const options: Readonly<Record<string, string | undefined>> = {
    // Empty: no configuration file, which could add options of its own.
    config: '',
    verbosity: '3',
    cmd: command,
    server: url,
    recipient,
    ...credentialOptions(call),
    csr: requestFile,
    // In p10cr the request's own signature counts; elsewhere CMP has a proof of possession of its own, and wants the key.
    newkey: command === 'p10cr' ? undefined : keyFile,
    tls_trusted: tlsRootsFile,
    msg_timeout: seconds(Milliseconds(Math.min(timeout, MESSAGE_TIMEOUT))),
    total_timeout: seconds(timeout),
    certout: results.certificate,
    extracertsout: results.extra,
    cacertsout: command === 'ir' ? results.authorities : undefined,
  };
  const given = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`-${name}`, value]));
  return ['cmp', '-batch', ...(tlsRootsFile === undefined ? [] : ['-tls_used']), ...given];
}

function credentialOptions({ credentials }: CmpCall): Readonly<Record<string, string>> {
  if ('secretFile' in credentials) return { ref: credentials.reference, secret: `file:${credentials.secretFile}` };
  const { pair, serverRootsFile } = credentials;
  return { cert: pair.certificate, key: pair.key, trusted: serverRootsFile };
}

const seconds = (duration: Duration): string => String(Math.ceil(toSeconds(duration)));
