import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Curve } from '#crypto/algorithms.ts';
import type { PublicKey } from '#crypto/crypto-port.ts';
import { publicKeyOfCertificate } from '#crypto/node-crypto.ts';
import type { Signer } from '#crypto/signer.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { program } from './programs.ts';

export interface SigningKey {
  readonly privateKeyPem: string;
  readonly certificatePem: string;
  readonly certificate: X509Certificate;
  readonly signer: Signer;
  readonly publicKey: PublicKey;
}

const OPENSSL_NAME = { 'P-192': 'prime192v1', 'P-256': 'prime256v1', 'P-384': 'secp384r1' } as const;

/** A fresh key with a self-signed certificate, made by OpenSSL: WebCrypto, and what builds on it, knows no P-192. */
export function makeSigningKey(curve: Curve['name'] = 'P-256', subject = '/CN=test'): SigningKey {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-key-'));
  try {
    const privateKeyPem = join(folder, 'key.pem');
    const certificatePem = join(folder, 'certificate.pem');
    const { status, stderr } = spawnSync(program('openssl'), [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${OPENSSL_NAME[curve]}`, '-noenc'],
      ...['-subj', subject, '-days', '2', '-keyout', privateKeyPem, '-out', certificatePem],
    ]);
    if (status !== 0) throw new Error(`openssl req: ${stderr.toString()}`);
    return signingKey(readFileSync(privateKeyPem, 'utf8'), readFileSync(certificatePem, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function signingKey(privateKeyPem: string, certificatePem: string): SigningKey {
  const certificate = new X509Certificate(certificatePem);
  return {
    privateKeyPem,
    certificatePem,
    certificate,
    signer: softwareSigner({ privateKeyPem, certificatePem }),
    publicKey: publicKeyOfCertificate(certificate.raw),
  };
}
