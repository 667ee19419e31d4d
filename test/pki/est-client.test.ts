import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { addTime, Days, Hours, Minutes, Seconds } from '#core/time.ts';
import { openAuthority } from '#pki/authority-files.ts';
import type { Enroller } from '#pki/enroller.ts';
import { enrol } from '#pki/enrolment.ts';
import { bootstrapRoot, enrolByCertificate, enrolByPassword, renewByCertificate } from '#pki/est-client.ts';
import { nodeHttps } from '#pki/est-transport.ts';
import { readKeyPair } from '#pki/key-pair-files.ts';
import { KeyPairStore } from '#pki/key-pair-store.ts';
import { softwareRequest } from '#pki/prepared-request.ts';
import { readCertificateFile } from '#pki/public-files.ts';
import { rollOverRoot } from '#pki/roll-over.ts';
import { curveOf, exportKey } from '#pki/signing-key.ts';
import { readTlsIdentity, type TlsIdentity } from '#pki/tls-identity.ts';
import { serveStub } from './support/est-stub.ts';
import {
  DEVICE,
  deviceFiles,
  deviceName,
  type EstWorld,
  factoryPair,
  makeEstWorld,
  TODAY,
} from './support/est-world.ts';
import { openssl } from './support/openssl.ts';
import { profiles } from './support/test-pki.ts';

const VALIDITY = Days(7);

describe('an EST client', () => {
  it('gets its first certificate by a one-time password', async () => {
    await using world = await makeEstWorld();
    const result = await enrol(await world.plan([await byPassword(world)]));
    assert.equal(result.state, 'installed');

    const files = deviceFiles(world.folder.path, 'tls');
    const { certificates } = await readKeyPair(files);
    const [leaf, sub] = certificates;
    assert.equal(leaf.subject.text, deviceName.text);
    assert.deepEqual(leaf.extensions.subjectAltName, [{ dns: DEVICE }, { ip: '127.0.0.1' }]);
    assert.equal(certificates.length, 2, 'the leaf, and the sub-CA that it has to be shown with');
    assert.equal(statSync(files.key).mode & 0o777, 0o600);

    const subFile = join(world.pki, 'tls-sub.pem');
    const roots = ['-CAfile', join(world.pki, 'tls-root.pem'), '-untrusted', subFile];
    const verified = openssl('verify', '-x509_strict', '-purpose', 'sslserver', ...roots, files.certificate);
    assert.match(verified.output, /: OK/);
    assert.equal(sub?.id, (await readCertificateFile(subFile))[0].id);
  });

  it('gets it by the certificate that it left the factory with', async () => {
    await using world = await makeEstWorld();
    const result = await enrol(
      await world.plan([enrolByCertificate(world.client('tls'), await factoryIdentity(world))]),
    );
    assert.equal(result.state, 'installed');
  });

  it('renews by the current certificate, with a new key', async () => {
    await using world = await makeEstWorld();
    const files = deviceFiles(world.folder.path, 'tls');
    await enrol(await world.plan([await byPassword(world)]));
    const before = await readKeyPair(files);
    const plan = await world.plan([renewByCertificate(world.client('tls'), () => readTlsIdentity(files, TODAY))]);
    assert.equal((await enrol(plan)).state, 'installed');
    const after = await readKeyPair(files);
    assert.notEqual(after.certificates[0].id, before.certificates[0].id);
    assert.ok(!after.key.publicKey.equals(before.key.publicKey));
  });

  it('gets and renews its signature certificate by its TLS certificate', async () => {
    await using world = await makeEstWorld();
    await enrol(await world.plan([await byPassword(world)]));
    const identity = () => readTlsIdentity(deviceFiles(world.folder.path, 'tls'), TODAY);
    const client = world.client('signature');
    const store = await KeyPairStore.open(deviceFiles(world.folder.path, 'signature'));
    const anchors = () => world.signatureRoots;
    for (const enroller of [enrolByCertificate(client, identity), renewByCertificate(client, identity)]) {
      const result = await enrol({
        ...(await world.plan([enroller])),
        store,
        anchors,
        purpose: 'signature',
        wish: { subject: deviceName, altNames: [] },
      });
      assert.equal(result.state === 'installed' && result.pair.certificates.length, 1);
    }
  });

  it('goes another way when its certificate has expired', async () => {
    await using world = await makeEstWorld();
    const files = deviceFiles(world.folder.path, 'tls');
    await enrol(await world.plan([await byPassword(world)]));
    world.clock.set(addTime(TODAY, Days(900)));
    const renewal = renewByCertificate(world.client('tls'), () => readTlsIdentity(files, world.clock.now()));
    await assert.rejects(async () => await renewal.enrol(await pendingOf(world)), {
      code: 'ENROLMENT_OWN_CERTIFICATE_EXPIRED',
    });
    const result = await enrol(await world.plan([renewal, await byPassword(world)]));
    assert.equal(result.state, 'installed');
  });

  it('sends the cross-certificate along while the CA rolls its root over', async () => {
    await using world = await makeEstWorld();
    await rollOverRoot(world.pki, 'tls', profiles, TODAY);
    const [newRoot, oldRoot] = await readCertificateFile(join(world.pki, 'tls-root.pem'));
    assert.ok(oldRoot);
    for (const anchors of [[oldRoot], [newRoot], [newRoot, oldRoot]]) {
      rmSync(join(world.folder.path, 'tls-of-device.versions'), { recursive: true, force: true });
      const plan = await world.plan([await byPassword(world)], { anchors: () => anchors });
      const result = await enrol(plan);
      assert.equal(result.state, 'installed');
      const sent = result.state === 'installed' ? result.pair.certificates.slice(1) : [];
      assert.ok(
        sent.some(({ publicKey }) => publicKey.equals(newRoot.publicKey)),
        `${anchors.length} anchors`,
      );
      assert.ok(sent.every(({ id }) => id !== newRoot.id && id !== oldRoot.id));
    }
  });

  it('finds the root that a fingerprint names, and no other', async () => {
    await using world = await makeEstWorld();
    const server = { url: world.server.url, label: 'tls', send: nodeHttps(world.clock), clock: world.clock };
    const [root] = world.tlsRoots;
    assert.ok(root);
    assert.equal((await bootstrapRoot(server, root.id)).id, root.id);
    const [other] = world.signatureRoots;
    assert.ok(other);
    await assert.rejects(bootstrapRoot(server, other.id), { code: 'ENROLMENT_FINGERPRINT_UNKNOWN' });
    const [leaf] = await readCertificateFile(join(world.pki, 'est-server.pem'));
    await assert.rejects(bootstrapRoot(server, leaf.id), { code: 'ENROLMENT_FINGERPRINT_UNKNOWN' });
  });

  it('asks again later, with the same request, when the CA has not decided', async () => {
    await using world = await makeEstWorld();
    const asked: string[] = [];
    const waits = ['120', formatHttpDate(addTime(TODAY, Hours(3))), undefined];
    await using stub = await serveStub(world, {
      simpleenroll({ publicKey }) {
        asked.push(publicKey.export({ format: 'pem', type: 'spki' }).toString());
        const wait = waits[asked.length - 1];
        return { status: 202, headers: wait === undefined ? {} : { 'retry-after': wait } };
      },
    });
    const client = world.client('tls', { url: stub.url });
    const delays: number[] = [];
    for (const _ of waits) {
      const password = () => Promise.resolve({ user: DEVICE, password: 'x' });
      const result = await enrol(await world.plan([enrolByPassword(client, password)]));
      assert.equal(result.state, 'pending');
      if (result.state === 'pending') delays.push(result.askAgainAfter);
    }
    assert.equal(new Set(asked).size, 1);
    assert.equal(delays[0], Seconds(120));
    assert.ok(Math.abs((delays[1] ?? 0) - Hours(3)) < Seconds(2));
    assert.equal(delays[2], Minutes(10));
  });

  it('makes its key on the curve that the CA wants, if it wants any', async () => {
    await using world = await makeEstWorld();
    assert.equal(await world.client('tls').wantedCurve(), undefined);
    // SEQUENCE { OID challengePassword, SEQUENCE { id-ecPublicKey, SET { secp384r1 } } }
    const attributes = '301f06092a864886f70d010907301206072a8648ce3d020131070605 2b81040022'.replaceAll(' ', '');
    await using stub = await serveStub(world, {
      csrattrs: () => ({
        headers: { 'content-type': 'application/csrattrs' },
        body: Buffer.from(Buffer.from(attributes, 'hex').toString('base64')),
      }),
    });
    const client = world.client('tls', { url: stub.url });
    const prepare = softwareRequest(async () => (await client.wantedCurve()) ?? 'P-256');
    const { key } = await prepare({ subject: deviceName, altNames: [] });
    assert.equal(curveOf(createPublicKey(key)), 'P-384');
  });

  it('tolerates any answer to its question for attributes', async () => {
    await using world = await makeEstWorld();
    const answers = [
      { status: 204 },
      { status: 404 },
      { status: 501 },
      { body: Buffer.from('MAA=') },
      { body: Buffer.from('!') },
    ];
    for (const answer of answers) {
      await using stub = await serveStub(world, { csrattrs: () => answer });
      assert.equal(await world.client(undefined, { url: stub.url }).wantedCurve(), undefined);
    }
  });

  it('is refused when its certificate is revoked', async () => {
    await using world = await makeEstWorld();
    const files = deviceFiles(world.folder.path, 'tls');
    await enrol(await world.plan([await byPassword(world)]));
    const identity = await readTlsIdentity(files, TODAY);
    const authority = await openAuthority(world.pki, 'tls-sub');
    await authority.revoke(identity.certificates[0].serial, { at: TODAY, reason: 'keyCompromise' });
    const renewal = renewByCertificate(world.client('tls'), () => Promise.resolve(identity));
    await assert.rejects(async () => await renewal.enrol(await pendingOf(world)), { code: 'EST_NOT_AUTHENTICATED' });
  });
});

async function byPassword(world: EstWorld, label = 'tls'): Promise<Enroller> {
  const password = await world.passwords.create(label, DEVICE, VALIDITY);
  return enrolByPassword(world.client(label), () => Promise.resolve({ user: DEVICE, password }));
}

async function factoryIdentity({ factory }: EstWorld): Promise<() => Promise<TlsIdentity>> {
  const { certificate, privateKey } = await factoryPair(factory);
  return () => Promise.resolve({ certificates: [certificate], key: exportKey(privateKey) });
}

/** A request of the device, as it waits in the store. */
async function pendingOf(world: EstWorld) {
  const { store, prepare, wish } = await world.plan([]);
  return await store.keepPending(await prepare(wish));
}

const formatHttpDate = (instant: number): string => new Date(instant).toUTCString();
