import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { utf8 } from '#core/bytes.ts';
import type { Log } from '#core/log.ts';
import { Hours, Seconds } from '#core/time.ts';
import { LoginGuard } from '#crypto/pkcs11/login-guard.ts';
import { TokenAccess } from '#crypto/pkcs11/token-access.ts';
import { TokenKeeper } from '#crypto/pkcs11/token-keeper.ts';
import { SignerUnavailable } from '#crypto/signer-unavailable.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { FakeToken } from './fake-token.ts';

const POLL = Seconds(2);
const WITHIN_WHICH_IT_RECOVERS = Seconds(10);
const DATA = utf8('a document');

const UNAVAILABLE = { code: 'SIGNER_UNAVAILABLE', fault: 'device' };

interface Bench {
  readonly token: FakeToken;
  readonly clock: FakeClock;
  readonly keeper: TokenKeeper;
  readonly logged: unknown[];
  readonly states: string[];
  readonly releases: () => number;
}

interface Options {
  readonly token?: FakeToken;
  readonly guard?: LoginGuard;
  readonly readPin?: () => string | Promise<string>;
  readonly mostWaiting?: number;
}

/** A keeper before a fake token, not started yet. */
function bench({ token = new FakeToken(), guard = new LoginGuard(), readPin, mostWaiting = 3 }: Options = {}): Bench {
  const clock = new FakeClock();
  const logged: unknown[] = [];
  const note = (...entry: readonly unknown[]): void => void logged.push(entry);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  let released = 0;
  const access = new TokenAccess({
    module: token,
    guard: () => guard,
    session: { token: { label: 'meter' } },
    key: { label: 'seal' },
    publicKey: token.publicKey,
    readPin: readPin ?? (() => '1234'),
    log,
  });
  const release = async (): Promise<void> => void (released += 1);
  const keeper = new TokenKeeper({ access, release, clock, log, pollPeriod: POLL, mostWaiting });
  const states: string[] = [];
  keeper.onState((state, problem) => states.push(problem === undefined ? state : `${state} ${problem.code}`));
  return { token, clock, keeper, logged, states, releases: () => released };
}

async function started(options: Options = {}): Promise<Bench> {
  const all = bench(options);
  await all.keeper.start();
  return all;
}

describe('a token that is taken out and put in again', () => {
  it('fails fast while it is away and is ready again within 10 s', async () => {
    const { token, clock, keeper, states } = await started();
    token.takeOut();
    await assert.rejects(keeper.sign(DATA), UNAVAILABLE);
    assert.equal(keeper.state, 'away');
    assert.equal(keeper.problem?.code, 'TOKEN_ABSENT');
    const callsBefore = token.calls.length;
    await assert.rejects(keeper.sign(DATA), (error) => error instanceof SignerUnavailable && error.retryAfter === POLL);
    assert.equal(token.calls.length, callsBefore, 'a request while it is away does not touch the token');

    await clock.advance(Hours(1));
    token.inserted = true;
    await clock.advance(WITHIN_WHICH_IT_RECOVERS);
    assert.equal((await keeper.sign(DATA)).length, 64);
    assert.deepEqual(states, ['ready', 'away TOKEN_ABSENT', 'ready']);
    assert.deepEqual(token.pins, ['1234', '1234'], 'one log-in for each insertion');
  });

  it('is looked for once for all who wait, and no more before the next look', async () => {
    const { token, clock, keeper } = await started();
    token.takeOut();
    await Promise.all([1, 2, 3].map(() => assert.rejects(keeper.sign(DATA), UNAVAILABLE)));
    assert.equal(token.calls.filter((call) => call === 'open').length, 2);
    await clock.advance(POLL);
    assert.equal(token.calls.filter((call) => call === 'open').length, 3);
  });

  it('says so each time that the reason changes', async () => {
    const { token, clock, keeper, states } = await started();
    token.takeOut();
    await assert.rejects(keeper.sign(DATA));
    await clock.advance(Hours(1));
    assert.deepEqual(states, ['ready', 'away TOKEN_ABSENT']);
    token.failNext('open', 'TOKEN_ABSENT'); // with another message
    await clock.advance(POLL);
    assert.deepEqual(states, ['ready', 'away TOKEN_ABSENT', 'away TOKEN_ABSENT']);
  });

  it('may be absent at the start', async () => {
    const token = new FakeToken();
    token.inserted = false;
    const { clock, keeper } = await started({ token });
    assert.equal(keeper.state, 'away');
    token.inserted = true;
    await clock.advance(WITHIN_WHICH_IT_RECOVERS);
    assert.equal(keeper.state, 'ready');
  });
});

describe('a session that is lost', () => {
  it('is opened again, and the request knows nothing of it', async () => {
    const { token, keeper, states } = await started();
    token.loseSession();
    assert.equal((await keeper.sign(DATA)).length, 64);
    assert.deepEqual(states, ['ready']);
    assert.deepEqual(token.signed, ['a document']);
  });

  it('costs the requests that wait nothing but time', async () => {
    const { token, keeper } = await started();
    token.loseSession();
    const signatures = await Promise.all(['a', 'b', 'c'].map((text) => keeper.sign(utf8(text))));
    assert.equal(signatures.length, 3);
    assert.deepEqual(token.signed, ['a', 'b', 'c']);
  });

  it('is retried once and no more', async () => {
    const { token, clock, keeper } = await started();
    token.failNext('sign', 'TOKEN_FAILED'); // the request
    token.failNext('publicKeys', 'TOKEN_FAILED'); // its retry
    await assert.rejects(keeper.sign(DATA), UNAVAILABLE);
    assert.deepEqual(token.signed, []);
    assert.equal(keeper.problem?.code, 'TOKEN_FAILED');
    await clock.advance(WITHIN_WHICH_IT_RECOVERS);
    assert.equal(keeper.state, 'ready');
  });

  for (const code of ['TOKEN_PROCESS_ENDED', 'TOKEN_SILENT', 'TOKEN_UNFORESEEN', 'TOKEN_SIGNATURE_WRONG'] as const) {
    it(`is opened again after ${code}, too`, async () => {
      const { token, keeper } = await started();
      token.failNext('sign', code);
      assert.equal((await keeper.sign(DATA)).length, 64);
      assert.equal(token.calls.filter((call) => call === 'open').length, 2);
    });
  }

  it('that comes with every log-in is tried more and more rarely, to spare the card', async () => {
    const { token, clock, keeper } = await started();
    for (let failure = 0; failure < 1000; failure++) token.failNext('useKey', 'TOKEN_FAILED');
    token.loseSession();
    await assert.rejects(keeper.sign(DATA), UNAVAILABLE);
    await clock.advance(Hours(24));
    assert.ok(token.pins.length < 200, `${token.pins.length} log-ins in a day`);
    assert.ok(token.pins.length > 100, 'it does not give up');
  });

  it('starts with short waits again after it was ready', async () => {
    const { token, clock, keeper } = await started();
    for (let failure = 0; failure < 10; failure++) token.failNext('useKey', 'TOKEN_FAILED');
    token.loseSession();
    await assert.rejects(keeper.sign(DATA), UNAVAILABLE);
    await clock.advance(Hours(2));
    assert.equal(keeper.state, 'ready');
    token.failNext('useKey', 'TOKEN_FAILED');
    token.loseSession();
    await assert.rejects(keeper.sign(DATA), UNAVAILABLE);
    await clock.advance(WITHIN_WHICH_IT_RECOVERS);
    assert.equal(keeper.state, 'ready');
  });
});

describe('a card', () => {
  it('is not worn out by a key that wants the PIN each time and is the wrong one', async () => {
    const token = new FakeToken();
    token.alwaysAuthenticate = true;
    const { clock, keeper } = await started({ token });
    token.changeKey();
    token.shows = [];
    await assert.rejects(keeper.sign(DATA), UNAVAILABLE);
    await clock.advance(Hours(24));
    assert.ok(token.pins.length < 200, `the PIN was shown ${token.pins.length} times in a day`);
  });
});

describe('a PIN', () => {
  it('that is wrong is tried once and never again', async () => {
    const { token, clock, keeper, states } = await started({ readPin: () => '4711' });
    assert.equal(keeper.state, 'stopped');
    await clock.advance(Hours(24));
    token.takeOut();
    await clock.advance(Hours(1));
    token.inserted = true;
    await clock.advance(Hours(1));
    await assert.rejects(keeper.sign(DATA), { code: 'TOKEN_PIN_REFUSED', fault: 'configuration' });
    assert.deepEqual(token.pins, ['4711']);
    assert.equal(clock.waiting, 0, 'nothing is left that could try');
    assert.deepEqual(states, ['stopped TOKEN_PIN_REFUSED']);
  });

  it('that is wrong is not tried by another signer on the token either', async () => {
    const token = new FakeToken();
    const guard = new LoginGuard();
    await started({ token, guard, readPin: () => '4711' });
    const { keeper } = await started({ token, guard, readPin: () => '4711' });
    assert.equal(keeper.problem?.code, 'TOKEN_PIN_REFUSED');
    assert.deepEqual(token.pins, ['4711']);
  });

  it('that turns wrong while it runs stops it, too', async () => {
    const { token, clock, keeper } = await started();
    token.pin = '0000';
    token.loseSession();
    await assert.rejects(keeper.sign(DATA), { code: 'TOKEN_PIN_REFUSED' });
    await clock.advance(Hours(1));
    assert.deepEqual(token.pins, ['1234', '1234']);
    assert.equal(keeper.state, 'stopped');
  });

  it('is not sent for its last try, and is when the token has its tries back', async () => {
    const token = new FakeToken();
    token.tries = 1;
    const { clock, keeper } = await started({ token });
    await clock.advance(Hours(1));
    assert.equal(keeper.problem?.code, 'TOKEN_PIN_FINAL_TRY');
    assert.deepEqual(token.pins, []);
    token.tries = 3;
    await clock.advance(WITHIN_WHICH_IT_RECOVERS);
    assert.equal(keeper.state, 'ready');
  });

  it('is not sent to a token that is locked', async () => {
    const token = new FakeToken();
    token.tries = 0;
    const { clock, keeper } = await started({ token });
    await clock.advance(Hours(1));
    assert.equal(keeper.problem?.code, 'TOKEN_PIN_LOCKED');
    assert.deepEqual(token.pins, []);
  });

  it('whose first try had no answer is not tried again before the token is taken out and put in', async () => {
    const token = new FakeToken();
    token.failNext('login', 'TOKEN_FAILED');
    const { clock, keeper } = await started({ token });
    await clock.advance(Hours(1));
    assert.equal(keeper.problem?.code, 'TOKEN_LOGIN_UNCERTAIN');
    assert.equal(token.calls.filter((call) => call === 'login').length, 1);
    token.takeOut();
    await clock.advance(POLL);
    token.inserted = true;
    await clock.advance(WITHIN_WHICH_IT_RECOVERS);
    assert.equal(keeper.state, 'ready');
  });

  it('that succeeded before is tried again after a try without an answer', async () => {
    const { token, clock, keeper } = await started();
    token.loseSession();
    token.failNext('login', 'TOKEN_FAILED');
    await assert.rejects(keeper.sign(DATA), UNAVAILABLE);
    await clock.advance(WITHIN_WHICH_IT_RECOVERS);
    assert.equal(keeper.state, 'ready');
  });

  it('that cannot be read, or is empty, does not go to the token', async () => {
    const unreadable = (): never => {
      throw new Error('ENOENT: /run/credentials/pin');
    };
    for (const readPin of [unreadable, () => '', async () => '']) {
      const { token, keeper } = bench({ readPin });
      await assert.rejects(keeper.start(), { code: 'TOKEN_PIN_UNREADABLE', fault: 'configuration' });
      assert.deepEqual(token.pins, []);
    }
  });

  it('is not asked for where the token wants none', async () => {
    const token = new FakeToken();
    token.loginRequired = false;
    const { keeper } = await started({ token, readPin: () => assert.fail('nobody needs a PIN here') });
    assert.equal((await keeper.sign(DATA)).length, 64);
  });

  it('goes along with each signature of a key that wants it', async () => {
    const token = new FakeToken();
    token.alwaysAuthenticate = true;
    const { keeper } = await started({ token });
    await keeper.sign(DATA);
    assert.deepEqual(token.pins, ['1234', '1234', '1234'], 'the log-in, the proof of the key, the signature');
    token.pin = '0000';
    await assert.rejects(keeper.sign(DATA), { code: 'TOKEN_PIN_REFUSED' });
    assert.equal(token.pins.length, 4);
  });

  it('is in no error and in no log', async () => {
    const { token, keeper, logged } = await started({ readPin: () => '83620957' });
    token.takeOut();
    await assert.rejects(keeper.sign(DATA));
    const everything = { logged, problem: keeper.problem, keeper };
    assert.doesNotMatch(inspect(everything, { depth: 20, showHidden: true }), /83620957/);
    assert.deepEqual(token.pins, ['83620957']);
  });
});

describe('a key', () => {
  it('that was deleted makes the token away, and comes back without another log-in', async () => {
    const { token, clock, keeper, states } = await started();
    const { key } = token;
    token.key = undefined;
    await assert.rejects(keeper.sign(DATA), UNAVAILABLE);
    await clock.advance(Hours(1));
    const logins = token.pins.length;
    token.key = key;
    await clock.advance(WITHIN_WHICH_IT_RECOVERS);
    assert.equal(keeper.state, 'ready');
    assert.deepEqual(states, ['ready', 'away TOKEN_KEY_MISSING', 'ready']);
    assert.equal(token.pins.length, logins);
  });

  it('that is missing at the start is an error of the configuration', async () => {
    const token = new FakeToken();
    token.key = undefined;
    await assert.rejects(bench({ token }).keeper.start(), { code: 'TOKEN_KEY_MISSING', fault: 'configuration' });
  });

  it('of another certificate is refused at the start, and costs no try of the PIN', async () => {
    const { token, keeper } = bench();
    token.changeKey();
    await assert.rejects(keeper.start(), { code: 'TOKEN_KEY_NOT_OF_CERTIFICATE', fault: 'configuration' });
    assert.deepEqual(token.pins, []);
  });

  it('of another certificate is refused where the token shows no public key, by its signature', async () => {
    const { token, keeper } = bench();
    token.changeKey();
    token.shows = [];
    await assert.rejects(keeper.start(), { code: 'TOKEN_KEY_NOT_OF_CERTIFICATE' });
  });

  it('behind the public key of another pair is refused, too', async () => {
    const { token, keeper } = bench();
    token.changeKey();
    token.shows = [token.publicKey];
    await assert.rejects(keeper.start(), { code: 'TOKEN_KEY_NOT_OF_CERTIFICATE' });
  });

  it('that was exchanged meanwhile never signs, until the right one is back', async () => {
    const { token, clock, keeper } = await started();
    const { key, shows } = token;
    token.changeKey();
    await assert.rejects(keeper.sign(DATA), UNAVAILABLE);
    await clock.advance(Hours(1));
    await assert.rejects(keeper.sign(DATA), UNAVAILABLE);
    assert.equal(keeper.problem?.code, 'TOKEN_KEY_NOT_OF_CERTIFICATE');
    assert.deepEqual(token.signed, []);
    assert.deepEqual(token.pins, ['1234'], 'the wrong card met no PIN');
    Object.assign(token, { key, shows });
    await clock.advance(WITHIN_WHICH_IT_RECOVERS);
    assert.equal((await keeper.sign(DATA)).length, 64);
  });

  it('that may sign no more stops it, without another try', async () => {
    const { token, keeper } = await started();
    token.failNext('sign', 'TOKEN_CANNOT_SIGN');
    await assert.rejects(keeper.sign(DATA), { code: 'TOKEN_CANNOT_SIGN' });
    assert.equal(keeper.state, 'stopped');
    assert.equal(token.calls.filter((call) => call === 'open').length, 1);
  });

  it('that may not sign is an error of the configuration', async () => {
    const token = new FakeToken();
    token.failNext('sign', 'TOKEN_CANNOT_SIGN');
    await assert.rejects(bench({ token }).keeper.start(), { code: 'TOKEN_CANNOT_SIGN', fault: 'configuration' });
  });
});

describe('the queue before the token', () => {
  it('lets requests pass what is sealed ahead, and keeps the order otherwise', async () => {
    const { token, keeper } = await started();
    const order = ['ahead 1', 'ahead 2', 'request 1', 'ahead 3', 'request 2'];
    await Promise.all(
      order.map((text) => keeper.sign(utf8(text), { priority: text.startsWith('ahead') ? 'ahead' : 'request' })),
    );
    // The first was under way before anything else came.
    assert.deepEqual(token.signed, ['ahead 1', 'request 1', 'request 2', 'ahead 2', 'ahead 3']);
  });

  it('is bounded for each priority', async () => {
    const { token, keeper } = await started({ mostWaiting: 2 });
    const answer = token.fallSilent();
    const accepted = [1, 2, 3].map(() => keeper.sign(DATA));
    await assert.rejects(keeper.sign(DATA), UNAVAILABLE);
    accepted.push(keeper.sign(DATA, { priority: 'ahead' }));
    answer();
    assert.equal((await Promise.all(accepted)).length, 4);
    assert.equal(keeper.state, 'ready');
  });

  it('drops whoever gives up', async () => {
    const { token, keeper } = await started();
    const answer = token.fallSilent();
    const first = keeper.sign(utf8('first'));
    const givenUp = new AbortController();
    const second = assert.rejects(keeper.sign(utf8('second'), { signal: givenUp.signal }), { name: 'AbortError' });
    givenUp.abort();
    await second;
    answer();
    await first;
    await assert.rejects(keeper.sign(DATA, { signal: givenUp.signal }), { name: 'AbortError' });
    assert.deepEqual(token.signed, ['first']);
  });

  it('signs the bytes as they were when they came', async () => {
    const { token, keeper } = await started();
    for (const data of [utf8('first'), Buffer.from('first')]) {
      const signature = keeper.sign(data);
      data.fill(0x78);
      await signature;
    }
    assert.deepEqual(token.signed, ['first', 'first']);
  });
});

describe('a signer that is closed', () => {
  it('finishes what is under way, refuses what waits, and lets the module go once', async () => {
    const { token, clock, keeper, releases } = await started();
    const answer = token.fallSilent();
    const first = keeper.sign(utf8('first'));
    const second = assert.rejects(keeper.sign(utf8('second')), UNAVAILABLE);
    const closing = [keeper[Symbol.asyncDispose](), keeper[Symbol.asyncDispose]()];
    await settle();
    assert.ok(!token.calls.includes('close'));
    answer();
    await Promise.all([...closing, second]);
    assert.equal((await first).length, 64);
    assert.equal(releases(), 1);
    assert.equal(token.calls.filter((call) => call === 'close').length, 1);
    await assert.rejects(keeper.sign(DATA), UNAVAILABLE);
    assert.equal(clock.waiting, 0);
  });

  it('does not come back', async () => {
    const { token, clock, keeper, states } = await started();
    token.takeOut();
    await assert.rejects(keeper.sign(DATA));
    await keeper[Symbol.asyncDispose]();
    token.inserted = true;
    const calls = token.calls.length;
    await clock.advance(Hours(1));
    assert.equal(token.calls.length, calls);
    assert.deepEqual(states, ['ready', 'away TOKEN_ABSENT', 'stopped']);
  });

  it('says no state to whoever no longer listens', async () => {
    const { token, keeper } = await started();
    const heard: string[] = [];
    const stop = keeper.onState((state) => heard.push(state));
    stop();
    token.takeOut();
    await assert.rejects(keeper.sign(DATA));
    assert.deepEqual(heard, []);
  });
});
