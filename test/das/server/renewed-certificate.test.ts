import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { connect } from 'node:tls';
import { SealmeterError } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { DasServer } from '#das/das-server.ts';
import { revocable } from '../../http/support/ocsp-parties.ts';
import { root, meter as serverParty, TODAY } from '../../http/support/tls-parties.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { DasVisitor } from './support/das-visitor.ts';
import { ExampleCollection, passwords } from './support/example-das.ts';
import { MemoryStore } from './support/memory-store.ts';

function makeServer(): DasServer {
  return new DasServer({
    tls: { ...serverParty, clientRoots: [root] },
    store: new MemoryStore(),
    collection: new ExampleCollection(),
    passwords,
    clock: new FakeClock(TODAY),
    log: silentLog,
  });
}

/** The serial number of the certificate that a newcomer is shown. */
async function shown(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber.toLowerCase();
}

const serialOf = ({ certificates: [leaf] }: typeof serverParty): string => leaf.serial.toLowerCase();

const { meter: renewed } = revocable;

describe('another certificate of the server', () => {
  it('is shown to all who come from now on, and whoever is here goes on', async () => {
    await using das = makeServer();
    const { port } = await das.listen('127.0.0.1', 0);
    const visitor = new DasVisitor(port);
    assert.equal((await visitor.get('/api/session')).status, 401);
    assert.equal(await shown(port), serialOf(serverParty));
    das.renew({ ...renewed, clientRoots: [root] });
    assert.equal(await shown(port), serialOf(renewed));
    visitor.leave();
  });

  it('is refused, and nothing changes, where its key is another or browsers would have to be asked anew', async () => {
    await using das = makeServer();
    const { port } = await das.listen('127.0.0.1', 0);
    const code = (wanted: string) => (error: unknown) => error instanceof SealmeterError && error.code === wanted;
    const { certificates } = renewed;
    assert.throws(() => das.renew({ ...serverParty, certificates, clientRoots: [root] }), code('DAS_TLS_UNUSABLE'));
    assert.throws(() => das.renew(renewed), code('DAS_TLS_RESTART'));
    assert.equal(await shown(port), serialOf(serverParty));
  });
});
