import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';

import type { Log } from '#core/log.ts';
import {
  addTime,
  Days,
  type Duration,
  Hours,
  type Instant,
  Milliseconds,
  Minutes,
  Seconds,
  timeBetween,
} from '#core/time.ts';
import { CertificateKeeper, jitteredRenewal, type KeeperOptions, type KeeperState } from '#pki/certificate-keeper.ts';
import { makeName } from '#pki/distinguished-name.ts';
import type { Enroller } from '#pki/enroller.ts';
import { EnrolmentError } from '#pki/enrolment-problems.ts';
import { issueCertificate } from '#pki/issue.ts';
import { readKeyPair } from '#pki/key-pair-files.ts';
import { type InstalledPair, KeyPairStore } from '#pki/key-pair-store.ts';
import { softwareRequest } from '#pki/prepared-request.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type TemporaryFolder, temporaryFolder } from './support/folder.ts';
import { issueTo, makePki, NOW, profiles, type TestPki } from './support/test-pki.ts';

const LIFE = Days(90);
const subject = makeName([
  ['CN', 'meter7'],
  ['O', 'test'],
]);

/** What happens when the CA is asked. */
type Behaviour = 'issue' | 'fail' | { readonly wait: Duration };

describe('a certificate keeper', () => {
  let pki: TestPki;
  before(async () => {
    pki = await makePki('keeper');
  });

  it('enrols at once where there is nothing, and tells', async () => {
    await using set = await keep([]);
    const installed = await set.installed();
    assert.equal(installed.certificates[0].subject.text, subject.text);
    assert.deepEqual(set.states(), ['resting', 'enrolling', 'resting']);
    await readKeyPair(set.files);
  });

  it('renews at two thirds of life, and a little later by the name', async () => {
    await using set = await keep([]);
    const first = await set.installed();
    const due = jitteredRenewal(first.certificates[0]);
    await set.clock.advance(Milliseconds(timeBetween(set.clock.now(), due) - 1));
    assert.equal(set.keeper.state.state, 'resting');
    assert.equal(set.asked.length, 1);
    await set.clock.advance(Milliseconds(1));
    const second = await set.installed();
    assert.notEqual(second.certificates[0].id, first.certificates[0].id);
    assert.ok(!second.certificates[0].publicKey.equals(first.certificates[0].publicKey), 'with a new key');
    assert.deepEqual(set.asked.map(timeSince), [0, timeBetween(NOW, due)]);
  });

  it('goes on where another process stopped', async () => {
    await using set = await keep([]);
    const { certificates } = await set.installed();
    await set.keeper[Symbol.asyncDispose]();
    await using again = await keep([], set.folder, set.clock);
    await again.reached('resting');
    assert.deepEqual(again.keeper.state, { state: 'resting', until: jitteredRenewal(certificates[0]) });
    assert.equal(again.asked.length, 0);
  });

  it('backs off, longer each time, up to an hour', async () => {
    const failures = 9;
    await using set = await keep(Array.from({ length: failures }, () => 'fail'));
    await set.untilInstalled();
    const waits = set.asked.slice(1).map((at, index) => timeBetween(set.asked[index] ?? NOW, at) / Minutes(1));
    const stretch = (waits[0] ?? 0) / 1;
    assert.ok(stretch >= 1 && stretch < 1.25, `${stretch}`);
    const expected = [1, 2, 4, 8, 16, 32, 60, 60, 60];
    for (const [index, wait] of waits.entries()) {
      assert.ok(Math.abs(wait - (expected[index] ?? 0) * stretch) < 0.001, `${index}: ${wait} min`);
    }
    assert.equal(waits.length, failures);
  });

  it('still tries when the old certificate has long expired', async () => {
    await using set = await keep([]);
    const first = await set.installed();
    set.behave('fail', 'fail', 'fail');
    set.clock.set(addTime(first.certificates[0].notAfter, Days(1000)));
    await set.clock.advance(Hours(1));
    await set.untilInstalled();
    assert.equal(set.asked.length, 1 + 3 + 1);
  });

  it('takes the second way where the first leads nowhere, and says so', async () => {
    const warnings: string[] = [];
    const dead: Enroller = {
      name: 'dead end',
      enrol: () => Promise.reject(new EnrolmentError('ENROLMENT_OWN_CERTIFICATE_EXPIRED', 'too late')),
    };
    const log: Log = { ...quiet, warn: (event, fields) => warnings.push(`${event} ${String(fields?.['code'])}`) };
    await using set = await keep([], undefined, undefined, (enroller) => ({ enrollers: [dead, enroller], log }));
    await set.installed();
    assert.deepEqual(warnings, ['enrolment.way-failed ENROLMENT_OWN_CERTIFICATE_EXPIRED']);
  });

  it('asks again when the CA wants it to, within reason, and with the same key', async () => {
    await using set = await keep([
      { wait: Minutes(7) },
      { wait: Seconds(0) },
      { wait: Days(400) },
      { wait: Seconds(-9) },
    ]);
    await set.untilInstalled();
    const waits = set.asked.slice(1).map((at, index) => timeBetween(set.asked[index] ?? NOW, at));
    assert.deepEqual(waits, [Minutes(7), Minutes(1), Hours(24), Minutes(1)]);
    assert.equal(set.keys.size, 1);
  });

  it('keeps its key over failures, and makes another after each success', async () => {
    await using set = await keep(['fail', { wait: Minutes(2) }, 'fail', 'issue']);
    const first = await set.untilInstalled();
    assert.equal(set.keys.size, 1);
    set.keeper.renewNow();
    const second = await set.installed();
    assert.equal(set.keys.size, 2);
    assert.ok(!second.certificates[0].publicKey.equals(first.certificates[0].publicKey));
  });

  it('notices within an hour that the wall clock was set', async () => {
    await using set = await keep([]);
    const { certificates } = await set.installed();
    set.clock.set(addTime(certificates[0].notAfter, Days(-1)));
    await set.clock.advance(Hours(1));
    await set.installed();
    assert.equal(set.asked.length, 2);
  });

  it('does not wait longer because the wall clock was set back', async () => {
    await using set = await keep(['fail']);
    await set.reached('waiting');
    set.clock.set(addTime(NOW, Days(-300)));
    await set.clock.advance(Minutes(2));
    await set.reached('waiting');
    assert.equal(set.asked.length, 2, 'it asked; that the certificate is from the future is another matter');
  });

  it('rests on when somebody else has renewed meanwhile', async () => {
    await using set = await keep([]);
    const first = await set.installed();
    await using other = await keep([], set.folder, set.clock);
    await other.reached('resting');
    const due = jitteredRenewal(first.certificates[0]);
    set.clock.set(addTime(due, Days(-1)));
    other.keeper.renewNow();
    const second = await other.installed();
    set.clock.set(due);
    await set.clock.advance(Hours(1));
    assert.deepEqual(await set.reached('resting'), {
      state: 'resting',
      until: jitteredRenewal(second.certificates[0]),
    });
    assert.equal(set.asked.length, 1);
  });

  it('renews when it is told to', async () => {
    await using set = await keep([]);
    const first = await set.installed();
    set.keeper.renewNow();
    const second = await set.installed();
    assert.notEqual(first.certificates[0].id, second.certificates[0].id);
  });

  it('keeps the pair when whoever is told cannot take it up', async () => {
    const errors: string[] = [];
    const log: Log = { ...quiet, error: (event) => errors.push(event) };
    const onInstalled = (): never => {
      throw new Error('the door is stuck');
    };
    await using set = await keep([], undefined, undefined, () => ({ log, onInstalled }));
    await set.reached('enrolling');
    await set.reached('resting');
    assert.deepEqual(errors, ['enrolment.not-taken-up']);
    await readKeyPair(set.files);
  });

  it('does not run hot when a CA issues what is to be renewed at once', async () => {
    // Backdated by five minutes, so that two thirds of its life are over.
    await using set = await keep([], undefined, undefined, () => ({}), Minutes(1));
    await set.installed();
    await set.clock.advance(Seconds(59));
    assert.equal(set.asked.length, 1);
    await set.clock.advance(Seconds(1));
    await set.installed();
    assert.equal(set.asked.length, 2);
  });

  it('outlives a folder that is away for a while', async () => {
    await using set = await keep([]);
    await set.installed();
    const versions = join(set.folder.path, 'tls.versions');
    await rename(versions, `${versions}-away`);
    set.keeper.renewNow();
    await set.reached('waiting');
    await rename(`${versions}-away`, versions);
    await set.clock.advance(Minutes(2));
    await set.installed();
  });

  it('stops at once, also while the CA is thinking', async () => {
    await using set = await keep(['hang']);
    await set.hanging;
    await set.keeper[Symbol.asyncDispose]();
    assert.equal(set.clock.waiting, 0);
    assert.deepEqual(set.states(), ['resting', 'enrolling']);
  });

  it('comes at times that are spread by the names', async () => {
    const times = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const { certificate } = await issueTo(pki.sub, profiles['tls-client'], { name: `meter${index}` });
        assert.equal(jitteredRenewal(certificate), jitteredRenewal(certificate));
        const life = timeBetween(certificate.notBefore, certificate.notAfter);
        return timeBetween(certificate.notBefore, jitteredRenewal(certificate)) / life;
      }),
    );
    assert.ok(Math.min(...times) >= 2 / 3 - 1e-9 && Math.max(...times) < 2 / 3 + 1 / 20);
    assert.ok(Math.max(...times) - Math.min(...times) > 1 / 40);
    assert.equal(new Set(times).size, times.length);
  });

  const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

  /** A keeper with a CA that behaves as told, one behaviour for each time it is asked, and then issues. */
  async function keep(
    behaviours: readonly (Behaviour | 'hang')[],
    givenFolder?: TemporaryFolder,
    clock = new FakeClock(NOW),
    change: (enroller: Enroller) => Partial<KeeperOptions> = () => ({}),
    life: Duration = LIFE,
  ) {
    const folder = givenFolder ?? (await temporaryFolder());
    const files = { certificate: join(folder.path, 'tls.pem'), key: join(folder.path, 'tls.key') };
    const queue = [...behaviours];
    const asked: Instant[] = [];
    const keys = new Set<string>();
    const seen: KeeperState[] = [];
    const installed = new Mailbox<InstalledPair>();
    const entered = new Mailbox<KeeperState>();
    const hanging = Promise.withResolvers<void>();
    const enroller: Enroller = {
      name: 'test CA',
      async enrol({ content }, signal) {
        const now = clock.now();
        asked.push(now);
        keys.add(content.publicKey.export({ format: 'pem', type: 'spki' }).toString());
        const behaviour = queue.shift() ?? 'issue';
        if (behaviour === 'fail') throw new EnrolmentError('EST_UNREACHABLE', 'nobody there');
        if (behaviour === 'hang') {
          hanging.resolve();
          return await new Promise((_, reject) =>
            signal?.addEventListener('abort', () => reject(signal.reason as Error)),
          );
        }
        if (behaviour !== 'issue') return { state: 'pending', askAgainAfter: behaviour.wait };
        const profile = { ...profiles['tls-client'], validity: life };
        const leaf = await issueCertificate(pki.sub, { ...content, profile, now });
        return { state: 'issued', issued: { leaf, issuers: [pki.sub.certificate] } };
      },
    };
    const options: KeeperOptions = {
      wish: { subject, altNames: [] },
      purpose: 'tls-client',
      store: await KeyPairStore.open(files),
      prepare: softwareRequest(() => 'P-256'),
      enrollers: [enroller],
      anchors: () => [pki.root.certificate],
      clock,
      log: quiet,
      onInstalled: (pair) => installed.put(pair),
      onState(state) {
        seen.push(state);
        entered.put(state);
      },
      ...change(enroller),
    };
    const keeper = new CertificateKeeper(options);
    const reached = async (state: KeeperState['state']): Promise<KeeperState> => {
      for (;;) {
        const next = await entered.take();
        if (next.state === state) return next;
      }
    };
    return {
      keeper,
      clock,
      folder,
      files,
      asked,
      keys,
      reached,
      hanging: hanging.promise,
      states: () => seen.map(({ state }) => state),
      behave: (...more: readonly Behaviour[]) => queue.push(...more),
      /** The next pair, once the keeper rests again. */
      async installed(): Promise<InstalledPair> {
        const pair = await installed.take();
        while (keeper.state.state !== 'resting') await reached('resting');
        entered.empty();
        return pair;
      },
      /** Moves the clock from one wait to the next until there is a pair. */
      async untilInstalled(): Promise<InstalledPair> {
        for (;;) {
          const next = await entered.take();
          if (next.state === 'waiting' || next.state === 'pending') {
            await clock.advance(timeBetween(clock.now(), next.until));
          }
          const pair = installed.takeNow();
          if (pair !== undefined) return pair;
        }
      },
      async [Symbol.asyncDispose]() {
        await keeper[Symbol.asyncDispose]();
        if (givenFolder === undefined) await folder[Symbol.asyncDispose]();
      },
    };
  }
});

const timeSince = (at: Instant): Duration => timeBetween(NOW, at);

/** What has happened and was not looked at yet. */
class Mailbox<T> {
  readonly #letters: T[] = [];
  #waiting: ((letter: T) => void) | undefined;

  put(letter: T): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#letters.push(letter);
    else waiting(letter);
  }

  empty(): void {
    this.#letters.length = 0;
  }

  takeNow(): T | undefined {
    return this.#letters.shift();
  }

  async take(): Promise<T> {
    return this.#letters.shift() ?? (await new Promise((resolve) => (this.#waiting = resolve)));
  }
}
