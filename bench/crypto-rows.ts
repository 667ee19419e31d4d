import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { toBase64, utf8 } from '#core/bytes.ts';
import { systemClock } from '#core/clock.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import type { HttpRequestFacts } from '#signature/http-request.ts';
import { ReplayMemory } from '#signature/replay-memory.ts';
import { requestTo } from '#signature/request-signer.ts';
import { CLOCK_SKEW, FRESHNESS_WINDOW, type RequestPolicy, verifyRequest } from '#signature/request-verifier.ts';
import type { SignatureForm } from '#signature/signature-format.ts';
import { canonicalSignedInfo } from '#signature/xml-profile.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { verifySealed } from '#signature/xml-strict-verifier.ts';
import { compare, type Effort, type Row } from './compare.ts';
import { sampleDocument } from './sample-document.ts';
import { signatureOfGet } from './signed-get.ts';
import type { Site } from './site.ts';

/** Sealing and verifying, each against bare ECDSA P-256 over bytes of the same form that were prepared before. */
export async function cryptoRows(site: Site, effort: Effort): Promise<readonly Row[]> {
  const privateKey = createPrivateKey(site.meter.privateKeyPem);
  const publicKey = createPublicKey(privateKey);
  const unsigned = sampleDocument();
  const signedInfo = utf8(canonicalSignedInfo(toBase64(nodeCrypto.digest('sha-256', utf8(unsigned)))));
  const signature = sign('sha256', signedInfo, privateKey);
  const sealed = utf8(await sealDocument(unsigned, site.meter.signer));
  const bareVerify = () => verify('sha256', signedInfo, publicKey, signature);
  return [
    await compare(
      'seal a document',
      { ours: () => sealDocument(unsigned, site.meter.signer), floor: () => sign('sha256', signedInfo, privateKey) },
      effort,
      { at: 'most', ratio: 1.3 },
    ),
    await compare(
      'verify a sealed document strictly',
      { ours: () => verifySealed(sealed, () => site.meter.publicKey, nodeCrypto), floor: bareVerify },
      effort,
      { at: 'most', ratio: 1.25 },
    ),
    await requestRow(site, 'draft-cavage', bareVerify, effort),
    await requestRow(site, 'rfc9421', bareVerify, effort),
  ];
}

/** What preparing left behind is not for the round that follows to clear away. */
function collectYoungGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;
  collect({ type: 'minor' });
}

/** Every call gets a request of its own, signed before the round: a replay would end at the replay memory. */
async function requestRow(site: Site, form: SignatureForm, floor: () => boolean, effort: Effort): Promise<Row> {
  const url = new URL('https://127.0.0.1:8443/cosem/ldevs/1sie0012345678.sm/objects/3-0100010800ff/attributes/2');
  const requests: HttpRequestFacts[] = [];
  const prepare = async (): Promise<void> => {
    for (let call = 0; call < effort.calls; call++) {
      const headers = await signatureOfGet(site, url, form);
      const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      requests.push(requestTo('GET', url, Object.fromEntries(lowerCase)));
    }
    collectYoungGarbage();
  };
  const key = { keyId: site.das.keyId, publicKey: site.das.publicKey, owner: 'das', allowHs2019: false } as const;
  const policy: RequestPolicy = {
    keyOf: (keyId) => (keyId === key.keyId ? key : undefined),
    crypto: nodeCrypto,
    clock: systemClock,
    window: FRESHNESS_WINDOW,
    skew: CLOCK_SKEW,
    replay: new ReplayMemory({ total: 1_000_000, perKey: 1_000_000 }),
    boot: 0 as RequestPolicy['boot'],
  };
  const ours = () => {
    const request = requests.pop();
    if (request === undefined) throw new TypeError('the bench has used up its requests');
    return verifyRequest(request, policy, 'das');
  };
  return compare(`verify a request, ${form}`, { ours, floor, prepare }, effort, { at: 'most', ratio: 1.25 });
}
