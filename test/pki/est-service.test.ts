import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { toBase64, utf8 } from '#core/bytes.ts';
import { silentLog } from '#core/log.ts';
import { addTime, Days } from '#core/time.ts';
import { openAuthority } from '#pki/authority-files.ts';
import type { Certificate } from '#pki/certificate.ts';
import { makeCertificateRequest } from '#pki/certificate-request.ts';
import { type DistinguishedName, makeName } from '#pki/distinguished-name.ts';
import { readCertificateBag } from '#pki/est/certificate-bag.ts';
import { readBody, writeBody } from '#pki/est/message-body.ts';
import { type EstRequest, type EstResponse, EstService } from '#pki/est-service.ts';
import type { AltName } from '#pki/extensions.ts';
import { rollOverSub } from '#pki/roll-over.ts';
import { type CurveName, generateKey, softwareKey } from '#pki/signing-key.ts';
import { DEVICE, deviceName, type EstWorld, factoryPair, makeEstWorld, TODAY } from './support/est-world.ts';
import { issueTo, makePki, profiles } from './support/test-pki.ts';

const HOSTS: readonly AltName[] = [{ dns: DEVICE }, { ip: '127.0.0.1' }];

describe('the EST service', () => {
  let world: EstWorld;
  let service: EstService;
  before(async () => {
    world = await makeEstWorld();
    const { pki: folder, passwords, factory, clock } = world;
    const factoryAnchors = [factory.certificate];
    service = new EstService({
      folder,
      passwords,
      factoryAnchors,
      hosts: ['127.0.0.1'],
      clock,
      profiles,
      log: silentLog,
    });
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (change: Partial<EstRequest> & { readonly der?: Uint8Array }): Promise<EstResponse> =>
    service.answer({
      method: 'POST',
      path: '/.well-known/est/tls/simpleenroll',
      contentType: 'application/pkcs10',
      authorization: undefined,
      clientCertificates: [],
      body: bodyOf(writeBody(change.der ?? new Uint8Array())),
      ...change,
    });
  const newPassword = (label = 'tls', user = DEVICE) => world.passwords.create(label, user, Days(7));
  const issued = async (subject: DistinguishedName, profile: 'tls-server' | 'tls-client' | 'signature') => {
    const authority = await openAuthority(world.pki, profile === 'signature' ? 'signature-sub' : 'tls-sub');
    const { publicKey } = softwareKey(generateKey('P-256'));
    const altNames = profile === 'signature' ? [] : HOSTS;
    return await authority.issue({ profile: profiles[profile], subject, publicKey, altNames, now: world.clock.now() });
  };
  const renew = (clientCertificates: readonly Certificate[], der: Uint8Array, label = 'tls') =>
    ask({ path: `/.well-known/est/${label}/simplereenroll`, clientCertificates, der });

  describe('hands out a certificate', () => {
    it('for a right password, without a label for TLS too', async () => {
      for (const path of ['/.well-known/est/tls/simpleenroll', '/.well-known/est/simpleenroll']) {
        const response = await ask({ path, der: await request(), authorization: basic(DEVICE, await newPassword()) });
        const [certificate, ...others] = certificatesIn(response);
        assert.equal(others.length, 0);
        assert.equal(certificate?.subject.text, deviceName.text);
        assert.deepEqual(certificate.extensions.extendedKeyUsage, ['serverAuth', 'clientAuth']);
      }
    });

    it('to a device of a known maker, for its own name', async () => {
      const { certificate } = await factoryPair(world.factory);
      const response = await ask({ clientCertificates: [certificate], der: await request() });
      assert.equal(certificatesIn(response).length, 1);
    });

    it('for signatures to whoever has one for TLS here', async () => {
      const clientCertificates = [await issued(deviceName, 'tls-server')];
      const der = await request({ hosts: [] });
      const response = await ask({ path: '/.well-known/est/signature/simpleenroll', clientCertificates, der });
      assert.deepEqual(certificatesIn(response)[0]?.extensions.keyUsage, ['digitalSignature', 'nonRepudiation']);
    });

    it('in the place of one of a sub-CA that has rolled over since', async () => {
      const old = await issued(deviceName, 'tls-server');
      await rollOverSub(world.pki, 'tls', profiles, TODAY);
      assert.equal((await renew([old], await request())).status, 200);
    });
  });

  describe('refuses', () => {
    it('password-reuse', async () => {
      const authorization = basic(DEVICE, await newPassword());
      assert.equal((await ask({ authorization, der: await request() })).status, 200);
      const again = await ask({ authorization, der: await request() });
      assert.equal(again.status, 401);
      assert.match(again.headers['www-authenticate'] ?? '', /^Basic realm=/);
    });

    it('password-used-by-two-at-once', async () => {
      const authorization = basic(DEVICE, await newPassword());
      const responses = await Promise.all(
        Array.from({ length: 4 }, async () => await ask({ authorization, der: await request() })),
      );
      const statuses = responses.map(({ status }) => status);
      assert.deepEqual(
        statuses.toSorted((a, b) => a - b),
        [200, 401, 401, 401],
      );
    });

    it('password-guessing, also the right one after five tries', async () => {
      const password = await newPassword();
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const guess = basic(DEVICE, `${'0'.repeat(5)}-${attempt}`);
        assert.equal((await ask({ authorization: guess, der: await request() })).status, 401);
      }
      assert.equal((await ask({ authorization: basic(DEVICE, password), der: await request() })).status, 401);
    });

    it('password-of-another-label', async () => {
      const authorization = basic(DEVICE, await newPassword('signature'));
      assert.equal((await ask({ authorization, der: await request() })).status, 401);
    });

    it('password-too-old', async () => {
      const authorization = basic(DEVICE, await newPassword());
      world.clock.set(addTime(TODAY, Days(8)));
      assert.equal((await ask({ authorization, der: await request() })).status, 401);
      world.clock.set(TODAY);
    });

    it('authorization that is none', async () => {
      for (const authorization of [
        '',
        'Basic',
        'Basic !!!',
        'Bearer x',
        `Basic ${toBase64(utf8('no colon'))}`,
        'Basic Og==',
      ]) {
        assert.equal((await ask({ authorization, der: await request() })).status, 401, authorization);
      }
    });

    it('nobody', async () => {
      assert.equal((await ask({ der: await request() })).status, 401);
      assert.equal((await renew([], await request())).status, 401);
    });

    it('request-for-another-name, without taking the password', async () => {
      const authorization = basic(DEVICE, await newPassword());
      for (const names of [
        [['CN', 'meter8.example']],
        [
          ['CN', DEVICE],
          ['CN', 'meter8.example'],
        ],
        [['O', 'Example']],
      ] as const) {
        const der = await request({ subject: makeName(names) });
        assert.equal((await ask({ authorization, der })).status, 403);
      }
      assert.equal((await ask({ authorization, der: await request() })).status, 200);
    });

    it('request-for-another-host', async () => {
      for (const host of [{ dns: 'bank.example' }, { dns: `${DEVICE}.` }, { ip: '192.0.2.1' }]) {
        const der = await request({ hosts: [...HOSTS, host] });
        assert.equal((await ask({ authorization: basic(DEVICE, await newPassword()), der })).status, 403);
      }
    });

    it('request-that-does-not-fit-the-profile, without taking the password', async () => {
      const authorization = basic(DEVICE, await newPassword());
      for (const wish of [{ hosts: [] }, { curve: 'P-192' }] as const) {
        const response = await ask({ authorization, der: await request(wish) });
        assert.equal(response.status, 400);
        assert.match(new TextDecoder().decode(response.body), /host names are missing|P-192 is not allowed/);
      }
      assert.equal((await ask({ authorization, der: await request() })).status, 200);
    });

    it('request-without-proof-of-possession', async () => {
      const { publicKey } = softwareKey(generateKey('P-256'));
      const thief = { ...softwareKey(generateKey('P-256')), publicKey };
      const der = await makeCertificateRequest(thief, deviceName, HOSTS);
      const response = await ask({ authorization: basic(DEVICE, await newPassword()), der });
      assert.equal(response.status, 400);
      assert.match(new TextDecoder().decode(response.body), /not signed with the key that it names/);
    });

    it('re-enrolment-for-another-subject', async () => {
      const own = await issued(deviceName, 'tls-server');
      const subject = makeName([
        ['CN', DEVICE],
        ['O', 'Other'],
      ]);
      assert.equal((await renew([own], await request({ subject }))).status, 403);
    });

    it('re-enrolment-for-another-host', async () => {
      const own = await issued(deviceName, 'tls-server');
      const der = await request({ hosts: [...HOSTS, { ip: '127.0.0.2' }] });
      assert.equal((await renew([own], der)).status, 403);
    });

    it('re-enrolment-under-another-label', async () => {
      const own = await issued(deviceName, 'tls-server');
      assert.equal((await renew([own], await request(), 'tls-client')).status, 403);
      const client = await issued(makeName([['CN', 'das']]), 'tls-client');
      assert.equal((await renew([client], await request({ subject: client.subject }))).status, 403);
    });

    it('re-enrolment-of-a-signature-certificate-that-was-never-issued', async () => {
      const subject = makeName([['CN', 'newcomer']]);
      const own = await issued(subject, 'tls-client');
      assert.equal((await renew([own], await request({ subject, hosts: [] }), 'signature')).status, 403);
    });

    it('re-enrolment-of-a-revoked-signature-certificate', async () => {
      const subject = makeName([['CN', 'revoked signer']]);
      const own = await issued(subject, 'tls-client');
      const der = await request({ subject, hosts: [] });
      const { serial } = await issued(subject, 'signature');
      assert.equal((await renew([own], der, 'signature')).status, 200);
      const authority = await openAuthority(world.pki, 'signature-sub');
      const latest = [...authority.ledger.issued.values()].filter((entry) => entry.subject === subject.text);
      assert.ok(latest.some((entry) => entry.serial === serial));
      for (const entry of latest) await authority.revoke(entry.serial, { at: TODAY, reason: 'keyCompromise' });
      assert.equal((await renew([own], der, 'signature')).status, 403);
    });

    it('certificate-revoked', async () => {
      const own = await issued(deviceName, 'tls-server');
      await (await openAuthority(world.pki, 'tls-sub')).revoke(own.serial, { at: TODAY, reason: 'superseded' });
      assert.equal((await renew([own], await request())).status, 401);
    });

    it('certificate-expired', async () => {
      const own = await issued(deviceName, 'tls-server');
      world.clock.set(addTime(TODAY, Days(731)));
      assert.equal((await renew([own], await request())).status, 401);
      world.clock.set(TODAY);
    });

    it('certificate-of-another-pki', async () => {
      const { root, sub } = await makePki('stranger', TODAY);
      const { certificate } = await issueTo(sub, profiles['tls-client'], { name: DEVICE, now: TODAY });
      const chain = [certificate, sub.certificate, root.certificate];
      assert.equal((await renew(chain, await request({ subject: certificate.subject }))).status, 401);
      assert.equal((await ask({ clientCertificates: chain, der: await request() })).status, 401);
    });

    it('certificate-for-signatures', async () => {
      const own = await issued(deviceName, 'signature');
      assert.equal((await renew([own], await request({ hosts: [] }), 'signature')).status, 401);
    });

    it('certificate-of-the-maker-for-another-device', async () => {
      const { certificate } = await factoryPair(world.factory, 'meter8.example');
      assert.equal((await ask({ clientCertificates: [certificate], der: await request() })).status, 403);
      assert.equal((await renew([certificate], await request())).status, 401);
    });

    it('first certificate for TLS to whoever has one: that is to be renewed', async () => {
      const own = await issued(deviceName, 'tls-server');
      assert.equal((await ask({ clientCertificates: [own], der: await request() })).status, 403);
    });

    const wrongRequests: Readonly<Record<string, readonly [status: number, change: Partial<EstRequest>]>> = {
      'path-unknown': [404, { path: '/.well-known/est/other/simpleenroll' }],
      'path-elsewhere': [404, { path: '/est/simpleenroll' }],
      'path-that-climbs': [404, { path: '/.well-known/est/../tls/simpleenroll' }],
      'path-with-a-part-too-many': [404, { path: '/.well-known/est/tls/tls/simpleenroll' }],
      'path-of-an-operation-not-offered': [404, { path: '/.well-known/est/tls/serverkeygen' }],
      'path-of-a-property-of-every-object': [404, { path: '/.well-known/est/tls/constructor' }],
      'method-wrong': [405, { method: 'GET' }],
      'media-type-wrong': [415, { contentType: 'application/x-pem-file' }],
      'media-type-missing': [415, { contentType: undefined }],
      'body-huge': [413, { body: bodyOf(new Uint8Array(1024 * 1024)) }],
      'body-empty': [400, { body: bodyOf(new Uint8Array()) }],
      'body-not-base64': [400, { body: bodyOf(utf8('-----BEGIN CERTIFICATE REQUEST-----')) }],
    };
    for (const [name, [status, change]] of Object.entries(wrongRequests)) {
      it(name, async () => assert.equal((await ask(change)).status, status));
    }
  });

  it('has no wishes for requests', async () => {
    assert.equal((await ask({ method: 'GET', path: '/.well-known/est/tls/csrattrs' })).status, 204);
  });

  it('answers with the certificates of the right PKI', async () => {
    for (const label of ['tls', 'tls-client', 'signature']) {
      const response = await ask({ method: 'GET', path: `/.well-known/est/${label}/cacerts` });
      const pki = label === 'signature' ? 'signature' : 'tls';
      const names = certificatesIn(response).map(({ subject }) => subject.text);
      assert.deepEqual(names, [
        `CN=sealmeter development ${pki} root,O=sealmeter development`,
        `CN=sealmeter development ${pki} sub-CA,O=sealmeter development`,
      ]);
    }
  });

  it('says nothing of itself where it fails', async () => {
    const broken = new EstService({
      folder: join(world.pki, 'missing'),
      passwords: world.passwords,
      factoryAnchors: [],
      hosts: [],
      clock: world.clock,
      profiles,
      log: silentLog,
    });
    const { status, body } = await broken.answer({
      method: 'GET',
      path: '/.well-known/est/tls/cacerts',
      contentType: undefined,
      authorization: undefined,
      clientCertificates: [],
      body: bodyOf(new Uint8Array()),
    });
    assert.equal(status, 500);
    assert.ok(!new TextDecoder().decode(body).includes(world.pki));
  });
});

interface Wish {
  readonly subject?: DistinguishedName;
  readonly hosts?: readonly AltName[];
  readonly curve?: CurveName;
}

const request = ({ subject = deviceName, hosts = HOSTS, curve = 'P-256' }: Wish = {}): Promise<Uint8Array> =>
  makeCertificateRequest(softwareKey(generateKey(curve)), subject, hosts);

const basic = (user: string, password: string): string => `Basic ${toBase64(utf8(`${user}:${password}`))}`;

async function* bodyOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function certificatesIn({ status, headers, body }: EstResponse): readonly Certificate[] {
  assert.equal(status, 200, new TextDecoder().decode(body));
  assert.match(headers['content-type'] ?? '', /^application\/pkcs7-mime/);
  return readCertificateBag(readBody(body) ?? new Uint8Array());
}
