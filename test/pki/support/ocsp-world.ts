import { createHash } from 'node:crypto';

import { addTime, Hours, type Instant } from '#core/time.ts';
import type { Certificate } from '#pki/certificate.ts';
import { issuedEvent, type LedgerEvent, ledgerOf } from '#pki/ledger.ts';
import { answerOcspHttp, type OcspHttpRequest } from '#pki/ocsp-http.ts';
import { type AnsweredAuthority, answerOcsp } from '#pki/ocsp-responder.ts';
import { type OcspResponseContent, writeOcspResponse } from '#pki/ocsp-response.ts';
import { serve, type TestServer } from './http-server.ts';
import { issueTo, makePki, NOW, profiles, type TestIdentity, type TestPki } from './test-pki.ts';

/** A PKI with a delegated responder for its sub-CA and three leaves: in the ledger, revoked in it, and not in it. */
export interface OcspWorld extends TestPki {
  readonly delegate: TestIdentity;
  readonly good: TestIdentity;
  readonly revoked: TestIdentity;
  readonly unknown: TestIdentity;
  readonly authority: AnsweredAuthority;
}

export const REVOKED_AT = addTime(NOW, Hours(-2));

/** @param today give the machine's time where a program that looks at its clock takes part */
export async function makeOcspWorld(name: string, today = NOW): Promise<OcspWorld> {
  const pki = await makePki(name, today);
  const now = addTime(today, Hours(-12));
  const delegate = await issueTo(pki.sub, profiles['ocsp-responder'], { now });
  const [good, revoked, unknown] = [
    await issueTo(pki.sub, profiles.signature, { name: 'good', now }),
    await issueTo(pki.sub, profiles.signature, { name: 'revoked', now }),
    await issueTo(pki.sub, profiles.signature, { name: 'unknown', now }),
  ];
  const events: readonly LedgerEvent[] = [
    issuedEvent(good.certificate, 'signature'),
    issuedEvent(revoked.certificate, 'signature'),
    {
      event: 'revoked',
      serial: revoked.certificate.serial,
      revocation: { at: REVOKED_AT, reason: 'keyCompromise' },
    },
  ];
  const authority = { certificate: pki.sub.certificate, ledger: ledgerOf(events), responder: delegate };
  return { ...pki, delegate, good, revoked, unknown, authority };
}

/** A responder over HTTP, as the command will have one. */
export const serveOcsp = (authorities: readonly AnsweredAuthority[], now: () => Instant): Promise<TestServer> =>
  serve((request, response) => {
    const answer = (der: Uint8Array) => answerOcsp(der, authorities, { now: now(), validity: Hours(1) });
    const asked: OcspHttpRequest = {
      method: request.method ?? '',
      rest: (request.url ?? '').slice(1),
      contentType: request.headers['content-type'],
      body: request,
    };
    void answerOcspHttp(asked, answer).then(({ status, headers, body }) =>
      response.writeHead(status, headers).end(body),
    );
  });

const keyHashOf = ({ publicKeyBits }: Certificate): Uint8Array => createHash('sha1').update(publicKeyBits).digest();

/** A response by whoever, saying whatever. */
export const respond = (signer: TestIdentity, content: Partial<OcspResponseContent>): Promise<Uint8Array> =>
  writeOcspResponse(signer.key, {
    responderKeyHash: keyHashOf(signer.certificate),
    producedAt: NOW,
    answers: [],
    nonce: undefined,
    certificates: [signer.certificate],
    ...content,
  });
