import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { parseFingerprint } from '#pki/fingerprint.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { temporaryFolder } from './support/folder.ts';
import { openssl } from './support/openssl.ts';
import { makeRoot } from './support/test-pki.ts';

describe('a fingerprint', () => {
  it('is read as openssl prints it, as we do, and bare', async () => {
    await using folder = await temporaryFolder();
    const { certificate } = await makeRoot();
    const file = join(folder.path, 'root.pem');
    writeFileSync(file, certificatesToPem([certificate]));
    const { output } = openssl('x509', '-in', file, '-noout', '-fingerprint', '-sha256');
    const hex = certificate.id.slice('sha256:'.length);
    for (const text of [output, certificate.id, hex, hex.toUpperCase(), ` SHA-256:${hex}\n`]) {
      assert.equal(parseFingerprint(text), certificate.id, text);
    }
  });

  it('is refused when it is shorter, longer, or of another hash', () => {
    for (const text of ['', 'sha256:', 'ab'.repeat(20), 'ab'.repeat(33), `sha1:${'ab'.repeat(32)}`, 'zz'.repeat(32)]) {
      assert.throws(() => parseFingerprint(text), { code: 'PKI_FINGERPRINT_UNREADABLE' }, text);
    }
  });
});
