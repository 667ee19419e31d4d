import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { addTime, Days, type Instant } from '#core/time.ts';
import type { Certificate } from '#pki/certificate.ts';
import { PeerPaths } from '#pki/peer-paths.ts';
import type { PresentedChain } from '#pki/presented-chain.ts';
import { issueTo, makePki, NOW, profiles, type TestIdentity, type TestPki } from './support/test-pki.ts';

let pki: TestPki;
let other: TestPki;
let leaf: TestIdentity;

before(async () => {
  pki = await makePki('peers');
  other = await makePki('other');
  leaf = await issueTo(pki.sub, profiles['tls-client'], { name: 'das' });
});

const paths = (known: readonly Certificate[] = [], anchors = [pki.root.certificate]): PeerPaths =>
  new PeerPaths({ anchors, known, purpose: 'tls-client' });

const chain = (...identities: readonly [TestIdentity, ...TestIdentity[]]): PresentedChain => {
  const [first, ...rest] = identities;
  return [first.certificate.der, ...rest.map(({ certificate }) => certificate.der)];
};

function pathOf(judge: PeerPaths, presented: PresentedChain, at: Instant = NOW): readonly string[] | string {
  const { verdict } = judge.judge(presented, at);
  return verdict.valid ? verdict.path.map(({ id }) => id) : verdict.problems[0].code;
}

describe('the path of a peer', () => {
  const ids = (...identities: readonly TestIdentity[]) => identities.map(({ certificate }) => certificate.id);

  it('goes over the sub-CA that it presents', () => {
    assert.deepEqual(pathOf(paths(), chain(leaf, pki.sub)), ids(leaf, pki.sub, pki.root));
  });

  it('goes over a sub-CA that is known beforehand, where the chain cannot be seen', () => {
    const known = [other.sub.certificate, pki.sub.certificate];
    assert.deepEqual(pathOf(paths(known), chain(leaf)), ids(leaf, pki.sub, pki.root));
    assert.equal(pathOf(paths([other.sub.certificate]), chain(leaf)), 'CHAIN_ISSUER_UNKNOWN');
  });

  it('is remembered for resumed sessions, which bring the leaf alone', () => {
    const judge = paths();
    pathOf(judge, chain(leaf, pki.sub));
    assert.deepEqual(pathOf(judge, chain(leaf)), ids(leaf, pki.sub, pki.root));
  });

  it('is looked for again where other issuers are presented', () => {
    const judge = paths();
    pathOf(judge, chain(leaf, pki.sub));
    assert.equal(pathOf(judge, chain(leaf, other.sub)), 'CHAIN_ISSUER_UNKNOWN');
    assert.deepEqual(pathOf(judge, chain(leaf, other.sub, pki.sub)), ids(leaf, pki.sub, pki.root));
  });

  it('ends with the dates of its certificates, remembered or not', () => {
    const judge = paths();
    pathOf(judge, chain(leaf, pki.sub));
    assert.equal(pathOf(judge, chain(leaf), addTime(NOW, Days(731))), 'CHAIN_EXPIRED');
    assert.equal(pathOf(judge, chain(leaf), addTime(NOW, Days(-1))), 'CHAIN_NOT_YET_VALID');
    assert.deepEqual(pathOf(judge, chain(leaf)), ids(leaf, pki.sub, pki.root));
  });

  it('is not remembered where it was not good', () => {
    const judge = paths([], [other.root.certificate]);
    assert.equal(pathOf(judge, chain(leaf, pki.sub)), 'CHAIN_ISSUER_UNKNOWN');
    assert.equal(pathOf(judge, chain(leaf)), 'CHAIN_ISSUER_UNKNOWN');
  });
});
