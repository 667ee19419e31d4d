import { HttpsServer, type HttpsServerParts } from '#http/https-server.ts';
import { tlsPeerOf } from '#http/peer.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { dasKey, type ExampleChanges, exampleClient, exampleService } from './example-service.ts';
import { clients, meter, root, TODAY } from './tls-parties.ts';

type DoorChanges = Partial<Pick<HttpsServerParts, 'tls' | 'tlsRules' | 'sessions' | 'stapler'>>;

/** An example service behind real mutual TLS, on a free port of 127.0.0.1. Gone with the scope that holds it. */
export async function exampleDoor(changes: ExampleChanges = {}, door: DoorChanges = {}) {
  const service = exampleService({
    peerOf: tlsPeerOf,
    clients: [exampleClient('das', 'administrator', clients.das.certificates[0].id, dasKey)],
    clock: new FakeClock(TODAY),
    ...changes,
  });
  const server = new HttpsServer({
    tls: { ...meter, clientRoots: [root] },
    revocation: service.parts.revocation,
    clients: service.parts.clients,
    serve: service.serve,
    limits: service.parts.limits,
    clock: service.clock,
    log: service.log,
    ...door,
  });
  const { port } = await server.listen('127.0.0.1', 0);
  return { ...service, server, port, [Symbol.asyncDispose]: () => server.close() };
}

export type ExampleDoor = Awaited<ReturnType<typeof exampleDoor>>;
