import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { systemClock } from '#core/clock.ts';
import { publicKeyOfCertificate } from '#crypto/node-crypto.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { readCertificates } from '#pki/certificate.ts';
import { DEVELOPMENT_DEFAULTS, initPki } from '#pki/development-pki.ts';

/** A development PKI in a folder of its own, with the keys of both sides at hand. */
export async function makeSite() {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-bench-'));
  await initPki(folder, { now: systemClock.now(), ...DEVELOPMENT_DEFAULTS });
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return {
    folder,
    read,
    meter: signingSide('meter', read),
    das: signingSide('das', read),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

export type Site = Awaited<ReturnType<typeof makeSite>>;

/** How the client of the bench shakes hands. */
export const tlsOf = ({ read }: Site): ConnectionOptions => ({
  cert: read('das/tls.pem'),
  key: read('das/tls.key'),
  ca: read('pki/tls-root.pem'),
});

function signingSide(holder: 'meter' | 'das', read: (name: string) => string) {
  const certificatePem = read(`${holder}/signature.pem`);
  const privateKeyPem = read(`${holder}/signature.key`);
  const [certificate] = readCertificates(Buffer.from(certificatePem));
  return {
    privateKeyPem,
    signer: softwareSigner({ certificatePem, privateKeyPem }),
    publicKey: publicKeyOfCertificate(certificate.der),
    keyId: certificate.id,
  };
}
