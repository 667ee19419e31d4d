import { randomBytes } from 'node:crypto';
import { systemClock } from '#core/clock.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { requestTo, signRequest } from '#signature/request-signer.ts';
import type { SignatureForm } from '#signature/signature-format.ts';
import type { Site } from './site.ts';

type Headers = Readonly<Record<string, string>>;

/** The headers by which the DAS of a site signs a GET. */
export const signatureOfGet = ({ das }: Site, url: URL, form: SignatureForm = 'rfc9421'): Promise<Headers> =>
  signRequest(requestTo('GET', url), {
    form,
    signer: das.signer,
    clock: systemClock,
    crypto: nodeCrypto,
    random: randomBytes,
  });

/** A GET as it goes over the wire. */
export function bytesOfGet({ host, pathname, search }: URL, headers: Headers = {}): Uint8Array {
  const lines = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
}
