import type { KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addTime, Days, type Duration, Instant } from '#core/time.ts';
import type { CertificateList } from '#pki/certificate.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { exportKey } from '#pki/signing-key.ts';
import { newKey, openssl } from '../../pki/support/openssl.ts';
import { issueTo, makeRoot, profiles, type TestIdentity } from '../../pki/support/test-pki.ts';

/** Somebody with a certificate, as TLS wants to have it. */
export interface TlsParty {
  /** Leaf, then sub-CA. */
  readonly certificates: CertificateList;
  readonly privateKey: KeyObject;
  /** The same as PEM. */
  readonly cert: string;
  readonly key: string;
}

/** OpenSSL judges by the machine's clock, so these certificates are of today. A whole second, as signatures have it. */
export const TODAY = Instant(Math.floor(Date.now() / 1_000) * 1_000);
const ago = (duration: Duration): Instant => Instant(TODAY - duration);

async function makeCa(name: string) {
  const root = await makeRoot({ name: `${name} root`, now: ago(Days(10)) });
  return { root, sub: await issueTo(root, profiles['sub-ca'], { name: `${name} sub-CA`, now: ago(Days(10)) }) };
}

export function party({ certificate, privateKey }: TestIdentity, ...issuers: readonly TestIdentity[]): TlsParty {
  const certificates: CertificateList = [certificate, ...issuers.map((issuer) => issuer.certificate)];
  return { certificates, privateKey, cert: certificatesToPem(certificates), key: exportKey(privateKey) };
}

const ours = await makeCa('our');
const theirs = await makeCa('their');
const das = await issueTo(ours.sub, profiles['tls-client'], { name: 'das', now: TODAY });

/** What the meter's and the clients' certificates chain up to. */
export const root = ours.root.certificate;

export const meter = party(
  await issueTo(ours.sub, profiles['tls-server'], {
    now: TODAY,
    altNames: [{ dns: 'localhost' }, { ip: '127.0.0.1' }],
  }),
  ours.sub,
);

export const clients = {
  das: party(das, ours.sub),
  /** Of our CA, but on nobody's list. */
  stranger: party(await issueTo(ours.sub, profiles['tls-client'], { name: 'stranger', now: TODAY }), ours.sub),
  ofOtherCa: party(await issueTo(theirs.sub, profiles['tls-client'], { name: 'das', now: TODAY }), theirs.sub),
  withoutSubCa: party(das),
  expired: party(await issueTo(ours.sub, profiles['tls-client'], { name: 'late', now: ago(Days(20 * 365)) }), ours.sub),
  notYetValid: party(
    await issueTo(ours.sub, profiles['tls-client'], { name: 'early', now: addTime(TODAY, Days(5)) }),
    ours.sub,
  ),
  /** It says what it is for, and that is something else. */
  forOcsp: party(await issueTo(ours.sub, profiles['ocsp-responder'], { name: 'responder', now: TODAY }), ours.sub),
  /** It does not say what it is for; OpenSSL takes that as permission. */
  forAnything: party(await issueTo(ours.sub, profiles.signature, { name: 'signer', now: TODAY }), ours.sub),
} as const satisfies Readonly<Record<string, TlsParty>>;

/** Of our CA, and good to OpenSSL; but where it should say whom to ask about it, it says nothing that could be read. */
export function unreadableClient(): Pick<TlsParty, 'cert' | 'key'> {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-unreadable-'));
  try {
    const file = (name: string): string => join(folder, name);
    writeFileSync(file('ca.pem'), certificatesToPem([ours.sub.certificate]));
    writeFileSync(file('ca.key'), exportKey(ours.sub.privateKey), { mode: 0o600 });
    const ca = ['-CA', file('ca.pem'), '-CAkey', file('ca.key')];
    const usage = ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=clientAuth', `${AUTHORITY_INFO}=DER:0500`];
    const extensions = usage.flatMap((extension) => ['-addext', extension]);
    const made = openssl(
      'req',
      '-x509',
      ...newKey(file('key')),
      ...ca,
      '-subj',
      '/CN=odd',
      ...extensions,
      '-out',
      file('pem'),
    );
    if (made.status !== 0) throw new Error(made.output);
    const cert = readFileSync(file('pem'), 'utf8') + certificatesToPem([ours.sub.certificate]);
    return { cert, key: readFileSync(file('key'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const AUTHORITY_INFO = '1.3.6.1.5.5.7.1.1';
