import type { Agent } from 'node:https';
import createClient, { type Client } from 'openapi-fetch';
import type { RequestSigning } from '#signature/request-signer.ts';
import type { paths } from './meter-api.d.ts';
import { mutualTlsFetch } from './mutual-tls-fetch.ts';
import { signedRequests } from './signed-requests.ts';

export interface MeterClientParts {
  /** `https://host:port` of the meter. */
  readonly url: string;
  /** Has the client's certificate and the roots of the meters'. Who made it ends it. */
  readonly agent: Agent;
  /** Without it no request is signed, and no answer sealed. */
  readonly signing?: RequestSigning;
}

/** Every operation of openapi.yaml with its parameters, bodies and answers as types. */
export function meterClient({ url, agent, signing }: MeterClientParts): Client<paths> {
  const client = createClient<paths>({ baseUrl: url, fetch: mutualTlsFetch(agent) });
  if (signing !== undefined) client.use(signedRequests(signing));
  return client;
}
