import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../support/programs.ts';
import type { SigningKey } from '../../support/signing-keys.ts';

/** How xmlsec1 is told which attribute of which element is an identifier: `NAMESPACE:ELEMENT`. */
export type IdBearer = `${string}:${string}`;

/** Verifies with that key alone, whatever the document brings along. */
export function xmlsec1Verify(key: SigningKey, xml: string, idBearer?: IdBearer): boolean {
  return inFolder((folder) => {
    const file = join(folder, 'signed.xml');
    const keyFile = join(folder, 'public.pem');
    writeFileSync(file, xml);
    writeFileSync(keyFile, key.certificate.publicKey.export({ format: 'pem', type: 'spki' }));
    const pinned = ['--enabled-key-data', 'key-name', '--pubkey-pem', keyFile];
    return spawnSync(program('xmlsec1'), ['--verify', ...pinned, ...idOption(idBearer), file]).status === 0;
  });
}

/** Fills in a signature template: a document whose Signature has an empty DigestValue and SignatureValue. */
export function xmlsec1Sign(key: SigningKey, template: string, idBearer?: IdBearer): string {
  return inFolder((folder) => {
    const [file, signed, keyFile, certificateFile] = ['template.xml', 'signed.xml', 'key.pem', 'certificate.pem'].map(
      (name) => join(folder, name),
    ) as [string, string, string, string];
    writeFileSync(file, template);
    writeFileSync(keyFile, key.privateKeyPem);
    writeFileSync(certificateFile, key.certificatePem);
    const keyOption = ['--privkey-pem:meter-1', `${keyFile},${certificateFile}`];
    const command = ['--sign', ...keyOption, ...idOption(idBearer), '--output', signed, file];
    const { status, stderr } = spawnSync(program('xmlsec1'), command);
    if (status !== 0) throw new Error(`xmlsec1 --sign: ${stderr.toString()}`);
    return readFileSync(signed, 'utf8');
  });
}

const idOption = (idBearer: IdBearer | undefined): readonly string[] =>
  idBearer === undefined ? [] : ['--id-attr:Id', idBearer];

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-xmlsec1-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
