import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { getHashes } from 'node:crypto';
import { describe, it } from 'node:test';

import { toHex } from '#core/bytes.ts';
import {
  hashOf,
  hashOfXmldsig,
  type SignatureAlgorithmId,
  signatureAlgorithm,
  signatureAlgorithms,
} from '#crypto/algorithms.ts';
import { program } from '../support/programs.ts';

describe('the algorithm table', () => {
  for (const { id, curve, hash, signatureSize } of signatureAlgorithms) {
    it(`agrees with OpenSSL about ${id}`, () => {
      const { order, oidDer } = askOpenssl(curve.openssl);
      assert.equal(toHex(curve.order), order);
      assert.equal(toHex(curve.oidDer), oidDer);
      assert.equal(signatureSize, 2 * curve.fieldSize);
      assert.equal(curve.order.length, curve.fieldSize);
      assert.ok(getHashes().includes(hashOf(hash).openssl));
    });
  }

  it('has one row per curve, so that a key decides its algorithm', () => {
    assert.equal(new Set(signatureAlgorithms.map(({ curve }) => curve.name)).size, signatureAlgorithms.length);
  });

  it('finds a hash by its DigestMethod, and none by another text', () => {
    assert.equal(hashOfXmldsig('http://www.w3.org/2001/04/xmlenc#sha256'), 'sha-256');
    assert.equal(hashOfXmldsig('http://www.w3.org/2000/09/xmldsig#sha1'), undefined);
  });

  it('refuses an id that it does not have', () => {
    assert.throws(() => signatureAlgorithm('none' as SignatureAlgorithmId), TypeError);
    assert.throws(() => signatureAlgorithm('toString' as SignatureAlgorithmId), TypeError);
  });
});

function askOpenssl(curve: string): { order: string; oidDer: string } {
  const text = openssl(['ecparam', '-name', curve, '-param_enc', 'explicit', '-text', '-noout']).toString();
  const order = /Order:([\s0-9a-f:]+)Cofactor/.exec(text)?.[1]?.replaceAll(/[\s:]/g, '').replace(/^00/, '');
  assert.ok(order, text);
  return { order, oidDer: openssl(['ecparam', '-name', curve, '-outform', 'DER']).toString('hex') };
}

function openssl(command: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync(program('openssl'), command);
  assert.equal(status, 0, stderr.toString());
  return stdout;
}
