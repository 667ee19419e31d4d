import { formatInstant } from '#core/time.ts';
import { MeterReader, type MeterReaderParts } from './collect/meter-reader.ts';
import type { ProbedSite } from './collection.ts';

/**
 * Looks at what is at an address, for a person to compare. Nothing of the answer is proven: the names of the meters and of
 * the certificate are read from the text as it came.
 * @throws SealmeterError (peer, evidence) where nobody answers as a meter does
 */
export async function probeMeter(url: URL, parts: MeterReaderParts, signal: AbortSignal): Promise<ProbedSite> {
  const { body, certificate } = await new MeterReader(url, 'rfc9421', parts).get('/cosem/ldevs/', signal);
  const text = Buffer.from(body).toString('utf8');
  const { id, subject, issuer, notBefore, notAfter } = certificate;
  return {
    tls: {
      id,
      subject: subject.text,
      issuer: issuer.text,
      notBefore: formatInstant(notBefore),
      notAfter: formatInstant(notAfter),
    },
    devices: devicesIn(text),
  };
}

/** More than one house has; whoever names millions of them is no meter. */
const MOST_DEVICES = 1_000;

/** The management device tells of the others, and measures nothing. */
function devicesIn(text: string): ProbedSite['devices'] {
  const [, keyName = ''] = /<KeyName>(sha256:[0-9a-f]{64})<\/KeyName>/.exec(text) ?? [];
  const [, management] = /<meter-ident>([^<]+)<\/meter-ident>/.exec(text) ?? [];
  const ids = [...text.matchAll(/<ldev id="([^"&<]{1,60})">/g)].slice(0, MOST_DEVICES).map(([, id = '']) => id);
  return ids.filter((id) => id !== management).map((id) => ({ id, keyName }));
}
