import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificatesToPem } from '#pki/public-files.ts';
import { exportKey } from '#pki/signing-key.ts';
import { startOpensslServer } from './openssl-server.ts';
import type { TestIdentity, TestPki } from './test-pki.ts';

export const CMP_REFERENCE = 'meter7';
export const CMP_SECRET = 'a secret that the CA and the meter share';

export interface CmpServer extends AsyncDisposable {
  readonly url: string;
}

export interface CmpServerOptions {
  readonly folder: string;
  readonly pki: TestPki;
  /** What the server protects its messages with where the client uses no secret. */
  readonly own: TestIdentity;
  /** What it answers every request with. */
  readonly certificate: Pick<TestIdentity, 'certificate'>;
  readonly more?: readonly string[];
}

/** The mock server in `openssl cmp`, on a port of its own choice. It answers with a certificate that it was given. */
export async function startCmpServer({
  folder,
  pki,
  own,
  certificate,
  more = [],
}: CmpServerOptions): Promise<CmpServer> {
  const file = (name: string, content: string): string => {
    const path = join(folder, `server-${name}`);
    writeFileSync(path, content);
    return path;
  };
  const root = file('root.pem', certificatesToPem([pki.root.certificate]));
  const sub = file('sub.pem', certificatesToPem([pki.sub.certificate]));
  const options = {
    config: '',
    port: '0',
    srv_ref: CMP_REFERENCE,
    srv_secret: `file:${file('secret', CMP_SECRET)}`,
    srv_cert: file('own.pem', certificatesToPem([own.certificate])),
    srv_key: file('own.key', exportKey(own.privateKey)),
    srv_untrusted: sub,
    srv_trusted: root,
    rsp_cert: file('issued.pem', certificatesToPem([certificate.certificate])),
    rsp_extracerts: sub,
  };
  const parameters = Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]);
  const server = await startOpensslServer('cmp', ...parameters, ...more);
  return { url: `http://127.0.0.1:${server.port}/`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
