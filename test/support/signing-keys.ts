import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type SignatureAlgorithmId, signatureAlgorithm } from '#crypto/algorithms.ts';
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

/** A fresh key with a self-signed certificate, made by OpenSSL: WebCrypto, and what builds on it, knows no P-192. */
export function makeSigningKey(
  algorithm: SignatureAlgorithmId = 'ecdsa-p256-sha256',
  subject = '/CN=test',
): SigningKey {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-key-'));
  try {
    const privateKeyPem = join(folder, 'key.pem');
    const certificatePem = join(folder, 'certificate.pem');
    const key = [
      '-newkey',
      'ec',
      '-pkeyopt',
      `ec_paramgen_curve:${signatureAlgorithm(algorithm).curve.openssl}`,
      '-noenc',
    ];
    const files = ['-keyout', privateKeyPem, '-out', certificatePem];
    const { status, stderr } = spawnSync(program('openssl'), ['req', '-x509', ...key, '-subj', subject, ...files]);
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
