import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientRequest, createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, mock } from 'node:test';
import { cavage, createSigner, createVerifier, httpbis } from 'http-message-signatures';
import httpSignature from 'http-signature';
import { utf8 } from '#core/bytes.ts';
import type { SignatureAlgorithmId } from '#crypto/algorithms.ts';
import type { HttpRequestFacts } from '#signature/http-request.ts';
import { formatHttpDate, toUnixTime } from '#signature/http-time.ts';
import { requestTo } from '#signature/request-signer.ts';
import type { SignatureKey } from '#signature/signature-key.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { program } from '../support/programs.ts';
import { makeSigningKey, type SigningKey } from '../support/signing-keys.ts';
import {
  assertRefused,
  CLIENT,
  das,
  dasKey,
  meterWith,
  signed,
  signedCavage,
  URL_WITH_QUERY,
  verified,
  withHeaders,
} from './signed-requests.ts';

const clock = new FakeClock();
const get = requestTo('GET', URL_WITH_QUERY);
const put = requestTo('PUT', URL_WITH_QUERY, { 'content-type': 'text/plain' }, utf8('{"hello": "world"}'));
const p384 = makeSigningKey('ecdsa-p384-sha384');
const CAVAGE_HEADERS = ['(request-target)', 'host', 'date'];

// Both libraries ask the global Date for the time.
before(() => mock.timers.enable({ apis: ['Date'], now: clock.now() }));
after(() => mock.timers.reset());

describe('http-signature 1.4.0', () => {
  let server: Server;
  let arrived: HttpRequestFacts | undefined;

  before(async () => {
    server = createServer((message, response) => {
      arrived = factsOf(message);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  function requestToServer(): ClientRequest {
    const { port } = server.address() as AddressInfo;
    return httpRequest({ host: '127.0.0.1', port, path: '/cosem/ldevs?q.depth=1', agent: false });
  }

  /** Sends a request that the library has signed over a real connection; returns it as it arrives. */
  async function sentBy(options: { headers: readonly string[]; algorithm?: string; authorizationHeaderName?: string }) {
    const request = requestToServer();
    httpSignature.signRequest(request, { key: das.privateKeyPem, keyId: das.signer.keyId, ...options });
    await new Promise((resolve, reject) => {
      request.on('response', (response) => response.resume().on('end', resolve));
      request.on('error', reject);
      request.end();
    });
    return arrived ?? assert.fail('nothing arrived');
  }

  it('is verified by us in Authorization', async () => {
    const request = await sentBy({ headers: CAVAGE_HEADERS });
    assert.equal((await verified(request, meterWith(clock))).owner, CLIENT);
  });

  it('is verified by us in Signature', async () => {
    const request = await sentBy({ headers: CAVAGE_HEADERS, authorizationHeaderName: 'Signature' });
    await verified(request, meterWith(clock));
  });

  it('is verified by us with (created) and (expires)', async () => {
    const request = await sentBy({ headers: ['(request-target)', '(created)', '(expires)', 'host'] });
    await verified(request, meterWith(clock));
  });

  it('is refused by us when it signs by ecdsa-sha512, which is not the algorithm of the key', async () => {
    const request = await sentBy({ headers: CAVAGE_HEADERS, algorithm: 'ecdsa-sha512' });
    await assertRefused('SIGNATURE_ALGORITHM', request, meterWith(clock));
  });

  const verifiesIn = (request: HttpRequestFacts): boolean => {
    const { method, target: url } = request;
    const headers = Object.fromEntries([...request.headers].map(([name, [value = '']]) => [name, value]));
    const parsed = httpSignature.parseRequest({ method, url, headers }, { headers: CAVAGE_HEADERS });
    return httpSignature.verifySignature(parsed, publicPem(das));
  };

  it('verifies what we sign in DER', async () => {
    for (const request of [get, put]) {
      assert.ok(verifiesIn(await signed('draft-cavage', clock, request, { cavageEncoding: 'der' })));
    }
  });

  it('verifies nothing in r‖s', async () => {
    assert.equal(verifiesIn(await signed('draft-cavage', clock)), false);
  });

  it('knows no hs2019, no P-384 by its own hash, and no P-192', async () => {
    for (const algorithm of ['hs2019', 'ecdsa-sha384']) {
      const request = await signedCavage(withDate(get), CAVAGE_HEADERS, { algorithm });
      assert.throws(() => verifiesIn(request), { name: 'InvalidParamsError' });
    }
    const { privateKeyPem } = makeSigningKey('ecdsa-p192-sha256');
    const options = { key: privateKeyPem, keyId: 'p192', headers: CAVAGE_HEADERS };
    const request = requestToServer().on('error', () => {});
    assert.throws(() => httpSignature.signRequest(request, options), { name: 'KeyParseError' });
    request.destroy();
  });

  it('takes a signature of last year where there is no Date, which we refuse', async () => {
    const names = ['(request-target)', 'host', '(created)'];
    const created = toUnixTime(clock.now()) - 365 * 86_400;
    const request = await signedCavage(get, names, { algorithm: 'ecdsa-sha256', created });
    const headers = { host: URL_WITH_QUERY.host, signature: request.headers.get('signature')?.[0] ?? '' };
    assert.ok(httpSignature.parseRequest({ method: 'GET', url: request.target, headers }, { headers: names }));
    await assertRefused('SIGNATURE_STALE', request, meterWith(clock));
  });
});

describe('http-message-signatures 1.0.6, draft-cavage', () => {
  const fields = ['@request-target', 'host', 'date'];

  it('is verified by us', async () => {
    const key = createSigner(das.privateKeyPem, 'ecdsa-p256-sha256', das.signer.keyId);
    const { headers } = await cavage.signMessage({ key, fields }, messageOf(withDate(get)));
    await verified(withHeaders(withDate(get), headers), meterWith(clock));
  });

  const verifiesIn = (request: HttpRequestFacts): Promise<boolean | null> => {
    const key = { verify: createVerifier(publicPem(das), 'ecdsa-p256-sha256') };
    return cavage.verifyMessage({ keyLookup: async () => key }, messageOf(request));
  };

  it('verifies what we sign in r‖s', async () => {
    assert.equal(await verifiesIn(await signed('draft-cavage', clock)), true);
    assert.equal(await verifiesIn(await signed('draft-cavage', clock, put)), true);
  });

  it('throws at DER', async () => {
    const request = await signed('draft-cavage', clock, get, { cavageEncoding: 'der' });
    await assert.rejects(verifiesIn(request));
  });

  it('does not look into Authorization', async () => {
    const { headers, ...rest } = await signed('draft-cavage', clock);
    const carried = [...headers].map(([name, [value = '']]) =>
      name === 'signature' ? (['authorization', [`Signature ${value}`]] as const) : ([name, [value]] as const),
    );
    const request = { ...rest, headers: new Map(carried) };
    await verified(request, meterWith(clock));
    assert.equal(await verifiesIn(request), null);
  });

  it('takes hs2019 for RSA', async () => {
    const asked: unknown[] = [];
    const request = await signedCavage(withDate(get), CAVAGE_HEADERS, { algorithm: 'hs2019' });
    const keyLookup = async ({ alg }: { alg?: string }): Promise<null> => {
      asked.push(alg);
      return null;
    };
    await cavage.verifyMessage({ keyLookup }, messageOf(request));
    assert.deepEqual(asked, ['rsa-pss-sha512']);
    await verified(request, meterWith(clock, { keys: [{ ...dasKey, allowHs2019: 'sha-256' }] }));
  });
});

describe('http-message-signatures 1.0.6, RFC 9421', () => {
  const keys = [
    { algorithm: 'ecdsa-p256-sha256', held: das },
    { algorithm: 'ecdsa-p384-sha384', held: p384 },
  ] as const satisfies readonly { algorithm: SignatureAlgorithmId; held: SigningKey }[];
  const fields = ['@method', '@authority', '@path', '@query'];
  const params = ['created', 'expires', 'keyid', 'alg', 'nonce'];

  for (const { algorithm, held } of keys) {
    const keyLookup = async () => ({ id: held.signer.keyId, verify: createVerifier(publicPem(held), algorithm) });
    const policy = () => meterWith(clock, { keys: [installed(held)] });

    it(`is verified by us with ${algorithm}`, async () => {
      const key = createSigner(held.privateKeyPem, algorithm, held.signer.keyId);
      const { headers } = await httpbis.signMessage(
        { key, fields, params, paramValues: { nonce: 'a "quoted" nonce' } },
        messageOf(get),
      );
      const { covered } = await verified(withHeaders(get, headers), policy());
      assert.deepEqual(covered, fields);
    });

    it(`verifies what we sign with ${algorithm}`, async () => {
      for (const request of [get, put]) {
        const own = await signed('rfc9421', clock, request, { signer: held.signer });
        assert.equal(await httpbis.verifyMessage({ keyLookup, requiredFields: fields }, messageOf(own)), true);
        await verified(own, policy());
      }
    });
  }

  it('takes a bad signature beside a good one, which we refuse', async () => {
    const keyLookup = async () => ({ verify: createVerifier(publicPem(das), 'ecdsa-p256-sha256') });
    const good = await signed('rfc9421', clock);
    const [input = '', signature = ''] = ['signature-input', 'signature'].map((name) => good.headers.get(name)?.[0]);
    const both = withHeaders(good, {
      'signature-input': `bad${input.slice('sig1'.length)}, ${input}`,
      signature: `bad=:${'A'.repeat(86)}==:, ${signature}`,
    });
    assert.equal(await httpbis.verifyMessage({ keyLookup, all: true }, messageOf(both)), true);
    await assertRefused('SIGNATURE_AMBIGUOUS', both, meterWith(clock));
  });
});

describe('openssl dgst', () => {
  const signingString = [
    `(request-target): get ${get.target}`,
    `host: ${URL_WITH_QUERY.host}`,
    `date: ${formatHttpDate(clock.now())}`,
  ].join('\n');

  it('signs a draft-cavage request that verifies', async () => {
    const header = [
      `keyId="${das.signer.keyId}"`,
      'algorithm="ecdsa-sha256"',
      `headers="${CAVAGE_HEADERS.join(' ')}"`,
      `signature="${signedByOpenssl(signingString).toString('base64')}"`,
    ];
    await verified(withHeaders(withDate(get), { signature: header.join(',') }), meterWith(clock));
  });

  it('verifies what we sign in DER', async () => {
    const request = await signed('draft-cavage', clock, get, { cavageEncoding: 'der' });
    const signature = /signature="(.*)"/.exec(request.headers.get('signature')?.[0] ?? '')?.[1] ?? '';
    inFolder({ text: signingString, key: publicPem(das), signature: Buffer.from(signature, 'base64') }, (file) => {
      const args = ['dgst', '-sha256', '-verify', file('key'), '-signature', file('signature'), file('text')];
      const output = execFileSync(program('openssl'), args);
      assert.match(output.toString(), /Verified OK/);
    });
  });
});

/** A request as Node.js receives it. */
const factsOf = ({ method = '', url = '', headersDistinct }: IncomingMessage): HttpRequestFacts => ({
  method,
  target: url,
  headers: new Map(Object.entries(headersDistinct).map(([name, values = []]) => [name, values])),
});

/** A request as http-message-signatures wants it. */
const messageOf = ({ method, headers }: HttpRequestFacts) => ({
  method,
  url: URL_WITH_QUERY,
  headers: Object.fromEntries([...headers].map(([name, [value = '']]) => [name, value])),
});

const withDate = (request: HttpRequestFacts): HttpRequestFacts =>
  withHeaders(request, { date: formatHttpDate(clock.now()) });

const publicPem = ({ certificate }: SigningKey): string =>
  certificate.publicKey.export({ format: 'pem', type: 'spki' }).toString();

const installed = ({ signer: { keyId }, publicKey }: SigningKey): SignatureKey => ({ ...dasKey, keyId, publicKey });

const signedByOpenssl = (text: string): Buffer =>
  inFolder({ text, key: das.privateKeyPem }, (file) => {
    const args = ['dgst', '-sha256', '-sign', file('key'), '-out', file('signature'), file('text')];
    execFileSync(program('openssl'), args);
    return readFileSync(file('signature'));
  });

/** Lends a folder with these files. */
function inFolder<T>(files: Readonly<Record<string, string | Buffer>>, use: (file: (name: string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-openssl-'));
  const file = (name: string): string => join(folder, name);
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(file(name), content, { mode: 0o600 });
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
