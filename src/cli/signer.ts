import { join } from 'node:path';
import type { Clock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { publicKeyOfCertificate } from '#crypto/node-crypto.ts';
import { openPkcs11Signer, type Pkcs11SignerOptions } from '#crypto/pkcs11-signer.ts';
import type { Signer } from '#crypto/signer.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { readKeyFile } from '#pki/key-files.ts';
import type { KeyPairFiles } from '#pki/key-pair-files.ts';
import { resolvePair } from '#pki/key-pair-store.ts';
import { readTokenKeyId } from '#pki/token-key-uri.ts';
import { requireSealAlgorithm } from '#signature/xml-seal.ts';
import type { Terminal } from './command.ts';
import type { ConfigurationFile } from './configuration.ts';
import { certificatesIn, readText } from './files.ts';
import type { MeterConfiguration } from './meter-schema.ts';

type SignatureEntry = MeterConfiguration['signature'];
type TokenEntry = NonNullable<SignatureEntry['token']>;
type KeySelector = Pkcs11SignerOptions['key'];

/** What a signer needs of the program around it. */
export interface SignerSurroundings {
  readonly environment: Terminal['environment'];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens what seals documents: a key in a file, or one in a token. A token's signer has to be disposed of.
 * @throws SealmeterError (configuration) for files and tokens that cannot be used
 */
export async function openSigner(
  { certificate, key, token }: SignatureEntry,
  pathOf: ConfigurationFile<unknown>['pathOf'],
  surroundings: SignerSurroundings,
): Promise<Signer & Partial<AsyncDisposable>> {
  const names = { certificate: pathOf(certificate), key: pathOf(key ?? token?.keyFile ?? '') };
  const pair = await resolvePair(names);
  const [{ der }] = certificatesIn(pair.certificate);
  requireSealAlgorithm(publicKeyOfCertificate(der));
  if (token === undefined) return await signerOfPair(pair);
  const { environment, clock, log } = surroundings;
  return await openPkcs11Signer({
    module: token.module,
    token: { label: token.label, serial: token.serial },
    key: await keySelector(token, pair.key),
    certificate: der,
    readPin: pinReader(token, pathOf, environment),
    clock,
    log,
  });
}

/** A software key, of one version where an enrolment keeps several. @throws SealmeterError as `softwareSigner` */
export async function signerOfPair(names: KeyPairFiles): Promise<Signer> {
  const { certificate, key } = await resolvePair(names);
  return softwareSigner({ certificatePem: readText(certificate), privateKeyPem: await readKeyFile(key) });
}

/** @param keyFile of the same version as the certificate */
async function keySelector({ keyId, keyLabel, keyFile: named }: TokenEntry, keyFile: string): Promise<KeySelector> {
  if (keyId !== undefined) return { id: keyId, label: keyLabel };
  if (keyLabel !== undefined) return { label: keyLabel };
  if (named !== undefined) return { id: readTokenKeyId(await readKeyFile(keyFile)) };
  throw new TypeError('the schema asks for keyId, keyLabel or keyFile');
}

interface PinSource {
  readonly pinFile?: string | undefined;
  readonly pinCredential?: string | undefined;
}

/**
 * A PIN comes from a file that only its owner can read, or from a systemd credential; never from an argument or the
 * environment itself, which others on the machine can see.
 */
export function pinReader(
  { pinFile, pinCredential }: PinSource,
  pathOf: (written: string) => string,
  environment: Terminal['environment'],
): () => Promise<string> {
  return async () => {
    const file = pinFile === undefined ? credentialFile(pinCredential ?? '', environment) : pathOf(pinFile);
    return (await readKeyFile(file)).replace(/\r?\n$/, '');
  };
}

/** @see systemd.exec(5), LoadCredential= */
function credentialFile(name: string, environment: Terminal['environment']): string {
  const folder = environment['CREDENTIALS_DIRECTORY'];
  if (folder === undefined) {
    throw new SealmeterError('configuration', 'CREDENTIALS_MISSING', `there is no systemd credential "${name}"`, {
      mend: `run as a systemd service with LoadCredential=${name}:FILE, or configure pinFile`,
    });
  }
  return join(folder, name);
}
