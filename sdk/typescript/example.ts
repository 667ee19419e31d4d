// Asks the meter of `sealmeter demo` for its energy register, believes the answer because it is proven, and prints it.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { systemClock } from '#core/clock.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import { judge } from '#das/verdict.ts';
import { meterClient } from './meter-client.ts';

const [folder = '.sealmeter'] = process.argv.slice(2);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const { meter, ldev } = JSON.parse(read('urls.json')) as { meter: string; ldev: string };

const agent = new Agent({ cert: read('das/tls.pem'), key: read('das/tls.key'), ca: read('pki/tls-root.pem') });
const signer = softwareSigner({
  certificatePem: read('das/signature.pem'),
  privateKeyPem: read('das/signature.key'),
});
const client = meterClient({
  url: meter,
  agent,
  signing: { form: 'rfc9421', signer, clock: systemClock, crypto: nodeCrypto, random: randomBytes },
});

// The bytes, not a text: what is verified is what came.
const { data, error } = await client.GET('/cosem/ldevs/{ldev}/objects/{object}/attributes/{attribute}', {
  params: { path: { ldev, object: '3-0100010801ff', attribute: 2 } },
  headers: { accept: 'application/vnd.de-dke-k461-cosem+xml;encap=xmldsig' },
  parseAs: 'arrayBuffer',
});
agent.destroy();
if (error !== undefined) throw new Error(JSON.stringify(error));

const pinned = pinCertificates(readFileSync(join(folder, 'das/meter-signature.pem')));
const { proven, reading, marks } = await judge(new Uint8Array(data), pinned, nodeCrypto, { meterId: ldev });
for (const { check, outcome, finding } of marks) console.log(`${check}: ${outcome}, ${finding}`);
console.log(proven ? `number ${reading?.sequenceNumber} is proven` : 'not to be believed');
