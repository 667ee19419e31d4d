import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { concatBytes, utf8 } from '#core/bytes.ts';
import { Seconds } from '#core/time.ts';
import { openAuthority } from '#pki/authority-files.ts';
import type { Certificate } from '#pki/certificate.ts';
import type { CertificateRequest } from '#pki/certificate-request.ts';
import { enrol } from '#pki/enrolment.ts';
import { writeCertificateBag } from '#pki/est/certificate-bag.ts';
import { EstClient, enrolByPassword } from '#pki/est-client.ts';
import { nodeHttps } from '#pki/est-transport.ts';
import { issueCertificate } from '#pki/issue.ts';
import type { Profile } from '#pki/profiles.ts';
import { readCertificateFile } from '#pki/public-files.ts';
import { generateKey, softwareKey } from '#pki/signing-key.ts';
import { certsOnly, pkcs7, plainText, type StubAnswer, serveStub, serveTls } from './support/est-stub.ts';
import { DEVICE, type EstWorld, makeEstWorld, TODAY } from './support/est-world.ts';
import { serve } from './support/http-server.ts';
import { makePki, profiles } from './support/test-pki.ts';

/** What the server answers to an honest request, and the code that the client refuses it with. */
interface Attack {
  readonly code: string;
  readonly answer: (world: EstWorld, request: CertificateRequest) => StubAnswer | Promise<StubAnswer>;
}

const ATTACKS: Readonly<Record<string, Attack>> = {
  'answer-with-another-key': {
    code: 'ENROLMENT_KEY_DIFFERS',
    answer: async (world, request) => {
      const { publicKey } = softwareKey(generateKey('P-256'));
      return certsOnly([await honest(world, { ...request, publicKey })]);
    },
  },
  'answer-with-another-subject': {
    code: 'ENROLMENT_SUBJECT_DIFFERS',
    answer: async (world, request) => {
      const [{ subject }] = await readCertificateFile(join(world.pki, 'est-server.pem'));
      return certsOnly([await honest(world, { ...request, subject })]);
    },
  },
  'answer-for-another-host': {
    code: 'ENROLMENT_HOSTS_DIFFER',
    answer: async (world, request) =>
      certsOnly([await honest(world, { ...request, altNames: [...request.altNames, { dns: 'bank.example' }] })]),
  },
  'answer-for-fewer-hosts': {
    code: 'ENROLMENT_HOSTS_DIFFER',
    answer: async (world, request) =>
      certsOnly([await honest(world, { ...request, altNames: request.altNames.slice(1) })]),
  },
  'answer-of-another-ca': {
    code: 'ENROLMENT_CHAIN_INVALID',
    answer: async (_, request) => {
      const { sub } = await makePki('stranger', TODAY);
      return certsOnly([await issueCertificate(sub, { ...request, profile: profiles['tls-server'], now: TODAY })]);
    },
  },
  'answer-of-a-ca-of-the-same-name': {
    code: 'ENROLMENT_CHAIN_INVALID',
    answer: async (world, request) => {
      const stranger = softwareKey(generateKey('P-256'));
      const [certificate] = await readCertificateFile(join(world.pki, 'tls-sub.pem'));
      const issuer = { certificate, key: stranger, revocation: { ocspUrls: [], crlUrls: [] } };
      return certsOnly([await issueCertificate(issuer, { ...request, profile: profiles['tls-server'], now: TODAY })]);
    },
  },
  'answer-that-is-no-server-certificate': {
    code: 'ENROLMENT_CHAIN_INVALID',
    answer: async (world, request) => certsOnly([await honest(world, request, profiles['tls-client'])]),
  },
  'answer-that-is-a-ca': {
    code: 'ENROLMENT_CHAIN_INVALID',
    answer: async (world, request) => {
      const profile = { ...profiles['tls-server'], basicConstraints: { ca: true }, keyUsage: ['keyCertSign'] } as const;
      return certsOnly([await honest(world, request, profile)]);
    },
  },
  'extra-certificates': {
    code: 'ENROLMENT_EXTRA_CERTIFICATES',
    answer: async (world, request) => {
      const [sub] = await readCertificateFile(join(world.pki, 'tls-sub.pem'));
      return certsOnly([await honest(world, request), sub]);
    },
  },
  'no-certificate': { code: 'EST_ANSWER_UNREADABLE', answer: () => certsOnly([]) },
  'pkcs7-truncated': {
    code: 'EST_ANSWER_UNREADABLE',
    answer: async (world, request) => pkcs7(writeCertificateBag([await honest(world, request)]).subarray(0, -3)),
  },
  'pkcs7-with-a-byte-too-many': {
    code: 'EST_ANSWER_UNREADABLE',
    answer: async (world, request) =>
      pkcs7(concatBytes(writeCertificateBag([await honest(world, request)]), Uint8Array.of(0))),
  },
  'pkcs7-huge': {
    code: 'EST_ANSWER_TOO_LARGE',
    answer: () => pkcs7(new Uint8Array(1024 * 1024)),
  },
  'pkcs7-of-many-certificates': {
    code: 'EST_ANSWER_UNREADABLE',
    answer: async (world, request) => {
      const certificate = await honest(world, request);
      return certsOnly(Array.from({ length: 17 }, () => certificate));
    },
  },
  'certificate-in-the-place-of-pkcs7': {
    code: 'EST_ANSWER_UNREADABLE',
    answer: async (world, request) => pkcs7((await honest(world, request)).der),
  },
  'not-base64': {
    code: 'EST_ANSWER_UNREADABLE',
    answer: () => ({ headers: { 'content-type': 'application/pkcs7-mime' }, body: utf8('<html>') }),
  },
  'wrong-content-type': {
    code: 'EST_WRONG_CONTENT_TYPE',
    answer: async (world, request) => ({
      ...certsOnly([await honest(world, request)]),
      headers: { 'content-type': 'text/html' },
    }),
  },
  'no-content-type': {
    code: 'EST_WRONG_CONTENT_TYPE',
    answer: async (world, request) => ({ ...certsOnly([await honest(world, request)]), headers: {} }),
  },
  'redirect-elsewhere': {
    code: 'EST_REDIRECTED',
    answer: () => ({ status: 302, headers: { location: 'https://127.0.0.1:9/' } }),
  },
  'redirect-that-keeps-the-method': {
    code: 'EST_REDIRECTED',
    answer: () => ({ status: 308, headers: { location: 'https://evil.example/.well-known/est/simpleenroll' } }),
  },
  'status-200-without-body': { code: 'EST_ANSWER_UNREADABLE', answer: () => pkcs7(new Uint8Array()) },
  'status-500': { code: 'EST_SERVER_FAILED', answer: () => plainText(500, 'sorry') },
  'status-401': { code: 'EST_NOT_AUTHENTICATED', answer: () => plainText(401, 'who are you?') },
  'status-403': { code: 'EST_NOT_ENTITLED', answer: () => plainText(403, 'not you') },
  'status-400': { code: 'EST_REQUEST_REFUSED', answer: () => plainText(400, 'not so') },
  'status-404': { code: 'EST_LABEL_UNKNOWN', answer: () => plainText(404, 'not here') },
};

describe('an answer to an EST client is refused:', () => {
  let world: EstWorld;
  before(async () => {
    world = await makeEstWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  for (const [name, { code, answer }] of Object.entries(ATTACKS)) {
    it(name, async () => {
      await using stub = await serveStub(world, { simpleenroll: (request) => answer(world, request) });
      const { codes, plan } = await tryToEnrol(world, world.client('tls', { url: stub.url }));
      assert.deepEqual(codes, [code]);
      assert.equal(await plan.store.current(), undefined, 'nothing was installed');
      assert.ok(await plan.store.pending(), 'the key is kept for the next try');
    });
  }

  it('any of them in the place of cacerts, before a password is sent', async () => {
    for (const answer of [certsOnly([]), plainText(500, ''), { status: 302, headers: { location: '/' } }]) {
      let asked = 0;
      await using stub = await serveStub(world, {
        cacerts: () => answer,
        simpleenroll: () => ({ status: 200 + (asked += 1) }),
      });
      await tryToEnrol(world, world.client('tls', { url: stub.url }));
      assert.equal(asked, 0);
    }
  });

  it('an explanation with terminal commands in it, stripped of them', async () => {
    await using stub = await serveStub(world, {
      simpleenroll: () => plainText(400, `no\u001b[2J\u0007\r\n${'x'.repeat(5_000)}`),
    });
    const { messages } = await tryToEnrol(world, world.client('tls', { url: stub.url }));
    assert.match(messages[0] ?? '', /status 400: no \[2J x{10,200}$/);
  });
});

describe('an EST server is not believed:', () => {
  let world: EstWorld;
  before(async () => {
    world = await makeEstWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  const untrusting = (change: ConstructorParameters<typeof EstClient>[0]) => tryToEnrol(world, new EstClient(change));
  const options = () => ({ url: world.server.url, label: 'tls', send: nodeHttps(world.clock), clock: world.clock });

  it('whose certificate is by another root', async () => {
    const { codes } = await untrusting({ ...options(), trust: () => world.signatureRoots });
    assert.deepEqual(codes, ['EST_SERVER_UNTRUSTED']);
  });

  it('when no root at all is configured', async () => {
    const { codes } = await untrusting({ ...options(), trust: () => [] });
    assert.deepEqual(codes, ['EST_SERVER_UNTRUSTED']);
  });

  it('whose certificate is for another host', async () => {
    const url = world.server.url.replace('127.0.0.1', 'localhost');
    const { codes } = await untrusting({ ...options(), url, trust: () => world.tlsRoots });
    assert.deepEqual(codes, ['EST_SERVER_UNTRUSTED']);
  });

  it('that speaks no TLS', async () => {
    await using server = await serve((_, response) => void response.end());
    const { codes } = await untrusting({
      ...options(),
      url: server.url.replace('http', 'https'),
      trust: () => world.tlsRoots,
    });
    assert.deepEqual(codes, ['EST_UNREACHABLE']);
  });

  it('that is not there', async () => {
    const server = await serve(() => {});
    await server[Symbol.asyncDispose]();
    const { codes } = await untrusting({
      ...options(),
      url: server.url.replace('http', 'https'),
      trust: () => world.tlsRoots,
    });
    assert.deepEqual(codes, ['EST_UNREACHABLE']);
  });

  it('that says nothing, or drips', async () => {
    for (const drip of [undefined, 'M']) {
      const asked = Promise.withResolvers<void>();
      await using stub = await serveTls(world, (_, response) => {
        if (drip !== undefined) response.writeHead(200, { 'content-type': 'application/pkcs7-mime' }).write(drip);
        asked.resolve();
      });
      const attempt = tryToEnrol(world, world.client('tls', { url: stub.url }));
      await asked.promise;
      await world.clock.advance(Seconds(30));
      assert.deepEqual((await attempt).codes, ['EST_TOO_SLOW']);
    }
  });

  it('at an address that is none', () => {
    for (const url of ['http://127.0.0.1', 'https://', 'est.example', 'https://a/b', 'https://a:b@c', 'https://a?b']) {
      assert.throws(() => world.client('tls', { url }), { code: 'EST_ADDRESS_INVALID' }, url);
    }
    for (const label of ['', '../tls', 'a/b', 'cacerts', 'serverkeygen', 'ü', '.']) {
      assert.throws(() => world.client(label), { code: 'EST_ADDRESS_INVALID' }, label);
    }
  });
});

/** One try, by a password, in an empty folder. */
async function tryToEnrol(world: EstWorld, client: EstClient) {
  const codes: string[] = [];
  const messages: string[] = [];
  const enroller = enrolByPassword(client, () => Promise.resolve({ user: DEVICE, password: 'whatever' }));
  const plan = await world.plan([enroller]);
  await assert.rejects(
    enrol({
      ...plan,
      log: {
        ...plan.log,
        warn(_, fields) {
          codes.push(String(fields?.['code']));
          messages.push(String(fields?.['problem']));
        },
      },
    }),
    { code: 'ENROLMENT_FAILED', fault: 'peer' },
  );
  return { codes, messages, plan };
}

/** What the CA that was expected issues. */
async function honest(
  { pki }: EstWorld,
  { subject, publicKey, altNames }: CertificateRequest,
  profile: Profile = profiles['tls-server'],
): Promise<Certificate> {
  const authority = await openAuthority(pki, 'tls-sub');
  return await issueCertificate(authority, { subject, publicKey, altNames, profile, now: TODAY });
}
