import { BasicOCSPResponse, OCSPResponse } from '@peculiar/asn1-ocsp';
import { OctetString } from '@peculiar/asn1-schema';

import { concatBytes, fromHex, toHex, utf8 } from '#core/bytes.ts';
import { addTime, Days, Hours, Minutes } from '#core/time.ts';
import { encodeDer, parseDer, toArrayBuffer } from '#pki/der.ts';
import { makeExtension } from '#pki/extensions.ts';
import type { Fetch } from '#pki/http-exchange.ts';
import { certificateIdOf } from '#pki/ocsp-certificate-id.ts';
import { OCSP_LIMITS } from '#pki/ocsp-client.ts';
import { type OcspRequest, readOcspRequest } from '#pki/ocsp-request.ts';
import { type OcspAnswer, type OcspResponseContent, writeOcspRefusal } from '#pki/ocsp-response.ts';
import type { RevocationTrouble } from '#pki/revocation-policy.ts';
import type { FakeClock } from '../../support/fake-clock.ts';
import { serve } from './http-server.ts';
import { type OcspWorld, respond } from './ocsp-world.ts';
import { issueTo, makePki, NOW, profiles, type TestIdentity } from './test-pki.ts';

/** What goes wrong: a network that behaves so, perhaps another certificate to ask about, and what happens meanwhile. */
interface Trouble {
  readonly fetch: Fetch;
  readonly asked?: TestIdentity;
  /** Runs while the question is under way. */
  readonly meanwhile?: (clock: FakeClock) => Promise<void>;
  readonly close?: () => Promise<void>;
}

type MakeTrouble = (world: OcspWorld) => Promise<Trouble> | Trouble;

/** Makes a response to a request. */
type Reply = (world: OcspWorld, request: OcspRequest) => Promise<Uint8Array> | Uint8Array;

const replying =
  (reply: Reply): MakeTrouble =>
  (world) => ({
    async fetch(_url, { body }) {
      const request = readOcspRequest(new Uint8Array(body as ArrayBuffer));
      return new Response(toArrayBuffer(await reply(world, request)));
    },
  });

/** The honest answer, in all but what is changed. */
async function answer(
  world: OcspWorld,
  request: OcspRequest,
  change: Partial<OcspAnswer> = {},
  content: Partial<OcspResponseContent> = {},
  signer: TestIdentity = world.delegate,
): Promise<Uint8Array> {
  const [certificate] = request.certificates;
  if (certificate === undefined) throw new TypeError('the client asked about nothing');
  const honest: OcspAnswer = {
    certificate,
    status: { status: 'good' },
    thisUpdate: NOW,
    nextUpdate: addTime(NOW, Hours(1)),
  };
  return await respond(signer, { answers: [{ ...honest, ...change }], nonce: request.nonce, ...content });
}

const changed = (change: (honest: Uint8Array) => Uint8Array): MakeTrouble =>
  replying(async (world, request) => change(await answer(world, request)));

/** Signed by somebody who is not entitled to. */
const signedBy = (makeSigner: (world: OcspWorld) => Promise<TestIdentity>): MakeTrouble =>
  replying(async (world, request) => await answer(world, request, {}, {}, await makeSigner(world)));

const refusing = (refusal: Parameters<typeof writeOcspRefusal>[0]): MakeTrouble =>
  replying(() => writeOcspRefusal(refusal));

/** A real server, as fetch meets it, wherever the client means to go. */
const served =
  (listener: Parameters<typeof serve>[0]): MakeTrouble =>
  async () => {
    const server = await serve(listener);
    return { fetch: (_url, init) => fetch(server.url, init), close: () => server[Symbol.asyncDispose]() };
  };

/** A server that leaves the client waiting after some of the answer. */
const stalling =
  (listener: Parameters<typeof serve>[0]): MakeTrouble =>
  async () => {
    const asked = Promise.withResolvers<void>();
    const server = await serve((request, response) => {
      listener(request, response);
      asked.resolve();
    });
    return {
      fetch: (_url, init) => fetch(server.url, init),
      async meanwhile(clock) {
        await asked.promise;
        await clock.advance(OCSP_LIMITS.timeout);
      },
      close: () => server[Symbol.asyncDispose](),
    };
  };

const askingAbout =
  (make: (world: OcspWorld) => Promise<TestIdentity>): MakeTrouble =>
  async (world) => ({
    fetch: () => Promise.reject(new TypeError('nobody should be asked')),
    asked: await make(world),
  });

/** A hex pattern inside the DER, replaced by another of the same length. */
const replaced =
  (pattern: string, by: string) =>
  (der: Uint8Array): Uint8Array => {
    const hex = toHex(der);
    if (!hex.includes(pattern)) throw new TypeError(`there is no ${pattern} in the response`);
    return fromHex(hex.replace(pattern, by)) ?? der;
  };

/** The honest answer with a critical extension more, signed anew. */
async function withCriticalExtension(world: OcspWorld, request: OcspRequest): Promise<Uint8Array> {
  const outer = parseDer(await answer(world, request), OCSPResponse, 'response');
  if (outer.responseBytes === undefined) throw new TypeError('a refusal');
  const basic = parseDer(new Uint8Array(outer.responseBytes.response.buffer), BasicOCSPResponse, 'response');
  const extension = makeExtension('1.2.3.4', Uint8Array.of(0x05, 0x00), true);
  for (const single of basic.tbsResponseData.responses) single.singleExtensions = [extension];
  basic.signature = toArrayBuffer(await world.delegate.key.sign(encodeDer(basic.tbsResponseData), 'sha-256'));
  outer.responseBytes.response = new OctetString(toArrayBuffer(encodeDer(basic)));
  return encodeDer(outer);
}

const delegateWith =
  (change: Partial<(typeof profiles)['ocsp-responder']>, name = 'odd delegate') =>
  (world: OcspWorld) =>
    issueTo(world.sub, { ...profiles['ocsp-responder'], ...change }, { name, now: addTime(NOW, Hours(-12)) });

/** For each row of the policy matrix, the ways by which it comes about. */
export const OCSP_TROUBLES: Readonly<Record<RevocationTrouble, Readonly<Record<string, MakeTrouble>>>> = {
  'no-address': {
    'certificate without an address': askingAbout(({ sub }) =>
      issueTo(sub, { ...profiles.signature, revocationAddresses: false }),
    ),
    'address that is not HTTP': askingAbout(({ sub }) =>
      issueTo({ ...sub, revocation: { ocspUrls: ['ldap://127.0.0.1/'], crlUrls: [] } }, profiles.signature),
    ),
  },
  unreachable: {
    'responder down': async () => {
      const server = await serve(() => {});
      await server[Symbol.asyncDispose]();
      return { fetch: (_url, init) => fetch(server.url, init) };
    },
    'connection that breaks off': served((_, response) => void response.socket?.destroy()),
    'answer that breaks off': served((_, response) => {
      response.writeHead(200, { 'content-length': 1000 }).write('0', () => response.socket?.destroy());
    }),
  },
  'too-slow': {
    'no answer at all': stalling(() => {}),
    'slow drip': stalling((_, response) => void response.writeHead(200).write('0')),
  },
  'http-error': {
    'status 500': served((_, response) => void response.writeHead(500).end('sorry')),
    'redirect elsewhere': served(
      (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
    ),
    'redirect to a file': served(
      (_, response) => void response.writeHead(301, { location: 'file:///etc/passwd' }).end(),
    ),
  },
  'try-later': { tryLater: refusing('tryLater'), internalError: refusing('internalError') },
  declined: {
    unauthorized: refusing('unauthorized'),
    sigRequired: refusing('sigRequired'),
    malformedRequest: refusing('malformedRequest'),
  },
  'too-large': {
    'huge answer': served((_, response) => void response.writeHead(200).end(Buffer.alloc(OCSP_LIMITS.size + 1))),
  },
  unreadable: {
    'empty answer': replying(() => new Uint8Array()),
    'page of HTML': replying(() => utf8('<html>log in to the WiFi</html>')),
    truncated: changed((der) => der.subarray(0, der.length - 1)),
    'byte too many': changed((der) => concatBytes(der, Uint8Array.of(0))),
    'length that is not minimal (BER)': changed((der) => concatBytes(Uint8Array.of(0x30, 0x83, 0x00), der.subarray(2))),
    'unknown status': replying(() => Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x04)),
    'success without a response': replying(() => Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x00)),
    // id-pkix-ocsp-basic becomes id-pkix-ocsp-nonce.
    'response of another type': changed(replaced('2b0601050507300101', '2b0601050507300102')),
  },
  'bad-signature': {
    'signature of another key': replying(async (world, request) => {
      const stranger = await issueTo(world.sub, profiles['ocsp-responder']);
      return await answer(
        world,
        request,
        {},
        { certificates: [world.delegate.certificate] },
        {
          ...stranger,
          certificate: world.delegate.certificate,
        },
      );
    }),
    // ecdsa-with-SHA256 becomes ecdsa-with-SHA1 before the signature, which is the first of its kind.
    'signature over SHA-1': changed(replaced('300a06082a8648ce3d040302', '300a06082a8648ce3d040301')),
    // The status, good, [0] NULL before thisUpdate, becomes unknown, [2] NULL.
    'changed status': changed(replaced('8000180f', '8200180f')),
  },
  'wrong-signer': {
    'responder of the other PKI': signedBy(async () => {
      const { sub } = await makePki('other');
      return await issueTo(sub, profiles['ocsp-responder']);
    }),
    'responder of the CA above': signedBy(({ root }) => issueTo(root, profiles['ocsp-responder'])),
    'certificate without OCSPSigning': signedBy(({ sub }) => issueTo(sub, profiles.signature)),
    'delegate without digitalSignature': signedBy(delegateWith({ keyUsage: ['nonRepudiation'] })),
    'delegate without ocsp-nocheck': signedBy(delegateWith({ ocspNoCheck: false })),
    'delegate that has expired': signedBy(delegateWith({ validity: Hours(1) })),
    'delegate that is not valid yet': signedBy(({ sub }) =>
      issueTo(sub, profiles['ocsp-responder'], { now: addTime(NOW, Days(1)) }),
    ),
    'delegate whose certificate is missing': replying((world, request) =>
      answer(world, request, {}, { certificates: [] }),
    ),
  },
  'other-certificate': {
    'answer about another': replying((world, request) =>
      answer(world, request, { certificate: certificateIdOf('4a4a', world.sub.certificate, 'sha-256') }),
    ),
    'answer about the same number of another CA': replying((world, request) =>
      answer(world, request, {
        certificate: certificateIdOf(world.good.certificate.serial, world.root.certificate, 'sha-256'),
      }),
    ),
    'no answer': replying((world, request) => answer(world, request, {}, { answers: [] })),
    'two answers': replying(async (world, request) => {
      const [certificate] = request.certificates;
      if (certificate === undefined) throw new TypeError('the client asked about nothing');
      const good = { certificate, status: { status: 'good' }, thisUpdate: NOW, nextUpdate: undefined } as const;
      return await answer(world, request, {}, { answers: [good, { ...good, status: { status: 'unknown' } }] });
    }),
  },
  'nonce-mismatch': {
    'replayed response': replying((world, request) => answer(world, request, {}, { nonce: new Uint8Array(32) })),
  },
  stale: {
    'superseded long ago': replying((world, request) =>
      answer(world, request, { thisUpdate: addTime(NOW, Hours(-2)), nextUpdate: addTime(NOW, Minutes(-3)) }),
    ),
    'superseded before it was made': replying((world, request) =>
      answer(world, request, { nextUpdate: addTime(NOW, Minutes(-1)) }),
    ),
  },
  'from-the-future': {
    'answer of tomorrow': replying((world, request) =>
      answer(world, request, { thisUpdate: addTime(NOW, Minutes(3)) }),
    ),
    'signature of tomorrow': replying((world, request) =>
      answer(world, request, {}, { producedAt: addTime(NOW, Minutes(3)) }),
    ),
  },
  undated: {
    'old answer without nextUpdate': replying((world, request) =>
      answer(world, request, { thisUpdate: addTime(NOW, Minutes(-8)), nextUpdate: undefined }),
    ),
  },
  'unknown-extension': { 'critical extension': replying(withCriticalExtension) },
};
