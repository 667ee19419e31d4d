import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';

import fc from 'fast-check';

import { concatBytes, equalBytes, fromHex, toHex } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Certificate } from '#pki/certificate.ts';
import { readCertificateBag, writeCertificateBag } from '#pki/est/certificate-bag.ts';
import { readTlvs, writeTlv } from '#pki/est/tlv.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import { temporaryFolder } from './support/folder.ts';
import { openssl } from './support/openssl.ts';
import { makePki } from './support/test-pki.ts';

const ids = (certificates: readonly Certificate[]) => certificates.map(({ id }) => id);

describe('a certs-only message', () => {
  let certificates: readonly Certificate[];
  before(async () => {
    const { root, sub } = await makePki('bag');
    certificates = [root.certificate, sub.certificate];
  });

  it('of ours is what openssl prints', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'bag.der');
    writeFileSync(file, writeCertificateBag(certificates));
    const { output, status } = openssl('pkcs7', '-inform', 'DER', '-in', file, '-print_certs');
    assert.equal(status, 0, output);
    assert.equal(output.match(/BEGIN CERTIFICATE/g)?.length, 2);
    assert.match(output, /CN = bag root[\s\S]+CN = bag sub-CA/);
  });

  it('of openssl is read', async () => {
    await using folder = await temporaryFolder();
    const [pem, der] = [join(folder.path, 'both.pem'), join(folder.path, 'bag.der')];
    writeFileSync(pem, certificatesToPem(certificates));
    openssl('crl2pkcs7', '-nocrl', '-certfile', pem, '-outform', 'DER', '-out', der);
    assert.deepEqual(ids(readCertificateBag(readFileSync(der))), ids(certificates));
  });

  it('is read with indefinite lengths, as Bouncy Castle writes it, but not its certificates', () => {
    const whole = indefinite(writeCertificateBag(certificates), 4);
    assert.deepEqual(ids(readCertificateBag(whole)), ids(certificates));
    const deeper = indefinite(writeCertificateBag(certificates), 5);
    assert.throws(() => readCertificateBag(deeper), { code: 'PKI_DER_UNREADABLE' });
  });

  it('may carry CRLs, which are passed over', () => {
    const withCrls = changed(certificates, (tail) => concatBytes(writeTlv(0xa1, writeTlv(0x30)), tail));
    assert.deepEqual(ids(readCertificateBag(withCrls)), ids(certificates));
  });

  it('is refused with a signer, or with something after its signers', () => {
    for (const signers of [writeTlv(0x31, writeTlv(0x30)), concatBytes(writeTlv(0x31), writeTlv(0x30))]) {
      assert.throws(() => readCertificateBag(changed(certificates, () => signers)), { code: 'EST_ANSWER_UNREADABLE' });
    }
  });

  it('is refused with a content', () => {
    const idData = '300b06092a864886f70d010701';
    const hex = toHex(writeCertificateBag(certificates));
    assert.ok(hex.includes(idData));
    // id-data becomes id-signedData: the length stays.
    const other = fromHex(hex.replace(idData, '300b06092a864886f70d010702')) ?? new Uint8Array();
    assert.throws(() => readCertificateBag(other), { code: 'EST_ANSWER_UNREADABLE' });
  });

  it('cut short anywhere is refused', () => {
    const whole = writeCertificateBag(certificates.slice(1));
    for (const length of whole.keys()) {
      assert.throws(() => readCertificateBag(whole.subarray(0, length)), SealmeterError, `${length} bytes`);
    }
  });

  it('with any byte changed is refused, or means the same certificates', () => {
    const whole = writeCertificateBag(certificates.slice(1));
    const signed = new Set(certificates.map(({ der }) => toHex(der)));
    for (const [position, byte] of whole.entries()) {
      try {
        const read = readCertificateBag(whole.with(position, byte ^ (1 << (position % 8))));
        // A certificate's own bytes are judged by its signature, elsewhere.
        const changedCertificates = read.filter(({ der }) => !signed.has(toHex(der)));
        assert.ok(changedCertificates.length <= 1, `byte ${position}`);
      } catch (error) {
        assert.ok(error instanceof SealmeterError, `byte ${position}: ${String(error)}`);
      }
    }
  });
});

describe('tagged values', () => {
  it('are written as they are read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000 }), (content) => {
        const [value, ...others] = readTlvs(writeTlv(0x04, content)) ?? [];
        return value !== undefined && others.length === 0 && equalBytes(value.content, content);
      }),
      { numRuns: 30 },
    );
  });

  it('of arbitrary bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const values = readTlvs(bytes);
        return values === undefined || equalBytes(concatBytes(...values.map(({ raw }) => raw)), bytes);
      }),
    );
  });

  it('nested without end are refused', () => {
    assert.equal(
      readTlvs(Uint8Array.from({ length: 60_000 }, (_, index) => (index % 2 === 0 ? 0x30 : 0x80))),
      undefined,
    );
  });

  it('of an impossible length are refused', () => {
    for (const hex of ['30', '3081', '30820100', '30ffffffffffffffffff', '0480000', '1f0101']) {
      assert.equal(
        readTlvs(fromHex(hex.padEnd(hex.length + (hex.length % 2), '0')) ?? new Uint8Array()),
        undefined,
        hex,
      );
    }
  });
});

/** The same in BER: the constructed values of the outermost levels have no length, but an end. */
function indefinite(der: Uint8Array, levels: number): Uint8Array {
  const parts = (readTlvs(der) ?? []).map(({ tag, content, raw }) => {
    const constructed = (tag & 0x20) !== 0;
    if (levels === 0 || !constructed) return raw;
    return concatBytes(Uint8Array.of(tag, 0x80), indefinite(content, levels - 1), Uint8Array.of(0, 0));
  });
  return concatBytes(...parts);
}

/** An honest message with something else in the place of its empty set of signers. */
function changed(certificates: readonly Certificate[], tail: (signers: Uint8Array) => Uint8Array): Uint8Array {
  const [contentInfo] = readTlvs(writeCertificateBag(certificates)) ?? [];
  const [oid, explicit] = readTlvs(contentInfo?.content ?? new Uint8Array()) ?? [];
  const [signedData] = readTlvs(explicit?.content ?? new Uint8Array()) ?? [];
  assert.ok(oid && signedData);
  const signers = signedData.content.subarray(-2);
  const body = concatBytes(signedData.content.subarray(0, -2), tail(signers));
  return writeTlv(0x30, oid.raw, writeTlv(0xa0, writeTlv(0x30, body)));
}
