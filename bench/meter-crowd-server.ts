// A thousand meters in a process of their own, each at a port of its own, over mutual TLS. What they say was sealed beforehand: each
// answer is the next document of its meter, and costs next to nothing to give.
//
// Arguments: folder with the certificates, number of meters, documents of each, milliseconds between two of them.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { utf8 } from '#core/bytes.ts';
import { Instant } from '#core/time.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { meterName } from './meter-crowd.ts';
import { meteredDocument } from './metered-documents.ts';
import { answerUsage } from './usage.ts';

/** What a household's meter has that is read often. */
const REGISTERS = 12;

const [folder = '.', meters = '1', each = '1', interval = '1000'] = process.argv.slice(2);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const signer = softwareSigner({
  certificatePem: read('meter/signature.pem'),
  privateKeyPem: read('meter/signature.key'),
});

const start = Date.now();
const documents = new Map<string, Uint8Array[]>();
for (let meter = 0; meter < Number(meters); meter += 1) {
  const id = meterName(meter);
  const sealed: Uint8Array[] = [];
  for (let number = 1; number <= Number(each); number += 1) {
    const at = Instant(start + number * Number(interval));
    const unsigned = meteredDocument({ meterId: id, number, at, registers: REGISTERS });
    sealed.push(utf8(await sealDocument(unsigned, signer)));
  }
  documents.set(`/cosem/ldevs/${id}/objects`, sealed);
}

const tls = {
  cert: read('meter/tls.pem'),
  key: read('meter/tls.key'),
  ca: read('pki/tls-root.pem'),
  requestCert: true,
};
const server = createServer(
  { ...tls, rejectUnauthorized: true, keepAliveTimeout: 65_000 },
  ({ url = '' }, response) => {
    const sealed = documents.get(url);
    // The last one again and again, when all have been given.
    const document = sealed !== undefined && sealed.length > 1 ? sealed.shift() : sealed?.[0];
    if (document === undefined) response.writeHead(404).end('{"code":"RESOURCE_UNKNOWN"}');
    else response.writeHead(200, { 'content-length': document.length }).end(document);
  },
);
const doors = Array.from(documents, () =>
  createNetServer((socket) => server.emit('connection', socket)).listen(0, '127.0.0.1'),
);
await Promise.all(doors.map((door) => once(door, 'listening')));
const ports = doors.map((door) => (door.address() as AddressInfo).port);
process.stdout.write(`ready ${ports.join(' ')}\n`);
answerUsage();
