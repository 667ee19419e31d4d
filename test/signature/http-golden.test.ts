import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromBase64, utf8 } from '#core/bytes.ts';
import { parseInstant } from '#core/time.ts';
import type { HashName } from '#crypto/algorithms.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import { cavage } from '#signature/cavage.ts';
import type { HttpRequestFacts } from '#signature/http-request.ts';
import { rfc9421 } from '#signature/rfc9421.ts';
import type { SignatureForm, SignatureFormat } from '#signature/signature-format.ts';
import { FakeClock } from '../support/fake-clock.ts';
import golden from '../vectors/http-signatures-golden.json' with { type: 'json' };
import { assertRefused, CLIENT, meterWith, verified, withHeaders } from './signed-requests.ts';

const FORMATS: Readonly<Record<SignatureForm, SignatureFormat>> = { rfc9421, 'draft-cavage': cavage };

const clock = new FakeClock(parseInstant(golden.at));

describe('the golden file: a request signed long ago', () => {
  for (const entry of golden.cases) {
    const { name, key, signed } = entry;
    const form = entry.form as SignatureForm;
    const request = requestOf(entry.request);

    it(`verifies: ${form}, ${name}`, async () => {
      const keys = [await installed(key)];
      const claim = FORMATS[form].read(request);
      assert.equal(Buffer.from(claim.signed).toString('latin1'), signed.join('\n'));
      const { owner, created, keyId, ...found } = await verified(request, meterWith(clock, { keys }));
      assert.deepEqual(found, { form, covered: claim.covered });
      assert.deepEqual({ owner, created, keyId }, { owner: CLIENT, created: clock.now(), keyId: keys[0]?.keyId });
    });

    it(`is for one host only: ${form}, ${name}`, async () => {
      const elsewhere = withHeaders(request, { Host: 'other.example:8443' });
      await assertRefused('SIGNATURE_INVALID', elsewhere, meterWith(clock, { keys: [await installed(key)] }));
    });
  }

  it('verifies in a browser, too', async () => {
    const browserCases = golden.cases.filter(({ key }) => key !== 'p-192');
    for (const { key, request } of browserCases) {
      const keys = [await installed(key, webCrypto)];
      const { owner } = await verified(requestOf(request), meterWith(clock, { keys, crypto: webCrypto }));
      assert.equal(owner, CLIENT);
    }
  });
});

interface GoldenRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

function requestOf({ method, target, headers, body }: GoldenRequest): HttpRequestFacts {
  const present = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value]] as const],
  );
  return { method, target, headers: new Map(present), body: body === undefined ? undefined : utf8(body) };
}

async function installed(name: string, crypto: typeof nodeCrypto | typeof webCrypto = nodeCrypto) {
  const { keyId, spki, allowHs2019 } = golden.keys[name as keyof typeof golden.keys];
  const publicKey = await crypto.importPublicKey(fromBase64(spki) ?? assert.fail(`the key "${name}" is not base64`));
  return { keyId, publicKey, owner: CLIENT, allowHs2019: allowHs2019 as false | HashName };
}
