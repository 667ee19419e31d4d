import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { addTime, Days, Hours } from '#core/time.ts';
import { CertificateKeeper, type KeeperState } from '#pki/certificate-keeper.ts';
import { enrolByCertificate, enrolByPassword, renewByCertificate } from '#pki/est-client.ts';
import { provideEstServerPair } from '#pki/est-server.ts';
import { readKeyPair } from '#pki/key-pair-files.ts';
import { resolvePair } from '#pki/key-pair-store.ts';
import { readCertificateFile } from '#pki/public-files.ts';
import { exportKey } from '#pki/signing-key.ts';
import { readTlsIdentity } from '#pki/tls-identity.ts';
import { DEVICE, deviceFiles, type EstWorld, factoryPair, makeEstWorld, TODAY } from './support/est-world.ts';
import { type OpensslServer, startOpensslServer } from './support/openssl-server.ts';
import { profiles } from './support/test-pki.ts';

describe('a certificate over EST', () => {
  it('lives on: first by password, then by itself, and by another password after a long night', async () => {
    await using world = await makeEstWorld();
    const files = deviceFiles(world.folder.path, 'tls');
    let password = await world.passwords.create('tls', DEVICE, Days(7));
    const client = world.client('tls');
    const ids: string[] = [];
    const states = new Steps<KeeperState>();
    const reached = async <Name extends KeeperState['state']>(name: Name) => {
      for (;;) {
        const next = await states.next();
        if (isState(next, name)) return next;
      }
    };
    await using keeper = new CertificateKeeper({
      ...(await world.plan([
        renewByCertificate(client, () => readTlsIdentity(files, world.clock.now())),
        enrolByPassword(client, () => Promise.resolve({ user: DEVICE, password })),
      ])),
      onInstalled: ({ certificates }) => void ids.push(certificates[0].id),
      onState: (state) => states.add(state),
    });
    await reached('enrolling');

    for (let renewal = 1; renewal <= 2; renewal += 1) {
      world.clock.set((await reached('resting')).until);
      await world.clock.advance(Hours(1));
      await reached('enrolling');
    }

    // The device was off for three years; meanwhile its certificate expired, and the first password is spent.
    await reached('resting');
    world.clock.set(addTime(world.clock.now(), Days(1_000)));
    keeper.renewNow();
    const { problem } = await reached('waiting');
    assert.match(problem, /renewal by the current certificate: .* was valid until/);
    assert.match(problem, /one-time password: .* status 401: the password is not good/);

    password = await world.passwords.create('tls', DEVICE, Days(7));
    keeper.renewNow();
    await reached('resting');
    assert.equal(new Set(ids).size, 4);
    assert.equal((await readKeyPair(await resolvePair(files))).certificates[0].id, ids.at(-1));
  });
});

describe('the EST server of a PKI folder', () => {
  it('has a pair of its own, and another when it is due or is to be for other hosts', async () => {
    await using world = await makeEstWorld();
    const provide = (hosts: readonly string[], now = TODAY) => provideEstServerPair(world.pki, hosts, profiles, now);
    const first = await certificateOf(await provide(['127.0.0.1']));
    assert.equal((await certificateOf(await provide(['127.0.0.1']))).id, first.id);

    const second = await certificateOf(await provide(['::1', 'est.example']));
    assert.notEqual(second.id, first.id);
    assert.equal((await certificateOf(await provide(['est.example', '0:0:0:0:0:0:0:1']))).id, second.id);

    const third = await certificateOf(await provide(['::1', 'est.example'], addTime(TODAY, Days(500))));
    assert.notEqual(third.id, second.id);
  });
});

describe('an EST client whose certificate the server refuses in TLS', () => {
  it('says that it is ours that is refused', async () => {
    await using world = await makeEstWorld();
    await using server = await startStrictServer(world);
    const { certificate, privateKey } = await factoryPair(world.factory);
    const identity = () => Promise.resolve({ certificates: [certificate] as const, key: exportKey(privateKey) });
    const client = world.client('tls', { url: `https://127.0.0.1:${server.port}` });
    const enroller = enrolByCertificate(client, identity);
    const { store, prepare, wish } = await world.plan([]);
    const request = await store.keepPending(await prepare(wish));
    await assert.rejects(enroller.enrol(request), { code: 'EST_NOT_AUTHENTICATED' });
  });
});

const isState = <Name extends KeeperState['state']>(
  state: KeeperState,
  name: Name,
): state is Extract<KeeperState, { readonly state: Name }> => state.state === name;

const certificateOf = async ({ certificate }: { readonly certificate: string }) =>
  (await readCertificateFile(certificate))[0];

/** openssl's TLS server, which ends the handshake with an alert for whoever has no certificate of the TLS PKI. */
async function startStrictServer({ pki }: EstWorld): Promise<OpensslServer> {
  const own = ['-cert', join(pki, 'est-server.pem'), '-key', join(pki, 'private', 'est-server.key')];
  const chain = ['-cert_chain', join(pki, 'tls-sub.pem'), '-CAfile', join(pki, 'tls-root.pem')];
  const verify = ['-Verify', '3', '-verify_return_error'];
  return await startOpensslServer('s_server', '-accept', '127.0.0.1:0', '-www', ...own, ...chain, ...verify);
}

/** What happens one after the other, looked at in the same order. */
class Steps<T> {
  readonly #steps: PromiseWithResolvers<T>[] = [];
  #added = 0;
  #taken = 0;

  add(step: T): void {
    this.#at(this.#added++).resolve(step);
  }

  next(): Promise<T> {
    return this.#at(this.#taken++).promise;
  }

  #at(index: number): PromiseWithResolvers<T> {
    return (this.#steps[index] ??= Promise.withResolvers<T>());
  }
}
