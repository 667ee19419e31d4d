import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { SealmeterError } from '#core/errors.ts';
import { clientDirectory } from '#http/client-directory.ts';
import { certificateNamed, dasKey, exampleClient } from './support/example-service.ts';

const das = exampleClient('das', 'administrator', certificateNamed('1'), dasKey);
const shop = exampleClient('shop', 'supplier', certificateNamed('2'));

describe('a client is found', () => {
  const directory = clientDirectory([
    { ...das, tlsCertificates: [certificateNamed('1'), certificateNamed('3')] },
    shop,
  ]);

  it('by each of its TLS certificates', () => {
    assert.equal(directory.withTlsCertificate(certificateNamed('1'))?.id, 'das');
    assert.equal(directory.withTlsCertificate(certificateNamed('3'))?.id, 'das');
    assert.equal(directory.withTlsCertificate(certificateNamed('2')), shop);
    assert.equal(directory.withTlsCertificate(certificateNamed('4')), undefined);
  });

  it('by its signature key, which knows its owner', () => {
    assert.equal(directory.signatureKey(dasKey.signer.keyId)?.owner, 'das');
    assert.equal(directory.signatureKey(certificateNamed('1')), undefined);
  });
});

describe('two clients cannot be told apart', () => {
  const twins = {
    'by the same TLS certificate': { ...shop, tlsCertificates: das.tlsCertificates },
    'by the same signature key': { ...shop, signatureKeys: das.signatureKeys },
  };
  for (const [name, twin] of Object.entries(twins)) {
    it(name, () => {
      assert.throws(
        () => clientDirectory([das, twin]),
        (error: unknown) => {
          assert.ok(error instanceof SealmeterError);
          assert.deepEqual([error.fault, error.code], ['configuration', 'CLIENT_CERTIFICATE_SHARED']);
          assert.match(error.message, /"shop"/);
          return true;
        },
      );
    });
  }
});
