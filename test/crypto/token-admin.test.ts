import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { toHex, utf8 } from '#core/bytes.ts';
import { signatureAlgorithm } from '#crypto/algorithms.ts';
import { derFromRaw } from '#crypto/ecdsa-encoding.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { createTokenKey, listKeys, listTokens, openTokenKey, type TokenKey } from '#crypto/token-admin.ts';
import { makeCertificateRequest } from '#pki/certificate-request.ts';
import { parseName } from '#pki/distinguished-name.ts';
import type { SigningKey } from '#pki/signing-key.ts';
import { program } from '../support/programs.ts';
import { SoftHsm } from '../support/softhsm.ts';

const hsm = new SoftHsm();
const token = hsm.addToken('meter');
after(() => hsm[Symbol.dispose]());

const source = { module: hsm.module, token: { label: token.label, serial: token.serial }, readPin: () => token.pin };
const withoutPin = { module: hsm.module, token: { label: token.label } };

describe('listing', () => {
  it('names every token of a module, and how many tries its PIN has', async () => {
    const other = hsm.addToken('another');
    const seen = await listTokens(hsm.module);
    assert.deepEqual(
      seen.map(({ label, serial, loginRequired, pin }) => ({ label, serial, loginRequired, pin })).sort(byLabel),
      [other, token].map(({ label, serial }) => ({ label, serial, loginRequired: true, pin: 'usable' })),
    );
  });

  it('names public keys to everybody and private keys to who has the PIN', async () => {
    const key = hsm.addKey(token, '0a');
    const described = { id: key.id, label: key.label, curve: 'P-256' };
    assert.deepEqual(await listKeys(withoutPin), [{ kind: 'public', ...described }]);
    const all = await listKeys(source);
    assert.deepEqual(all.map(({ kind }) => kind).sort(), ['private', 'public']);
  });

  it('names a key that we cannot use, too', async () => {
    hsm.tool(token, '--keypairgen', '--key-type', 'rsa:2048', '--usage-sign', '--id', '0b', '--label', 'rsa');
    const rsa = (await listKeys(withoutPin)).find(({ id }) => id === '0b');
    assert.deepEqual(rsa, { kind: 'public', id: '0b', label: 'rsa', curve: undefined });
  });

  it('tries a wrong PIN once', async () => {
    let asked = 0;
    const readPin = (): string => {
      asked += 1;
      return '9999';
    };
    await assert.rejects(listKeys({ ...source, readPin }), { code: 'TOKEN_PIN_REFUSED' });
    assert.equal(asked, 1);
  });
});

describe('a key made on the token', () => {
  for (const algorithm of ['ecdsa-p256-sha256', 'ecdsa-p384-sha384', 'ecdsa-p192-sha256'] as const) {
    const { curve } = signatureAlgorithm(algorithm);
    it(`signs its own certificate request: ${curve.name}`, async () => {
      const created = await createTokenKey(source, { algorithm, label: `made ${curve.name}` });
      await using key = await openTokenKey(source, { id: created.id });
      assert.deepEqual(key.publicKey, created.publicKey);
      assert.equal(key.algorithm.curve, curve);
      const data = utf8('anything');
      assert.ok(nodeCrypto.verify(nodeCrypto.importPublicKey(key.publicKey), data, await key.sign(data)));

      const request = await makeCertificateRequest(signingKeyOf(key), parseName('CN=meter'));
      const said = execFileSync(program('openssl'), ['req', '-inform', 'DER', '-verify', '-noout', '-pubkey'], {
        input: request,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const certified = createPublicKey(said).export({ format: 'der', type: 'spki' });
      assert.equal(toHex(certified), toHex(key.publicKey));
    });
  }

  it('cannot leave it', async () => {
    const { id } = await createTokenKey(source, { algorithm: 'ecdsa-p256-sha256', label: 'stays', id: 'c0ffee' });
    assert.equal(id, 'c0ffee');
    const shown = hsm.tool(token, '--list-objects', '--type', 'privkey').toString();
    const key = shown.split('Private Key Object').find((object) => object.includes('stays'));
    assert.match(key ?? '', /Access: +sensitive, always sensitive, never extractable, local/);
  });

  it('takes no name that another has', async () => {
    await createTokenKey(source, { algorithm: 'ecdsa-p256-sha256', label: 'taken', id: 'aa01' });
    const again = (label: string, id: string) => createTokenKey(source, { algorithm: 'ecdsa-p256-sha256', label, id });
    await assert.rejects(again('free', 'aa01'), { code: 'TOKEN_KEY_EXISTS', message: /with id aa01/ });
    await assert.rejects(again('taken', 'aa02'), { code: 'TOKEN_KEY_EXISTS', message: /with label "taken"/ });
    await assert.rejects(again('free', 'no hex'), { code: 'TOKEN_KEY_ID_INVALID' });
  });

  it('is not found under a name that no key has, or two have', async () => {
    await assert.rejects(openTokenKey(source, { label: 'nobody' }), { code: 'TOKEN_KEY_MISSING' });
    for (const id of ['ab01', 'ab02']) hsm.addKey(token, id, 'ecdsa-p256-sha256', 'two');
    await assert.rejects(openTokenKey(source, { label: 'two' }), { code: 'TOKEN_KEY_AMBIGUOUS' });
  });
});

const byLabel = (a: { label: string }, b: { label: string }): number => a.label.localeCompare(b.label);

const signingKeyOf = (key: TokenKey): SigningKey => ({
  publicKey: createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' }),
  hash: key.algorithm.hash,
  sign: async (data) => derFromRaw(await key.sign(data), key.algorithm.curve) ?? Uint8Array.of(),
});
