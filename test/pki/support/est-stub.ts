import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { utf8 } from '#core/bytes.ts';
import { readBounded } from '#pki/bounded-body.ts';
import type { Certificate } from '#pki/certificate.ts';
import { type CertificateRequest, readCertificateRequest } from '#pki/certificate-request.ts';
import { writeCertificateBag } from '#pki/est/certificate-bag.ts';
import { readBody, writeBody } from '#pki/est/message-body.ts';
import { type EstOperation, readPath } from '#pki/est/operations.ts';
import { readKeyFile } from '#pki/key-files.ts';
import { certificatesToPem, readCertificateFile } from '#pki/public-files.ts';
import type { EstWorld } from './est-world.ts';
import type { TestServer } from './http-server.ts';

export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Answers one operation; `request` is what the client wants certified. */
type Stub = (request: CertificateRequest) => StubAnswer | Promise<StubAnswer>;

/** An EST server that says whatever a test wants, with the real server's TLS certificate. */
export async function serveStub(world: EstWorld, stubs: Partial<Record<EstOperation, Stub>>): Promise<TestServer> {
  return await serveTls(world, async (incoming, response) => {
    const { operation = 'cacerts' } = readPath(incoming.url ?? '') ?? {};
    const stub = stubs[operation] ?? (operation === 'cacerts' ? () => certsOnly(world.tlsRoots) : undefined);
    const body = (await readBounded(incoming, 100_000)) ?? new Uint8Array();
    const der = readBody(body);
    const request = der === undefined || der.length === 0 ? undefined : readCertificateRequest(der);
    const answer = (await stub?.(request as CertificateRequest)) ?? { status: 404 };
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  });
}

/** Any HTTPS server with the certificate of the world's EST server. */
export async function serveTls(
  { pki }: EstWorld,
  listener: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<TestServer> {
  const cert = certificatesToPem(await readCertificateFile(join(pki, 'est-server.pem')));
  const key = await readKeyFile(join(pki, 'private', 'est-server.key'));
  const server = createServer({ cert, key }, (request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const certsOnly = (certificates: readonly Certificate[]): StubAnswer => pkcs7(writeCertificateBag(certificates));

export const pkcs7 = (der: Uint8Array): StubAnswer => ({
  headers: { 'content-type': 'application/pkcs7-mime' },
  body: writeBody(der),
});

export const plainText = (status: number, text: string): StubAnswer => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body: utf8(text),
});
