import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readTokenKeyId, tokenKeyUri } from '#pki/token-key-uri.ts';

describe('where a key on a token is', () => {
  it('is written as PKCS#11 URIs are, and read back', () => {
    const uri = tokenKeyUri({ label: 'my meter;1', serial: '0123' }, 'c0ffee');
    assert.equal(uri, 'pkcs11:token=my%20meter%3B1;serial=0123;id=%c0%ff%ee;type=private');
    assert.equal(readTokenKeyId(`${uri}\n`), 'c0ffee');
  });

  it('may be written by others', () => {
    assert.equal(readTokenKeyId('pkcs11:id=%0A;token=meter'), '0a');
    assert.equal(readTokenKeyId('pkcs11:object=seal;id=%01'), '01');
  });

  for (const text of [
    '',
    'pkcs11:token=meter;type=private',
    'pkcs11:id=01',
    'file:id=%01',
    'pkcs11:guid=%01',
    'pkcs11:id=',
  ]) {
    it(`is not to be found in "${text}"`, () => {
      assert.throws(() => readTokenKeyId(text), { code: 'TOKEN_KEY_URI_UNREADABLE', fault: 'configuration' });
    });
  }
});
