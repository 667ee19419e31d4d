// The floor of the service: Express on node:https with the same TLS, and in the handler no more than one bare ECDSA
// verification and one bare signature over bytes that were prepared before, or less.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';
import { tlsOptions } from '#http/tls-options.ts';
import { readCertificates } from '#pki/certificate.ts';
import { answerUsage } from './usage.ts';

const [folder = ''] = process.argv.slice(2);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

const clientKey = createPublicKey(read('das/signature.pem'));
const meterKey = createPrivateKey(read('meter/signature.key'));
const signingString = Buffer.from(`(request-target): get /\nhost: 127.0.0.1:8443\ndate: ${new Date().toUTCString()}`);
const clientSignature = sign('sha256', signingString, createPrivateKey(read('das/signature.key')));
const signedInfo = Buffer.alloc(560, 'x');

const verifyAndSign = (): string => {
  if (!verify('sha256', signingString, clientKey, clientSignature)) throw new Error('the bench has a wrong key');
  return sign('sha256', signedInfo, meterKey).toString('base64');
};

const documents = new Map<string, Buffer>();

/** A document of so many bytes, made once. */
function documentOf(length: string): Buffer {
  const document = documents.get(length) ?? Buffer.alloc(Number(length), 'x');
  documents.set(length, document);
  return document;
}

const app = express().disable('x-powered-by').disable('etag');
app.get('/plain/:length', ({ params }, response) => {
  response.type('application/xml').send(documentOf(params.length));
});
app.get('/sealed/:length', ({ params }, response) => {
  const signature = verifyAndSign();
  response.type('application/xml').set('X-Signature', signature).send(documentOf(params.length));
});

const server = createServer(
  tlsOptions({
    certificates: readCertificates(Buffer.from(read('meter/tls.pem'))),
    privateKey: createPrivateKey(read('meter/tls.key')),
    clientRoots: readCertificates(Buffer.from(read('pki/tls-root.pem'))),
  }),
  app,
);
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ready https://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
answerUsage();
