import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from '../../support/programs.ts';
import type { SigningKey } from '../../support/signing-keys.ts';

export interface JavaSigning {
  readonly xml: string;
  readonly uri: string;
  /** CanonicalizationMethod of SignedInfo. */
  readonly canonicalization: string;
  /** The transform after enveloped-signature; undefined for none. */
  readonly transform: string | undefined;
  readonly keyInfo: 'none' | 'KeyName' | 'KeyValue' | 'X509Data';
}

/** Signs documents with Java's XML Signature, all in one run. */
export function javaSign(key: SigningKey, signings: readonly JavaSigning[]): readonly string[] {
  return inFolder((folder) => {
    const keyFile = join(folder, 'key.der');
    writeFileSync(keyFile, createPrivateKey(key.privateKeyPem).export({ format: 'der', type: 'pkcs8' }));
    const certificateFile = writeCertificate(folder, key);
    const method = key.publicKey.algorithm.xmldsig;
    const results = signings.map((_, index) => join(folder, `${index}.signed.xml`));
    const jobs = signings.map(({ xml, uri, canonicalization, transform = '-', keyInfo }, index) => {
      const input = join(folder, `${index}.xml`);
      writeFileSync(input, xml);
      return [
        'sign',
        keyFile,
        certificateFile,
        uri,
        canonicalization,
        transform,
        method,
        keyInfo,
        input,
        results[index],
      ];
    });
    runJava(jobs);
    return results.map((result) => readFileSync(result, 'utf8'));
  });
}

/** `valid`, `invalid` or `error …` for each document, with the key of that certificate alone, all in one run. */
export function javaVerify(key: SigningKey, documents: readonly string[]): readonly string[] {
  return inFolder((folder) => {
    const certificateFile = writeCertificate(folder, key);
    return runJava(
      documents.map((xml, index) => {
        const file = join(folder, `${index}.xml`);
        writeFileSync(file, xml);
        return ['verify', certificateFile, file];
      }),
    );
  });
}

function runJava(jobs: ReadonlyArray<ReadonlyArray<string | undefined>>): readonly string[] {
  const source = fileURLToPath(new URL('XmlSignatures.java', import.meta.url));
  const input = jobs.map((job) => job.join('\t')).join('\n');
  const run = spawnSync(program('java'), ['-XX:TieredStopAtLevel=1', source], { input, maxBuffer: 2 ** 26 });
  if (run.status !== 0) throw new Error(`XmlSignatures.java: ${run.stderr.toString()}`);
  return run.stdout.toString().trimEnd().split('\n');
}

function writeCertificate(folder: string, key: SigningKey): string {
  const file = join(folder, 'certificate.der');
  writeFileSync(file, key.certificate.raw);
  return file;
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-java-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
