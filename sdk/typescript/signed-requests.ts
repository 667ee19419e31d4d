import type { Middleware } from 'openapi-fetch';
import { type RequestSigning, requestTo, signRequest } from '#signature/request-signer.ts';

/** Signs every request as it goes out; the meter then seals what it answers. Has to be the last one that touches it. */
export const signedRequests = (signing: RequestSigning): Middleware => ({
  async onRequest({ request }) {
    const body = new Uint8Array(await request.clone().arrayBuffer());
    const facts = requestTo(
      request.method,
      new URL(request.url),
      Object.fromEntries(request.headers),
      body.length === 0 ? undefined : body,
    );
    for (const [name, value] of Object.entries(await signRequest(facts, signing))) request.headers.set(name, value);
    return request;
  },
});
