import { createHash, createHmac, createPublicKey } from 'node:crypto';
import { toBase64, utf8 } from '#core/bytes.ts';
import type { XmlFailure } from '#core/xml-parser.ts';
import { derFromRaw } from '#crypto/ecdsa-encoding.ts';
import { digestOfText } from '#crypto/node-crypto.ts';
import type { SealFailure } from '#signature/seal-failure.ts';
import { canonicalSignedInfo, SIGNATURE_START, XMLDSIG } from '#signature/xml-profile.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { makeSigningKey, type SigningKey } from '../support/signing-keys.ts';
import { xmldsigjsSign } from './oracles/xmldsigjs.ts';
import {
  FORGED,
  insertLast,
  measurement,
  ROOT,
  signatureOf,
  signatureOver,
  signById,
  VALUE,
  withoutSignature,
} from './xml-documents.ts';

/** A library that takes the document for valid, used as its manual says. */
export type Fooled = 'xml-crypto' | 'xmldsigjs' | 'xmldsigjs-without-key';

interface Attack {
  readonly name: string;
  readonly document: string | Uint8Array;
  /** The code with which the strict verifier refuses it. */
  readonly strict: SealFailure | XmlFailure;
  /** The code with which the general verifier refuses it; `original` where it gives back what was signed. */
  readonly general: SealFailure | XmlFailure | 'original';
  /** Libraries that the tests show to accept it. */
  readonly fools?: readonly Fooled[];
}

export interface AttackedMeter {
  readonly meter: SigningKey;
  /** What the meter sealed, and so the only content that may ever come out of a verifier. */
  readonly original: string;
  readonly attacks: readonly Attack[];
}

export async function attackMeter(): Promise<AttackedMeter> {
  const meter = makeSigningKey();
  const attacker = makeSigningKey('ecdsa-p256-sha256', '/CN=attacker');
  const original = measurement();
  const sealed = await sealDocument(original, meter.signer);
  const byId = await signById(measurement(VALUE, 'm1'), 'm1', meter.signer);
  const attacks = [
    ...wrappings(byId, sealed),
    ...additions(sealed),
    ...disguises(sealed),
    ...(await foreignKeys(sealed, meter, attacker)),
    ...(await otherForms(original, meter)),
    ...changes(sealed, byId),
    ...(await exchanges(meter)),
    ...encodings(sealed),
    ...excesses(sealed),
  ];
  return { meter, original, attacks };
}

/** The genuine element stands where the signature finds it, the forged one where the reader does. */
function wrappings(byId: string, sealed: string): readonly Attack[] {
  const forgedStart = measurement(FORGED, 'm2').replace(`</${ROOT}>`, '');
  const refused = { strict: 'SEAL_NOT_IN_PROFILE', general: 'SEAL_FORM_REFUSED' } as const;
  const both = ['xml-crypto', 'xmldsigjs'] as const;
  return [
    {
      name: 'signature-wrapping-forged-root',
      document: `${forgedStart}<wrapped>${byId}</wrapped></${ROOT}>`,
      ...refused,
      fools: both,
    },
    {
      name: 'signature-wrapping-forged-sibling-first',
      document: `<batch>${measurement(FORGED, 'm2')}${byId}</batch>`,
      ...refused,
      fools: both,
    },
    {
      name: 'signature-wrapping-signature-in-forged-root',
      document: `${forgedStart}<wrapped>${withoutSignature(byId)}</wrapped>${signatureOf(byId)}</${ROOT}>`,
      ...refused,
      fools: both,
    },
    {
      name: 'signature-wrapping-original-inside-the-signature',
      document: insertLast(
        measurement(FORGED, 'm2'),
        signatureOf(byId).replace('</Signature>', `<Object>${withoutSignature(byId)}</Object></Signature>`),
      ),
      ...refused,
      fools: ['xml-crypto'],
    },
    {
      name: 'signature-wrapping-duplicate-id',
      document: insertLast(measurement(FORGED, 'm1'), withoutSignature(byId) + signatureOf(byId)),
      ...refused,
    },
    {
      name: 'signature-wrapping-whole-document-in-forged-root',
      document: `${forgedStart}${sealed}</${ROOT}>`,
      ...refused,
    },
    {
      name: 'signature-not-child-of-root',
      document: withoutSignature(sealed).replace('</measurement-data>', `${signatureOf(sealed)}</measurement-data>`),
      ...refused,
    },
  ];
}

/** Something unsigned stands beside what was signed. */
function additions(sealed: string): readonly Attack[] {
  const payload = `<Object><forged>${FORGED}</forged></Object>`;
  const refused = { strict: 'SEAL_NOT_IN_PROFILE', general: 'SEAL_FORM_REFUSED' } as const;
  const copyWithPayload = signatureOf(sealed).replace('</Signature>', `${payload}</Signature>`);
  return [
    {
      name: 'extra-signature-with-payload',
      document: insertLast(sealed, `${SIGNATURE_START}${payload}</Signature>`),
      ...refused,
      fools: ['xmldsigjs'],
    },
    {
      name: 'extra-signature-with-payload-first',
      document: sealed.replace('<measurement-data>', `${SIGNATURE_START}${payload}</Signature><measurement-data>`),
      ...refused,
    },
    {
      name: 'extra-signature-same-signature-value',
      document: insertLast(sealed, copyWithPayload),
      ...refused,
      fools: ['xmldsigjs'],
    },
    {
      name: 'payload-object-in-the-signature',
      document: sealed.replace(signatureOf(sealed), copyWithPayload),
      ...refused,
      fools: ['xml-crypto', 'xmldsigjs'],
    },
    {
      name: 'signature-inside-key-info',
      document: sealed.replace('</KeyInfo>', `${SIGNATURE_START}${payload}</Signature></KeyInfo>`),
      ...refused,
    },
    {
      name: 'two-signed-info',
      document: insertLast(
        measurement(FORGED),
        signatureOf(sealed).replace('<SignedInfo>', `${forgedSignedInfo()}<SignedInfo>`),
      ),
      ...refused,
    },
    {
      name: 'unsigned-element-beside-the-content',
      document: sealed.replace('<measurement-data>', `<forged>${FORGED}</forged><measurement-data>`),
      strict: 'SEAL_DIGEST_MISMATCH',
      general: 'SEAL_DIGEST_MISMATCH',
    },
    {
      name: 'unsigned-element-after-the-signature',
      document: insertLast(sealed, `<forged>${FORGED}</forged>`),
      strict: 'SEAL_NOT_IN_PROFILE',
      general: 'SEAL_DIGEST_MISMATCH',
    },
    {
      name: 'second-root',
      document: sealed + measurement(FORGED),
      strict: 'SEAL_NOT_IN_PROFILE',
      general: 'XML_MALFORMED',
    },
  ];
}

function forgedSignedInfo(): string {
  return canonicalSignedInfo(digestOfText('sha-256', measurement(FORGED)));
}

/** The same bytes to one reader, others to the next. */
function disguises(sealed: string): readonly Attack[] {
  const forgedDigest = digestOfText('sha-256', measurement(FORGED));
  const value = (text: string): string => sealed.replace(VALUE, text);
  const doctype = (declarations: string): string => `<!DOCTYPE ${ROOT} [${declarations}]>`;
  const refused = { strict: 'SEAL_NOT_IN_PROFILE', general: 'XML_FORBIDDEN' } as const;
  return [
    {
      name: 'comment-in-digest-value',
      document: insertLast(
        measurement(FORGED),
        signatureOf(sealed).replace('<DigestValue>', `<DigestValue><!--${forgedDigest}-->`),
      ),
      ...refused,
    },
    {
      name: 'comment-splits-a-value',
      document: value('76<!-- -->54321'),
      ...refused,
      fools: ['xml-crypto', 'xmldsigjs'],
    },
    { name: 'value-hidden-in-an-instruction', document: value('76<?x 54321?>'), ...refused, fools: ['xml-crypto'] },
    { name: 'value-in-a-cdata-section', document: value('<![CDATA[7654321]]>'), ...refused },
    {
      name: 'document-type-with-entity',
      document: doctype(`<!ENTITY v "${VALUE}">`) + value('&v;'),
      ...refused,
    },
    {
      name: 'document-type-with-external-entity',
      document: doctype('<!ENTITY v SYSTEM "file:///etc/passwd">') + value('&v;'),
      ...refused,
    },
    {
      name: 'document-type-with-default-attribute',
      document: doctype('<!ATTLIST object version CDATA "0">') + sealed.replace(' version="0"', ''),
      ...refused,
    },
    {
      name: 'entity-without-document-type',
      document: value('&v;'),
      strict: 'SEAL_DIGEST_MISMATCH',
      general: 'XML_MALFORMED',
    },
    {
      name: 'comment-after-the-root',
      document: `${sealed}<!-- -->`,
      ...refused,
    },
    { name: 'instruction-before-the-root', document: `<?x y?>${sealed}`, ...refused },
    {
      name: 'character-reference-for-a-digit',
      document: value('&#55;654321'),
      strict: 'SEAL_DIGEST_MISMATCH',
      general: 'original',
    },
    {
      name: 'xml-base-on-the-root',
      document: sealed.replace(`<${ROOT} `, `<${ROOT} xml:base="http://forged.example/" `),
      strict: 'SEAL_DIGEST_MISMATCH',
      general: 'SEAL_DIGEST_MISMATCH',
    },
    {
      name: 'namespace-redeclared-on-a-value',
      document: sealed.replace('urn:k461-dke-de:cod-1', 'urn:forged'),
      strict: 'SEAL_DIGEST_MISMATCH',
      general: 'SEAL_DIGEST_MISMATCH',
    },
    {
      name: 'namespace-undeclared-on-the-signature',
      document: sealed.replace('<SignedInfo>', '<SignedInfo xmlns="">'),
      strict: 'SEAL_NOT_IN_PROFILE',
      general: 'SEAL_FORM_REFUSED',
    },
    {
      name: 'unused-namespace-on-the-root',
      document: sealed.replace(`<${ROOT} `, `<${ROOT} xmlns:unused="urn:unused" `),
      strict: 'SEAL_DIGEST_MISMATCH',
      general: 'original',
    },
    {
      name: 'relative-namespace',
      document: sealed.replace(`<${ROOT} `, `<${ROOT} xmlns:r="relative" `),
      strict: 'SEAL_DIGEST_MISMATCH',
      general: 'XML_FORBIDDEN',
    },
  ];
}

/** The attacker signs, and brings a key along. */
async function foreignKeys(sealed: string, meter: SigningKey, attacker: SigningKey): Promise<readonly Attack[]> {
  const forged = measurement(FORGED);
  const signWith = async (keyInfo: string): Promise<string> =>
    insertLast(forged, await signatureOver(forged, attacker.signer, { keyInfo: `<KeyInfo>${keyInfo}</KeyInfo>` }));
  const certificate = attacker.certificate.raw.toString('base64');
  const invalid = { strict: 'SEAL_NOT_IN_PROFILE', general: 'SEAL_SIGNATURE_INVALID' } as const;
  const meterName = `<KeyName>${meter.signer.keyId}</KeyName>`;
  return [
    {
      name: 'attackers-key-in-key-value',
      document: await xmldsigjsSign(attacker, { xml: forged, uri: '', keyInfo: 'KeyValue' }),
      strict: 'SEAL_MISSING',
      general: 'SEAL_SIGNATURE_INVALID',
      fools: ['xmldsigjs-without-key'],
    },
    {
      name: 'attackers-certificate-in-x509-data',
      document: await signWith(`<X509Data><X509Certificate>${certificate}</X509Certificate></X509Data>`),
      ...invalid,
      fools: ['xmldsigjs-without-key'],
    },
    {
      name: 'attackers-signature-under-the-meters-name',
      document: await signWith(meterName),
      strict: 'SEAL_SIGNATURE_INVALID',
      general: 'SEAL_SIGNATURE_INVALID',
    },
    {
      name: 'attackers-signature-under-its-own-name',
      document: await sealDocument(forged, attacker.signer),
      strict: 'SEAL_KEY_UNKNOWN',
      general: 'SEAL_SIGNATURE_INVALID',
    },
    {
      name: 'genuine-signature-under-the-attackers-name',
      document: sealed.replace(meter.signer.keyId, attacker.signer.keyId),
      strict: 'SEAL_KEY_UNKNOWN',
      general: 'original',
    },
    {
      name: 'hmac-with-the-public-key',
      document: hmacWithPublicKey(forged, meter),
      strict: 'SEAL_NOT_IN_PROFILE',
      general: 'SEAL_FORM_REFUSED',
    },
  ];
}

/** Whoever takes the algorithm from the document and the key from the configuration verifies an HMAC with no secret. */
function hmacWithPublicKey(forged: string, { certificatePem }: SigningKey): string {
  const publicKey = createPublicKey(certificatePem).export({ format: 'pem', type: 'spki' });
  const signedInfo = canonicalSignedInfo(digestOfText('sha-256', forged)).replace('#ecdsa-sha256', '#hmac-sha256');
  const value = createHmac('sha256', publicKey).update(signedInfo).digest('base64');
  const inDocument = signedInfo.replace(` xmlns="${XMLDSIG}"`, '');
  return insertLast(forged, `${SIGNATURE_START}${inDocument}<SignatureValue>${value}</SignatureValue></Signature>`);
}

/** Truly signed by the meter's key, in a form that says more, less or weaker than "all of this". */
async function otherForms(original: string, { signer }: SigningKey): Promise<readonly Attack[]> {
  const refused = { strict: 'SEAL_NOT_IN_PROFILE', general: 'SEAL_FORM_REFUSED' } as const;
  const form = async (name: string, signedInfo: (text: string) => string): Promise<Attack> => ({
    name,
    document: insertLast(original, await signatureOver(original, signer, { signedInfo })),
    ...refused,
  });
  const transform = (algorithm: string, inside = ''): string =>
    `<Transform Algorithm="${algorithm}">${inside}</Transform></Transforms>`;
  const sha1 = createHash('sha1').update(original).digest('base64');
  const exclusive = 'Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"';
  return [
    await form('reference-to-a-part', (text) => text.replace('URI=""', 'URI="#part"')),
    await form('reference-to-another-place', (text) => text.replace('URI=""', 'URI="http://127.0.0.1/"')),
    await form('reference-to-a-file', (text) => text.replace('URI=""', 'URI="file:///etc/hostname"')),
    await form('reference-by-xpointer', (text) => text.replace('URI=""', 'URI="#xpointer(/)"')),
    await form('reference-without-uri', (text) => text.replace(' URI=""', '')),
    await form('two-references', (text) => text.replace(/(<Reference.*<\/Reference>)/, '$1$1')),
    await form('no-reference', (text) => text.replace(/<Reference.*<\/Reference>/, '')),
    await form('no-transforms', (text) => text.replace(/<Transforms.*<\/Transforms>/, '')),
    await form('transform-not-enveloped', (text) =>
      text.replace('http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/2001/10/xml-exc-c14n#'),
    ),
    await form('transform-xslt', (text) =>
      text.replace('</Transforms>', transform('http://www.w3.org/TR/1999/REC-xslt-19991116')),
    ),
    await form('transform-xpath', (text) =>
      text.replace(
        '</Transforms>',
        transform('http://www.w3.org/TR/1999/REC-xpath-19991116', '<XPath>not(self::object)</XPath>'),
      ),
    ),
    await form('transform-base64', (text) => text.replace('</Transforms>', transform(`${XMLDSIG}base64`))),
    await form('transform-with-prefix-list', (text) =>
      text.replace(
        /<\/Transform><\/Transforms>/,
        '<InclusiveNamespaces xmlns="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="a"></InclusiveNamespaces>$&',
      ),
    ),
    await form('canonicalization-with-comments', (text) =>
      text.replace(exclusive, exclusive.replace('#"', '#WithComments"')),
    ),
    await form('digest-sha1', (text) =>
      text
        .replace('http://www.w3.org/2001/04/xmlenc#sha256', `${XMLDSIG}sha1`)
        .replace(/<DigestValue>[^<]*/, `<DigestValue>${sha1}`),
    ),
    await form('signature-method-of-another-curve', (text) => text.replace('#ecdsa-sha256', '#ecdsa-sha384')),
    await form('signature-method-with-parameter', (text) =>
      text.replace('</SignatureMethod>', '<HMACOutputLength>8</HMACOutputLength></SignatureMethod>'),
    ),
    {
      name: 'reference-to-an-id-that-nothing-has',
      document: insertLast(
        original,
        await signatureOver(original, signer, { signedInfo: (t) => t.replace('""', '"#x"') }),
      ),
      ...refused,
    },
  ];
}

/** A genuine document, changed. */
function changes(sealed: string, byId: string): readonly Attack[] {
  const digest = digestOfText('sha-256', measurement(FORGED));
  return [
    {
      name: 'value-changed',
      document: sealed.replace(VALUE, FORGED),
      strict: 'SEAL_DIGEST_MISMATCH',
      general: 'SEAL_DIGEST_MISMATCH',
    },
    {
      name: 'value-and-digest-changed',
      document: sealed.replace(VALUE, FORGED).replace(/<DigestValue>[^<]*/, `<DigestValue>${digest}`),
      strict: 'SEAL_SIGNATURE_INVALID',
      general: 'SEAL_SIGNATURE_INVALID',
    },
    {
      name: 'value-changed-in-a-document-signed-by-id',
      document: byId.replace(VALUE, FORGED),
      strict: 'SEAL_NOT_IN_PROFILE',
      general: 'SEAL_DIGEST_MISMATCH',
    },
    {
      name: 'white-space-added',
      document: sealed.replace('<measurement-data>', '\n  <measurement-data>'),
      strict: 'SEAL_DIGEST_MISMATCH',
      general: 'SEAL_DIGEST_MISMATCH',
    },
    {
      name: 'root-renamed',
      document: sealed.replace(`<${ROOT} `, '<other ').replace(`</${ROOT}>`, '</other>'),
      strict: 'SEAL_DIGEST_MISMATCH',
      general: 'SEAL_DIGEST_MISMATCH',
    },
    {
      name: 'signature-removed',
      document: withoutSignature(sealed),
      strict: 'SEAL_MISSING',
      general: 'SEAL_MISSING',
    },
    {
      name: 'signature-in-another-namespace',
      document: sealed.replace(SIGNATURE_START, '<Signature xmlns="urn:forged">'),
      strict: 'SEAL_MISSING',
      general: 'SEAL_MISSING',
    },
    {
      name: 'signature-value-empty',
      document: sealed.replace(/<SignatureValue>[^<]*/, '<SignatureValue>'),
      strict: 'SEAL_SIGNATURE_INVALID',
      general: 'SEAL_SIGNATURE_INVALID',
    },
    {
      name: 'signature-value-zero',
      document: sealed.replace(/<SignatureValue>[^<]*/, `<SignatureValue>${toBase64(new Uint8Array(64))}`),
      strict: 'SEAL_SIGNATURE_INVALID',
      general: 'SEAL_SIGNATURE_INVALID',
    },
  ];
}

/** Parts of genuine documents, put together anew or spelled otherwise. */
async function exchanges({ signer, publicKey }: SigningKey): Promise<readonly Attack[]> {
  const sealed = await sealDocument(measurement(), signer);
  const other = await sealDocument(measurement('1'), signer);
  const value = /<SignatureValue>([^<]*)/.exec(sealed)?.[1] ?? '';
  const der = derFromRaw(Buffer.from(value, 'base64'), publicKey.algorithm.curve) ?? new Uint8Array();
  return [
    {
      name: 'signature-of-another-document',
      document: insertLast(measurement(), signatureOf(other)),
      strict: 'SEAL_DIGEST_MISMATCH',
      general: 'SEAL_DIGEST_MISMATCH',
    },
    {
      name: 'signature-value-of-another-document',
      document: sealed.replace(value, /<SignatureValue>([^<]*)/.exec(other)?.[1] ?? ''),
      strict: 'SEAL_SIGNATURE_INVALID',
      general: 'SEAL_SIGNATURE_INVALID',
    },
    {
      name: 'base64-stray-bits-in-signature-value',
      document: sealed.replace(value, strayBits(value)),
      strict: 'SEAL_SIGNATURE_INVALID',
      general: 'SEAL_FORM_REFUSED',
    },
    {
      name: 'base64-stray-bits-in-digest-value',
      document: sealed.replace(/(?<=<DigestValue>)[^<]*/, (digest) => strayBits(digest)),
      strict: 'SEAL_DIGEST_MISMATCH',
      general: 'SEAL_FORM_REFUSED',
    },
    {
      name: 'base64-without-padding',
      document: sealed.replace(value, value.replace('==', '')),
      strict: 'SEAL_SIGNATURE_INVALID',
      general: 'SEAL_FORM_REFUSED',
    },
    {
      name: 'base64-of-the-url-alphabet',
      document: sealed.replace(value, `-_${value.slice(2)}`),
      strict: 'SEAL_SIGNATURE_INVALID',
      general: 'SEAL_FORM_REFUSED',
    },
    {
      name: 'base64-with-line-ends',
      document: sealed.replace(value, `${value.slice(0, 64)}\n${value.slice(64)}`),
      strict: 'SEAL_SIGNATURE_INVALID',
      general: 'original',
    },
    {
      name: 'signature-value-in-der',
      document: sealed.replace(value, toBase64(der)),
      strict: 'SEAL_SIGNATURE_INVALID',
      general: 'SEAL_SIGNATURE_INVALID',
    },
  ];
}

/** Another text that a lenient decoder takes for the same bytes: a bit set that no byte uses. */
function strayBits(base64: string): string {
  const position = base64.indexOf('=') - 1;
  return base64.slice(0, position) + String.fromCharCode(base64.charCodeAt(position) + 1) + base64.slice(position + 1);
}

function encodings(sealed: string): readonly Attack[] {
  const bytes = utf8(sealed);
  const malformed = { strict: 'XML_MALFORMED', general: 'XML_MALFORMED' } as const;
  const at = sealed.indexOf(VALUE);
  const inValue = (...inserted: number[]): Uint8Array =>
    Uint8Array.from([...bytes.subarray(0, at), ...inserted, ...bytes.subarray(at)]);
  return [
    {
      name: 'byte-order-mark',
      document: `\uFEFF${sealed}`,
      strict: 'SEAL_NOT_IN_PROFILE',
      general: 'original',
    },
    { name: 'utf-16', document: Buffer.from(`\uFEFF${sealed}`, 'utf16le'), ...malformed },
    {
      name: 'utf-16-without-mark',
      document: Buffer.from(sealed, 'utf16le'),
      ...malformed,
    },
    { name: 'nul-in-a-value', document: inValue(0), strict: 'SEAL_DIGEST_MISMATCH', general: 'XML_MALFORMED' },
    { name: 'nul-after-the-root', document: `${sealed}\0`, strict: 'SEAL_NOT_IN_PROFILE', general: 'XML_MALFORMED' },
    { name: 'overlong-utf-8', document: inValue(0xc0, 0xb1), ...malformed },
    { name: 'surrogate-in-utf-8', document: inValue(0xed, 0xa0, 0x80), ...malformed },
    { name: 'utf-8-cut-off', document: bytes.subarray(0, sealed.indexOf('€') + 2), ...malformed },
    {
      name: 'encoding-declared-otherwise',
      document: `<?xml version="1.0" encoding="ISO-8859-1"?>${sealed}`,
      strict: 'SEAL_NOT_IN_PROFILE',
      general: 'XML_FORBIDDEN',
    },
    {
      name: 'xml-1.1',
      document: `<?xml version="1.1"?>${sealed}`,
      strict: 'SEAL_NOT_IN_PROFILE',
      general: 'XML_FORBIDDEN',
    },
    { name: 'newline-after-the-root', document: `${sealed}\n`, strict: 'SEAL_NOT_IN_PROFILE', general: 'original' },
    {
      name: 'xml-declaration',
      document: `<?xml version="1.0" encoding="UTF-8"?>\n${sealed}`,
      strict: 'SEAL_NOT_IN_PROFILE',
      general: 'original',
    },
    { name: 'empty', document: '', strict: 'SEAL_MISSING', general: 'XML_MALFORMED' },
    { name: 'cut-off', document: sealed.slice(0, -1), strict: 'SEAL_NOT_IN_PROFILE', general: 'XML_MALFORMED' },
  ];
}

/** More than anybody needs. */
function excesses(sealed: string): readonly Attack[] {
  const inside = (text: string): string => sealed.replace('<measurement-data>', `${text}<measurement-data>`);
  const changed = { strict: 'SEAL_DIGEST_MISMATCH', general: 'XML_TOO_LARGE' } as const;
  const attributes = Array.from({ length: 101 }, (_, index) => ` a${index}=""`).join('');
  return [
    {
      name: 'too-long',
      document: inside(' '.repeat(4 * 1024 * 1024)),
      strict: 'XML_TOO_LARGE',
      general: 'XML_TOO_LARGE',
    },
    { name: 'too-deep', document: inside('<d>'.repeat(100_000) + '</d>'.repeat(100_000)), ...changed },
    { name: 'too-many-elements', document: inside('<d/>'.repeat(100_001)), ...changed },
    { name: 'too-many-attributes', document: inside(`<d${attributes}/>`), ...changed },
  ];
}
