import assert from 'node:assert/strict';
import { createHash, verify } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Signer } from '#crypto/signer.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { makeSigningKey } from '../support/signing-keys.ts';
import { measurement } from './xml-documents.ts';

const meter = makeSigningKey();

/** The sealed form of a document, byte for byte, as the contract promises it to other people's software. */
const golden = (digest: string, signature: string, keyName: string): string =>
  '<a xmlns="urn:a"><b>1</b><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>' +
  '<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></CanonicalizationMethod>' +
  '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></SignatureMethod>' +
  '<Reference URI=""><Transforms>' +
  '<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></Transform>' +
  '<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></Transform></Transforms>' +
  '<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod>' +
  `<DigestValue>${digest}</DigestValue></Reference></SignedInfo><SignatureValue>${signature}</SignatureValue>` +
  `<KeyInfo><KeyName>${keyName}</KeyName></KeyInfo></Signature></a>`;

describe('sealing', () => {
  it('writes the one form of the contract', async () => {
    const unsigned = '<a xmlns="urn:a"><b>1</b></a>';
    const sealed = await sealDocument(unsigned, meter.signer);
    const signature = /<SignatureValue>([A-Za-z0-9+/]{86}==)</.exec(sealed)?.[1] ?? '';
    const digest = createHash('sha256').update(unsigned).digest('base64');
    assert.equal(sealed, golden(digest, signature, meter.signer.keyId));
  });

  it('signs SignedInfo with the namespace that it inherits', async () => {
    const sealed = await sealDocument(measurement(), meter.signer);
    const [, signedInfo = '', signature = ''] =
      /(<SignedInfo>.*<\/SignedInfo>)<SignatureValue>([^<]*)/.exec(sealed) ?? [];
    const canonical = signedInfo.replace('<SignedInfo>', '<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#">');
    const key = { key: meter.certificate.publicKey, dsaEncoding: 'ieee-p1363' } as const;
    assert.ok(verify('sha256', Buffer.from(canonical), key, Buffer.from(signature, 'base64')));
  });

  it('waits for a signer that takes its time', async () => {
    const slow: Signer = {
      ...meter.signer,
      sign: (data) => new Promise((done) => setImmediate(() => done(meter.signer.sign(data)))),
    };
    assert.match(await sealDocument(measurement(), slow), /<SignatureValue>[A-Za-z0-9+/]{86}==</);
  });

  it('passes on the failure of a signer', async () => {
    const broken: Signer = { ...meter.signer, sign: () => Promise.reject(new Error('token removed')) };
    await assert.rejects(sealDocument(measurement(), broken), { message: 'token removed' });
  });

  it('refuses a key that the profile does not have', async () => {
    const { signer } = makeSigningKey('ecdsa-p384-sha384');
    await assert.rejects(sealDocument(measurement(), signer), {
      code: 'SEAL_ALGORITHM_NOT_IN_PROFILE',
      fault: 'configuration',
    });
  });

  it('refuses a document that is sealed already', async () => {
    const sealed = await sealDocument(measurement(), meter.signer);
    await assert.rejects(sealDocument(sealed, meter.signer), TypeError);
  });

  for (const text of ['', 'text', '<a/>', '</a>', '<a></a>\n']) {
    it(`refuses ${JSON.stringify(text)}, which is not one element with an end tag`, async () => {
      await assert.rejects(sealDocument(text, meter.signer), TypeError);
    });
  }
});
