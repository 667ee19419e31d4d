import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromUtf8, utf8 } from '#core/bytes.ts';
import type { CanonicalForm } from '#core/canonical-xml.ts';
import type { SignatureAlgorithmId } from '#crypto/algorithms.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { verifyForeign } from '#signature/xml-general-verifier.ts';
import { ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, INCLUSIVE_C14N, XMLDSIG } from '#signature/xml-profile.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { lxmlCanonical } from '../support/lxml.ts';
import { makeSigningKey, type SigningKey } from '../support/signing-keys.ts';
import { javaSign, javaVerify } from './oracles/java.ts';
import { xmlCryptoSign, xmlCryptoVerify } from './oracles/xml-crypto.ts';
import { xmldsigjsSign, xmldsigjsVerify } from './oracles/xmldsigjs.ts';
import { xmlsec1Sign, xmlsec1Verify } from './oracles/xmlsec1.ts';
import { FORGED, insertLast, measurement, VALUE } from './xml-documents.ts';

const meter = makeSigningKey();
const strangers = new Map<string, SigningKey>();

describe('our sealed documents, verified by others', async () => {
  const contents = [
    measurement(),
    measurement('0'),
    measurement('9'.repeat(5_000)),
    '<a></a>',
    '<p:a xmlns:p="urn:p">&amp;</p:a>',
  ];
  const documents = await Promise.all(contents.map((content) => sealDocument(content, meter.signer)));
  documents.push(await withLeadingZero(0), await withLeadingZero(32));
  const forged = documents[0]?.replace(VALUE, FORGED) ?? '';

  const judges: Readonly<Record<string, (xml: string) => boolean | Promise<boolean>>> = {
    xmlsec1: (xml) => xmlsec1Verify(meter, xml),
    'xml-crypto': (xml) => xmlCryptoVerify(meter, xml).valid,
    xmldsigjs: (xml) => xmldsigjsVerify(meter, xml),
  };
  for (const [name, verify] of Object.entries(judges)) {
    it(`${name} accepts them, and not a forged one`, async () => {
      for (const document of documents) assert.ok(await verify(document), document);
      assert.equal(await orFalse(() => verify(forged)), false);
    });
  }

  it("Java's XML Signature with secure validation accepts them, and not a forged one", () => {
    const verdicts = javaVerify(meter, [...documents, forged]);
    assert.deepEqual(verdicts, [...documents.map(() => 'valid'), 'invalid']);
  });

  it('xmlsec1 accepts the compatibility curve P-192, which Java refuses', async () => {
    const old = makeSigningKey('ecdsa-p192-sha256');
    const document = await sealDocument(measurement(), old.signer);
    assert.ok(xmlsec1Verify(old, document));
    assert.match(javaVerify(old, [document])[0] ?? '', /^error /);
  });
});

/** What a stranger's writer may do, and what canonicalisation then has to undo. */
const FOREIGN =
  `<m:reading xmlns:m="urn:example:meter" xmlns="urn:example:default" xmlns:unused="urn:example:unused" Id="r1"` +
  ` xml:lang="de">\r\n  <m:value unit='kWh' m:scaler="-2"  at="1 &lt; 2">&#55;654321</m:value>\r\n  <text\n/>` +
  `\n  <note xmlns="">Gebäude \u{1F50C} &quot;Süd&quot; &amp; ]]&gt;</note>\n</m:reading>`;

/** What xmldsigjs 2.8.8 signs rightly: its inclusive SignedInfo forgets namespaces that the root alone declares. */
const PLAIN = measurement(VALUE, 'r1');

interface ForeignDocument {
  readonly name: string;
  readonly maker: SigningKey;
  readonly source: string;
  readonly form: CanonicalForm;
  readonly signed: string;
}

const FORMS = [
  { form: 'exclusive', identifier: EXCLUSIVE_C14N },
  { form: 'inclusive', identifier: INCLUSIVE_C14N },
] as const;
/** Without a canonical transform the inclusive form is digested. */
const TRANSFORMS = [...FORMS, { form: 'inclusive', identifier: undefined }] as const;
const URIS = ['', '#r1'] as const;
const KEY_INFOS = ['none', 'KeyName', 'KeyValue', 'X509Data'] as const;
/** xmlsec1 1.2 cannot write the KeyValue of an elliptic curve. */
const XMLSEC1_KEY_INFOS = ['none', 'KeyName', 'X509Data'] as const;

describe('documents of others, verified by us', async () => {
  const documents = [...byJava(), ...byXmlsec1(), ...byXmlCrypto(), ...(await byXmldsigjs())];
  const canonical = lxmlCanonical(documents.map(({ source, form }) => ({ xml: source, form, path: [] })));

  for (const [index, { name, maker, signed }] of documents.entries()) {
    it(`${name}: gives back the canonical content`, async () => {
      const verified = await verifyForeign(utf8(signed), maker.publicKey, nodeCrypto);
      assert.equal(fromUtf8(verified.bytes), canonical[index]);
      assert.equal(verified.key, maker.publicKey);
    });

    it(`${name}: refuses it changed, and with another key`, async () => {
      const forged = signed.replace(VALUE.slice(1), FORGED.slice(1));
      assert.notEqual(forged, signed);
      await assert.rejects(verifyForeign(utf8(forged), maker.publicKey, nodeCrypto), { code: 'SEAL_DIGEST_MISMATCH' });
      const { publicKey } = stranger(maker);
      await assert.rejects(verifyForeign(utf8(signed), publicKey, nodeCrypto), { code: 'SEAL_SIGNATURE_INVALID' });
    });
  }
});

function byJava(): readonly ForeignDocument[] {
  const choices = FORMS.flatMap(({ identifier: canonicalization }) =>
    TRANSFORMS.flatMap(({ form, identifier: transform }) =>
      URIS.flatMap((uri) =>
        KEY_INFOS.map((keyInfo) => ({ xml: FOREIGN, uri, canonicalization, transform, keyInfo, form })),
      ),
    ),
  );
  const signed = javaSign(meter, choices);
  return choices.map(({ form, ...choice }, index) => ({
    name: `Java, ${shortly(choice.canonicalization)}, ${shortly(choice.transform)}, URI="${choice.uri}", ${choice.keyInfo}`,
    maker: meter,
    source: FOREIGN,
    form,
    signed: signed[index] ?? '',
  }));
}

function byXmlsec1(): readonly ForeignDocument[] {
  const p192 = makeSigningKey('ecdsa-p192-sha256');
  const p384 = makeSigningKey('ecdsa-p384-sha384');
  const bearer = 'urn:example:meter:reading' as const;
  const combinations = FORMS.flatMap(({ identifier: canonicalization }) =>
    TRANSFORMS.map(({ form, identifier: transform }, index) => ({
      canonicalization,
      transform,
      form,
      uri: URIS[index % URIS.length] ?? '',
      keyInfo: XMLSEC1_KEY_INFOS[index % XMLSEC1_KEY_INFOS.length] ?? 'none',
    })),
  );
  return [meter, p192, p384].flatMap((maker) =>
    combinations.map(({ form, ...choice }) => {
      const template = insertLast(FOREIGN, xmlsec1Template({ ...choice, method: maker.publicKey.algorithm.xmldsig }));
      return {
        name: `xmlsec1, ${maker.publicKey.algorithm.id}, ${shortly(choice.canonicalization)}, ${shortly(choice.transform)}, URI="${choice.uri}", ${choice.keyInfo}`,
        maker,
        source: FOREIGN,
        form,
        signed: xmlsec1Sign(maker, template, bearer),
      };
    }),
  );
}

interface TemplateChoices {
  readonly canonicalization: string;
  readonly transform: string | undefined;
  readonly method: string;
  readonly uri: string;
  readonly keyInfo: (typeof XMLSEC1_KEY_INFOS)[number];
}

/** A template as people write it by hand: indented, prefixed. */
function xmlsec1Template({ canonicalization, transform, method, uri, keyInfo }: TemplateChoices): string {
  const algorithm = (element: string, identifier: string): string => `<ds:${element} Algorithm="${identifier}"/>`;
  const keyInfos = {
    none: '',
    KeyName: '<ds:KeyInfo>\n<ds:KeyName>meter-1</ds:KeyName></ds:KeyInfo>',
    X509Data: '<ds:KeyInfo>\n<ds:X509Data/></ds:KeyInfo>',
  };
  return `
  <ds:Signature xmlns:ds="${XMLDSIG}">
    <ds:SignedInfo>
      ${algorithm('CanonicalizationMethod', canonicalization)}
      ${algorithm('SignatureMethod', method)}
      <ds:Reference URI="${uri}">
        <ds:Transforms>
          ${algorithm('Transform', ENVELOPED_SIGNATURE)}
          ${transform === undefined ? '' : algorithm('Transform', transform)}
        </ds:Transforms>
        ${algorithm('DigestMethod', 'http://www.w3.org/2001/04/xmlenc#sha512')}
        <ds:DigestValue></ds:DigestValue>
      </ds:Reference>
    </ds:SignedInfo>
    <ds:SignatureValue/>
    ${keyInfos[keyInfo]}
  </ds:Signature>`.trimStart();
}

function byXmlCrypto(): readonly ForeignDocument[] {
  const choices = (['whole', 'id'] as const).flatMap((target) =>
    [undefined, 'meter-1'].map((keyName) => ({ xml: PLAIN, target, keyName })),
  );
  return choices.map((choice) => ({
    name: `xml-crypto, ${choice.target}, ${choice.keyName ?? 'no KeyName'}`,
    maker: meter,
    source: PLAIN,
    form: 'exclusive',
    signed: xmlCryptoSign(meter, choice),
  }));
}

function byXmldsigjs(): Promise<readonly ForeignDocument[]> {
  const choices = URIS.flatMap((uri) =>
    (['none', 'KeyValue', 'X509Data'] as const).map((keyInfo) => ({ xml: PLAIN, uri, keyInfo })),
  );
  return Promise.all(
    choices.map(async (choice) => ({
      name: `xmldsigjs, URI="${choice.uri}", ${choice.keyInfo}`,
      maker: meter,
      source: PLAIN,
      form: 'exclusive' as const,
      signed: await xmldsigjsSign(meter, choice),
    })),
  );
}

function shortly(identifier: string | undefined): string {
  return FORMS.find((form) => form.identifier === identifier)?.form ?? 'no transform';
}

/** Another key of the same algorithm. */
function stranger({ signer }: SigningKey): SigningKey {
  const id = signer.algorithm.id as SignatureAlgorithmId;
  const known = strangers.get(id) ?? makeSigningKey(id);
  strangers.set(id, known);
  return known;
}

/** A sealed document whose r (at 0) or s (at 32) begins with a zero byte. */
async function withLeadingZero(position: 0 | 32): Promise<string> {
  for (let number = 0; ; number += 1) {
    const document = await sealDocument(measurement(`${number}`), meter.signer);
    const raw = Buffer.from(/<SignatureValue>([^<]*)/.exec(document)?.[1] ?? '', 'base64');
    if (raw[position] === 0) return document;
  }
}

/** Some verifiers answer, others throw. */
async function orFalse(verify: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await verify();
  } catch {
    return false;
  }
}
