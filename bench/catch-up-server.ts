// Meters after an outage, in a process of their own, each at a port of its own, over mutual TLS. Each has captures that nobody
// has fetched yet, and takes a sample whenever it is asked. All documents are as long as those of a real meter.
//
// Arguments: folder with the certificates, number of meters, captures of each.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { utf8 } from '#core/bytes.ts';
import { softwareSigner } from '#crypto/software-signer.ts';
import { CatchUpMeter } from './catch-up-meter.ts';
import { meterName } from './meter-crowd.ts';
import { answerUsage } from './usage.ts';

const [folder = '.', count = '1', each = '1'] = process.argv.slice(2);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const signer = softwareSigner({
  certificatePem: read('meter/signature.pem'),
  privateKeyPem: read('meter/signature.key'),
});
const meters = await Promise.all(
  Array.from({ length: Number(count) }, (_, index) => CatchUpMeter.make(meterName(index), signer, Number(each))),
);

const tls = {
  cert: read('meter/tls.pem'),
  key: read('meter/tls.key'),
  ca: read('pki/tls-root.pem'),
  requestCert: true,
};
const server = createServer({ ...tls, rejectUnauthorized: true, keepAliveTimeout: 65_000 }, (request, response) => {
  const url = new URL(request.url ?? '', 'https://meter.example');
  const meter = meters.find(({ id }) => url.pathname.startsWith(`/cosem/ldevs/${id}/objects`));
  const answer = meter?.answer(url);
  if (answer === undefined) response.writeHead(404).end('{"code":"RESOURCE_UNKNOWN"}');
  else void answer.then((document) => response.writeHead(200).end(utf8(document)));
});
const doors = meters.map(() => createNetServer((socket) => server.emit('connection', socket)).listen(0, '127.0.0.1'));
await Promise.all(doors.map((door) => once(door, 'listening')));
const ports = doors.map((door) => (door.address() as AddressInfo).port);
process.stdout.write(`ready ${ports.join(' ')}\n`);
answerUsage();
