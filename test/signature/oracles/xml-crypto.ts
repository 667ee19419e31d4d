import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { DOMParser, type Element, XMLSerializer } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { ECDSA_SHA256, ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, XMLDSIG } from '#signature/xml-profile.ts';
import type { SigningKey } from '../../support/signing-keys.ts';

/** xml-crypto brings no ECDSA along. */
class EcdsaSha256 {
  getAlgorithmName(): string {
    return ECDSA_SHA256;
  }

  getSignature(data: string, privateKey: string): string {
    return sign('sha256', Buffer.from(data), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64');
  }

  verifySignature(data: string, key: KeyObject, value: string): boolean {
    return verify('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(value, 'base64'));
  }
}

export interface XmlCryptoVerdict {
  readonly valid: boolean;
  /** What the library says was signed, from its own canonicalisation. */
  readonly signed: readonly string[];
}

/** Verifies as the library's manual does: the first Signature found, and the answer is a boolean. */
export function xmlCryptoVerify(key: SigningKey, xml: string): XmlCryptoVerdict {
  const document = new DOMParser().parseFromString(xml, 'text/xml');
  const signature = document.getElementsByTagNameNS(XMLDSIG, 'Signature')[0] as Element;
  const signed = newSignedXml({ publicCert: createPublicKey(key.certificatePem) });
  signed.loadSignature(new XMLSerializer().serializeToString(signature));
  const valid = signed.checkSignature(xml);
  return { valid, signed: signed.getSignedReferences() };
}

export interface XmlCryptoSigning {
  readonly xml: string;
  /** Whether the reference is `""` or to the Id of the root. */
  readonly target: 'whole' | 'id';
  readonly keyName: string | undefined;
}

export function xmlCryptoSign(key: SigningKey, { xml, target, keyName }: XmlCryptoSigning): string {
  const signed = newSignedXml({
    privateKey: key.privateKeyPem,
    signatureAlgorithm: ECDSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE_C14N,
    getKeyInfoContent: () => (keyName === undefined ? null : `<KeyName>${keyName}</KeyName>`),
  });
  signed.addReference({
    xpath: '/*',
    isEmptyUri: target === 'whole',
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N],
  });
  signed.computeSignature(xml);
  return signed.getSignedXml();
}

function newSignedXml(options: ConstructorParameters<typeof SignedXml>[0]): SignedXml {
  const signed = new SignedXml(options);
  Object.assign(signed, { SignatureAlgorithms: { [ECDSA_SHA256]: EcdsaSha256 } });
  return signed;
}
