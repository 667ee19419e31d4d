import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';

import { addTime, Hours, Minutes, Seconds } from '#core/time.ts';
import { certificateIdOf } from '#pki/ocsp-certificate-id.ts';
import { checkOcspResponse, type OcspQuestion } from '#pki/ocsp-check.ts';
import { OCSP_LIMITS, ocspClient } from '#pki/ocsp-client.ts';
import { inTurn } from '#pki/revocation.ts';
import { CHECKER_DEFAULTS, RevocationChecker, type RevocationCheckerOptions } from '#pki/revocation-checker.ts';
import { REVOCATION_OUTCOMES, type RevocationOutcome, type RevocationTrouble } from '#pki/revocation-policy.ts';
import { DEFAULT_FRESHNESS, RevocationError, type RevocationStatement } from '#pki/revocation-statement.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { OCSP_TROUBLES } from './support/ocsp-troubles.ts';
import { makeOcspWorld, type OcspWorld, REVOKED_AT, respond } from './support/ocsp-world.ts';
import { later, NOW } from './support/test-pki.ts';

let world: OcspWorld;

before(async () => {
  world = await makeOcspWorld('policy');
});

const troubles = Object.keys(OCSP_TROUBLES) as RevocationTrouble[];

describe('asking by OCSP comes to', () => {
  for (const trouble of troubles) {
    for (const [name, makeTrouble] of Object.entries(OCSP_TROUBLES[trouble])) {
      it(`"${trouble}" with: ${name}`, async () => {
        const clock = new FakeClock(NOW);
        const { fetch, asked = world.good, meanwhile, close } = await makeTrouble(world);
        const client = ocspClient({
          fetch,
          clock,
          limits: OCSP_LIMITS,
          freshness: DEFAULT_FRESHNESS,
          certificateIdHash: 'sha-256',
        });
        const asking = client.ask(asked.certificate, world.sub.certificate);
        await Promise.all([
          assert.rejects(asking, (error: unknown) => {
            assert.ok(error instanceof RevocationError, String(error));
            assert.equal(error.outcome, trouble, error.message);
            return true;
          }),
          meanwhile?.(clock),
        ]);
        assert.equal(clock.waiting, 0, 'a timer is left over');
        await close?.();
      });
    }
  }
});

/** A source of which the test decides what comes, and that counts how often it is asked. */
class ScriptedSource {
  asked = 0;
  comes: RevocationStatement | RevocationError;

  constructor(comes: RevocationStatement | RevocationError) {
    this.comes = comes;
  }

  ask(): Promise<RevocationStatement> {
    this.asked += 1;
    return this.comes instanceof RevocationError ? Promise.reject(this.comes) : Promise.resolve(this.comes);
  }
}

const GOOD: RevocationStatement = { status: { status: 'good' }, holdsUntil: later(Hours(1)), proof: new Uint8Array(3) };
const UNKNOWN: RevocationStatement = { ...GOOD, status: { status: 'unknown' } };
const REVOKED: RevocationStatement = {
  ...GOOD,
  status: { status: 'revoked', revocation: { at: REVOKED_AT, reason: 'keyCompromise' } },
};
const away = new RevocationError('unreachable', 'a test');

interface SetUp {
  readonly source: ScriptedSource;
  readonly clock: FakeClock;
  readonly checker: RevocationChecker;
  readonly warnings: string[];
  readonly check: () => ReturnType<RevocationChecker['check']>;
}

function setUp(comes: RevocationStatement | RevocationError, options: Partial<RevocationCheckerOptions> = {}): SetUp {
  const source = new ScriptedSource(comes);
  const clock = new FakeClock(NOW);
  const warnings: string[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (event: string) => void warnings.push(event) };
  const checker = new RevocationChecker({ ...CHECKER_DEFAULTS, source, clock, log, ...options });
  return {
    source,
    clock,
    checker,
    warnings,
    check: () => checker.check(world.good.certificate, world.sub.certificate),
  };
}

describe('the policy matrix', () => {
  for (const outcome of troubles) {
    const { kind } = REVOCATION_OUTCOMES[outcome];
    const error = new RevocationError(outcome, 'a test');

    it(`hard fail refuses on "${outcome}", and logs it`, async () => {
      const { check, warnings } = setUp(error);
      const { passes, ground, ...verdict } = await check();
      assert.deepEqual({ passes, ground, outcome: verdict.outcome }, { passes: false, ground: 'answer', outcome });
      assert.deepEqual(warnings, ['revocation.refused']);
    });

    it(`soft fail ${kind === 'unavailable' ? 'passes' : 'refuses'} on "${outcome}", and logs it each time`, async () => {
      const { check, warnings } = setUp(error, { whenUnavailable: 'soft-fail' });
      for (let time = 0; time < 3; time += 1) {
        const { passes, ground } = await check();
        assert.equal(passes, kind === 'unavailable');
        assert.equal(ground, passes ? 'soft-fail' : 'answer');
      }
      const event = kind === 'unavailable' ? 'revocation.passed-without-answer' : 'revocation.refused';
      assert.deepEqual(warnings, [event, event, event]);
    });

    it(`an earlier good answer holds on "${outcome}", as long as its CA vouches for it`, async () => {
      const { source, clock, check } = setUp(GOOD);
      assert.equal((await check()).ground, 'answer');
      source.comes = error;
      await clock.advance(Minutes(30));
      const bridged = await check();
      assert.deepEqual([bridged.passes, bridged.ground, bridged.outcome], [true, 'earlier answer', outcome]);
      await clock.advance(Minutes(31));
      assert.equal((await check()).passes, false);
    });
  }

  for (const [name, statement] of [
    ['revoked', REVOKED],
    ['unknown', UNKNOWN],
  ] as const) {
    it(`"${name}" is refused, with soft fail too`, async () => {
      const { check } = setUp(statement, { whenUnavailable: 'soft-fail' });
      const { passes, outcome, ground } = await check();
      assert.deepEqual([passes, outcome, ground], [false, name, 'answer']);
    });

    it(`"${name}" stays refused while nobody answers, with soft fail and after its end too`, async () => {
      const { source, clock, check } = setUp(statement, { whenUnavailable: 'soft-fail' });
      await check();
      source.comes = away;
      await clock.advance(Hours(2));
      const { passes, outcome, ground } = await check();
      assert.deepEqual([passes, outcome, ground], [false, name, 'earlier answer']);
      source.comes = { ...GOOD, holdsUntil: later(Hours(9)) };
      await clock.advance(Seconds(10));
      assert.equal((await check()).passes, true);
    });
  }

  it('says when and why a certificate was revoked', async () => {
    const { revocation } = await setUp(REVOKED).check();
    assert.deepEqual(revocation, { at: REVOKED_AT, reason: 'keyCompromise' });
  });
});

describe('the memory of answers', () => {
  it('asks once while an answer is fresh, and again after the recheck time', async () => {
    const { source, clock, check, warnings } = setUp(GOOD);
    await check();
    await clock.advance(Seconds(299));
    await check();
    assert.equal(source.asked, 1);
    await clock.advance(Seconds(1));
    await check();
    assert.equal(source.asked, 2);
    assert.deepEqual(warnings, []);
  });

  it('cuts a certificate off within the recheck time of its revocation', async () => {
    const { source, clock, check } = setUp(GOOD);
    assert.equal((await check()).passes, true);
    source.comes = REVOKED;
    await clock.advance(Minutes(5));
    assert.equal((await check()).passes, false);
  });

  it('asks again when the answer ends before the recheck time', async () => {
    const { source, clock, check } = setUp({ ...GOOD, holdsUntil: later(Minutes(1)) });
    await check();
    await clock.advance(Seconds(61));
    await check();
    assert.equal(source.asked, 2);
  });

  it('asks again when the wall clock is set beyond the end of the answer', async () => {
    const { source, clock, check } = setUp(GOOD);
    await check();
    clock.set(later(Hours(3)));
    await check();
    assert.equal(source.asked, 2);
  });

  it('is not stretched by a wall clock that is set back', async () => {
    const { source, clock, check } = setUp(GOOD);
    await check();
    clock.set(addTime(NOW, Hours(-24)));
    await clock.advance(Minutes(5));
    await check();
    assert.equal(source.asked, 2);
  });

  it('spares a responder that fails for a while', async () => {
    const { source, clock, check } = setUp(away);
    await check();
    await clock.advance(Seconds(9));
    await check();
    assert.equal(source.asked, 1);
    await clock.advance(Seconds(1));
    await check();
    assert.equal(source.asked, 2);
  });

  it('asks about a certificate once at a time, and everybody gets the answer', async () => {
    const { source, check } = setUp(GOOD);
    const verdicts = await Promise.all(Array.from({ length: 50 }, check));
    assert.equal(source.asked, 1);
    assert.ok(verdicts.every(({ passes }) => passes));
  });

  it('forgets whom it asked about longest ago, beyond its capacity', async () => {
    const { source, checker } = setUp(GOOD, { capacity: 2 });
    const ask = (leaf: { certificate: typeof world.good.certificate }) =>
      checker.check(leaf.certificate, world.sub.certificate);
    for (const leaf of [world.good, world.revoked, world.unknown, world.unknown, world.revoked]) await ask(leaf);
    assert.equal(source.asked, 3);
    await ask(world.good);
    assert.equal(source.asked, 4);
  });

  it('takes a stapled answer, and asks nobody', async () => {
    const { source, checker, check } = setUp(away);
    checker.take(world.good.certificate, GOOD);
    assert.deepEqual([(await check()).passes, source.asked], [true, 0]);
  });

  it('takes no stapled answer once it was told that a certificate is revoked', async () => {
    const { source, clock, checker, check } = setUp(REVOKED);
    assert.equal((await check()).passes, false);
    checker.take(world.good.certificate, GOOD);
    assert.equal((await check()).passes, false);
    source.comes = away;
    await clock.advance(Hours(1));
    checker.take(world.good.certificate, { ...GOOD, holdsUntil: later(Hours(9)) });
    assert.equal((await check()).passes, false);
  });

  it('gives out the proof of a good answer to be stapled, and of no other', async () => {
    const proof = ({ checker }: SetUp) => checker.proofOf(world.good.certificate, world.sub.certificate);
    assert.equal(await proof(setUp(GOOD)), GOOD.proof);
    assert.equal(await proof(setUp(REVOKED)), undefined);
    assert.equal(await proof(setUp(away)), undefined);
  });

  it('does not swallow a programming error', async () => {
    const { checker } = setUp(GOOD, { source: { ask: () => Promise.reject(new TypeError('a bug')) } });
    await assert.rejects(checker.check(world.good.certificate, world.sub.certificate), TypeError);
  });
});

describe('a response of which one bit is flipped', () => {
  it('is never believed', async () => {
    const certificate = world.good.certificate;
    const request = {
      certificate,
      issuer: world.sub.certificate,
      nonce: undefined,
      now: NOW,
      limits: DEFAULT_FRESHNESS,
    };
    const honest = await respondGood();
    const believed = (der: Uint8Array, question: OcspQuestion): RevocationOutcome => {
      try {
        return checkOcspResponse(der, question).status.status;
      } catch (error) {
        assert.ok(error instanceof RevocationError, String(error));
        return error.outcome;
      }
    };
    assert.equal(believed(honest, request), 'good');
    for (const [position, byte] of honest.entries()) {
      const flipped = honest.with(position, byte ^ (1 << (position % 8)));
      assert.notEqual(REVOCATION_OUTCOMES[believed(flipped, request)].kind, 'good', `byte ${position}`);
    }
  });

  it('nor is one that is cut short anywhere', async () => {
    const question = {
      certificate: world.good.certificate,
      issuer: world.sub.certificate,
      nonce: undefined,
      now: NOW,
      limits: DEFAULT_FRESHNESS,
    };
    const honest = await respondGood();
    for (let length = 0; length < honest.length; length += 1) {
      assert.throws(() => checkOcspResponse(honest.subarray(0, length), question), { outcome: 'unreadable' });
    }
  });
});

const respondGood = (): Promise<Uint8Array> =>
  respond(world.delegate, {
    answers: [
      {
        certificate: certificateIdOf(world.good.certificate.serial, world.sub.certificate, 'sha-256'),
        status: { status: 'good' },
        thisUpdate: NOW,
        nextUpdate: later(Hours(1)),
      },
    ],
  });

describe('sources asked in turn', () => {
  const asked = (...comes: readonly (RevocationStatement | RevocationError)[]) => {
    const [first, ...others] = comes.map((one) => new ScriptedSource(one));
    assert.ok(first);
    return inTurn(first, ...others).ask(world.good.certificate, world.sub.certificate);
  };

  it('give the first statement', async () => {
    assert.equal(await asked(GOOD, REVOKED), GOOD);
    assert.equal(await asked(away, away, REVOKED), REVOKED);
  });

  it('give the last trouble where all have some', async () => {
    await assert.rejects(asked(new RevocationError('stale', 'a test'), away), { outcome: 'unreachable' });
  });
});
