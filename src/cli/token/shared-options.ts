import { createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type Options, required, type Terminal, usageError, type Values } from '#cli/command.ts';
import { pinReader } from '#cli/signer.ts';
import type { SignatureAlgorithmId } from '#crypto/algorithms.ts';
import type { LoginSource, TokenKey } from '#crypto/token-admin.ts';
import { makeCertificateRequest } from '#pki/certificate-request.ts';
import { parseName } from '#pki/distinguished-name.ts';
import { writePem } from '#pki/pem.ts';
import { type CurveName, keyOfSigner } from '#pki/signing-key.ts';

export const MODULE_OPTION = {
  module: { type: 'string', value: 'FILE', help: 'The PKCS#11 module, a shared library.' },
} as const satisfies Options;

export const LOGIN_OPTIONS = {
  ...MODULE_OPTION,
  token: { type: 'string', value: 'LABEL', help: "The token's label." },
  serial: { type: 'string', value: 'SERIAL', help: 'Its serial number, where labels are not unique.' },
  'pin-file': { type: 'string', value: 'FILE', help: 'A file with the PIN, mode 0600.' },
  'pin-credential': { type: 'string', value: 'NAME', help: 'A systemd credential with the PIN.' },
} as const satisfies Options;

/** The curves of keys that can be made on a token. */
export const TOKEN_CURVES = {
  'P-256': 'ecdsa-p256-sha256',
  'P-384': 'ecdsa-p384-sha384',
  'P-192': 'ecdsa-p192-sha256',
} as const satisfies Readonly<Record<CurveName, SignatureAlgorithmId>>;

export const REQUEST_OPTIONS = {
  subject: { type: 'string', value: 'NAME', help: 'The distinguished name, as in CN=1sie0012345678.sm,O=Utility.' },
  out: { type: 'string', value: 'FILE', help: 'Where the request goes (PKCS#10, PEM).' },
} as const satisfies Options;

/** @throws SealmeterError (configuration) where no source of the PIN is given: there is no option for the PIN itself. */
export function loginSource(values: Values<typeof LOGIN_OPTIONS>, { environment }: Terminal): LoginSource {
  const { 'pin-file': pinFile, 'pin-credential': pinCredential } = values;
  if (pinFile === undefined && pinCredential === undefined) {
    throw usageError('the PIN is needed', 'give --pin-file FILE or --pin-credential NAME');
  }
  return {
    module: required(values, 'module'),
    token: { label: required(values, 'token'), serial: values.serial },
    readPin: pinReader({ pinFile, pinCredential }, (written) => written, environment),
  };
}

/** Writes a request for the certificate of a token's key; never over a file. */
export async function writeRequest(key: TokenKey, subject: string, file: string): Promise<void> {
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' });
  const request = await makeCertificateRequest(keyOfSigner(key, publicKey), parseName(subject));
  writeFileSync(file, writePem('CERTIFICATE REQUEST', request), { flag: 'wx' });
}
