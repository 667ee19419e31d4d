import { createPrivateKey } from 'node:crypto';
import { DOMImplementation, DOMParser, XMLSerializer } from '@xmldom/xmldom';
import { setNodeDependencies } from 'xml-core';
import { Application, Parse, SignedXml, Stringify } from 'xmldsigjs';
import xpath from 'xpath';
import { XMLDSIG } from '#signature/xml-profile.ts';
import type { SigningKey } from '../../support/signing-keys.ts';

setNodeDependencies({ DOMImplementation, DOMParser, XMLSerializer, xpath });
Application.setEngine('node', crypto);

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Verifies the first Signature found, with a pinned key; the answer is a boolean. */
export async function xmldsigjsVerify(key: SigningKey, xml: string): Promise<boolean> {
  const spki = key.certificate.publicKey.export({ format: 'der', type: 'spki' });
  const signed = loadFirstSignature(xml);
  // Else Verify(key) throws: "'namedCurve' is required".
  Object.assign(signed, { Algorithm: undefined });
  return signed.Verify(await crypto.subtle.importKey('spki', spki, ECDSA, true, ['verify']));
}

/** Verifies with whatever key the document brings along, which is what the library does when it is given none. */
export function xmldsigjsVerifyWithoutKey(xml: string): Promise<boolean> {
  return loadFirstSignature(xml).Verify();
}

export interface XmldsigjsSigning {
  readonly xml: string;
  /** `''` or `#` and the Id of the root. */
  readonly uri: string;
  readonly keyInfo: 'none' | 'KeyValue' | 'X509Data';
}

export async function xmldsigjsSign(key: SigningKey, { xml, uri, keyInfo }: XmldsigjsSigning): Promise<string> {
  const document = Parse(xml);
  const pkcs8 = createPrivateKey(key.privateKeyPem).export({ format: 'der', type: 'pkcs8' });
  const spki = key.certificate.publicKey.export({ format: 'der', type: 'spki' });
  const signed = new SignedXml();
  await signed.Sign(ECDSA, await crypto.subtle.importKey('pkcs8', pkcs8, ECDSA, true, ['sign']), document, {
    references: [{ uri, hash: 'SHA-256', transforms: ['enveloped', 'exc-c14n'] }],
    ...(keyInfo === 'X509Data' ? { x509: [key.certificate.raw.toString('base64')] } : {}),
    ...(keyInfo === 'KeyValue'
      ? { keyValue: await crypto.subtle.importKey('spki', spki, ECDSA, true, ['verify']) }
      : {}),
  });
  const signature = signed.GetXml();
  if (signature === null) throw new Error('xmldsigjs made no Signature');
  document.documentElement.appendChild(signature);
  return Stringify(document);
}

function loadFirstSignature(xml: string): SignedXml {
  const document = Parse(xml);
  const signed = new SignedXml(document);
  const signature = document.getElementsByTagNameNS(XMLDSIG, 'Signature')[0];
  if (signature === undefined) throw new Error('there is no Signature');
  signed.LoadXml(signature);
  return signed;
}
