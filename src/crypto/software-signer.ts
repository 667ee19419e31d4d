import { createPrivateKey, createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto';

import { SealmeterError } from '#core/errors.ts';
import { hashOf } from './algorithms.ts';
import { rawFromDer } from './ecdsa-encoding.ts';
import { certificateId } from './node-crypto.ts';
import type { Signer } from './signer.ts';
import { algorithmOfSpki } from './spki.ts';

export interface SoftwareKey {
  /** PKCS#8 without a passphrase. */
  readonly privateKeyPem: string;
  /** The certificate of that key; more certificates may follow it. */
  readonly certificatePem: string;
}

/**
 * A signer whose key lies in the process. The key is held by the closure alone: nothing that the signer offers,
 * prints or serialises contains it.
 * @throws SealmeterError (configuration) `PRIVATE_KEY_UNREADABLE`, `CERTIFICATE_UNREADABLE`,
 *   `PRIVATE_KEY_NOT_OF_CERTIFICATE`; (evidence) `KEY_UNSUPPORTED`
 */
export function softwareSigner({ privateKeyPem, certificatePem }: SoftwareKey): Signer {
  const key = readPrivateKey(privateKeyPem);
  const certificate = readCertificate(certificatePem);
  if (!certificate.checkPrivateKey(key)) {
    throw new SealmeterError(
      'configuration',
      'PRIVATE_KEY_NOT_OF_CERTIFICATE',
      `the private key is not that of the certificate "${certificate.subject.replaceAll('\n', ', ')}"`,
      { mend: 'give the certificate that was issued for this key' },
    );
  }
  const algorithm = algorithmOfSpki(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  const hash = hashOf(algorithm.hash).openssl;
  return {
    algorithm,
    keyId: certificateId(certificate.raw),
    sign(data) {
      const raw = rawFromDer(sign(hash, data, key), algorithm.curve);
      if (raw === undefined) throw new SealmeterError('internal', 'SIGNATURE_MALFORMED', 'OpenSSL made no signature');
      return raw;
    },
  };
}

function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    // The cause stays behind: nothing that has met a private key goes into an error.
    throw new SealmeterError('configuration', 'PRIVATE_KEY_UNREADABLE', 'the private key cannot be read', {
      mend: 'give a PEM file that starts with "-----BEGIN PRIVATE KEY-----" (PKCS#8, no passphrase)',
    });
  }
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new SealmeterError('configuration', 'CERTIFICATE_UNREADABLE', 'the certificate cannot be read', {
      mend: 'give a PEM file that starts with "-----BEGIN CERTIFICATE-----"',
      cause,
    });
  }
}
