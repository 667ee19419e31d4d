import { makeCertificateRequest } from '#pki/certificate-request.ts';
import { KeyPairStore } from '#pki/key-pair-store.ts';
import { exportKey, generateKey } from '#pki/signing-key.ts';
import { issueTo, makePki, profiles } from './test-pki.ts';

// A program to be killed: it installs one pair after the other under the two names it is given.

const [certificate = '', key = ''] = process.argv.slice(2);
const { sub } = await makePki('killed');
const store = await KeyPairStore.open({ certificate, key });
for (;;) {
  const privateKey = generateKey('P-256');
  const identity = await issueTo(sub, profiles['tls-server'], { privateKey });
  const der = await makeCertificateRequest(identity.key, identity.certificate.subject);
  await store.keepPending({ der, key: exportKey(privateKey) });
  await store.install([identity.certificate]);
  process.stdout.write('installed\n');
}
