import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addTime, Instant, Minutes, Seconds } from '#core/time.ts';
import { ReplayMemory, type SignatureUse } from '#signature/replay-memory.ts';

const NOW = Instant(Date.UTC(2026, 10, 20, 9, 15));

const digestOf = (mark: string): Uint8Array => createHash('sha256').update(mark).digest();

const use = (other: Partial<SignatureUse> = {}): SignatureUse => ({
  keyId: 'key-1',
  mark: digestOf('mark-1'),
  owner: 'das-1',
  until: addTime(NOW, Minutes(5)),
  mayRepeat: false,
  ...other,
});

describe('the replay memory', () => {
  it('knows a signature again', () => {
    const memory = new ReplayMemory();
    assert.equal(memory.remember(use(), NOW), 'first');
    assert.equal(memory.remember(use(), NOW), 'replayed');
    assert.equal(memory.remember(use({ mark: digestOf('mark-2') }), NOW), 'first');
    assert.equal(memory.size, 2);
  });

  it('keeps keys apart', () => {
    const memory = new ReplayMemory();
    assert.equal(memory.remember(use(), NOW), 'first');
    assert.equal(memory.remember(use({ keyId: 'key-2' }), NOW), 'first');
  });

  it('lets the same client repeat what may be repeated, and nobody else', () => {
    const memory = new ReplayMemory();
    assert.equal(memory.remember(use({ mayRepeat: true }), NOW), 'first');
    assert.equal(memory.remember(use({ mayRepeat: true }), NOW), 'repeated');
    assert.equal(memory.remember(use({ mayRepeat: true, owner: 'das-2' }), NOW), 'replayed');
    assert.equal(memory.remember(use({ mayRepeat: false }), NOW), 'replayed');
    assert.equal(memory.size, 1);
  });

  it('remembers to the last instant of freshness, and then gives the place back', () => {
    const memory = new ReplayMemory();
    memory.remember(use(), NOW);
    assert.equal(memory.remember(use(), addTime(NOW, Minutes(5))), 'replayed');
    const later = addTime(NOW, Seconds(301));
    assert.equal(memory.remember(use({ mark: digestOf('mark-2'), until: addTime(later, Minutes(5)) }), later), 'first');
    assert.equal(memory.size, 1);
  });

  it('refuses rather than forgets when a key has used its share', () => {
    const memory = new ReplayMemory({ total: 10, perKey: 2 });
    memory.remember(use({ mark: digestOf('a'), mayRepeat: true }), NOW);
    memory.remember(use({ mark: digestOf('b') }), NOW);
    assert.equal(memory.remember(use({ mark: digestOf('c') }), NOW), 'full');
    assert.equal(memory.remember(use({ mark: digestOf('b') }), NOW), 'replayed');
    assert.equal(memory.remember(use({ mark: digestOf('a'), mayRepeat: true }), NOW), 'repeated');
    assert.equal(memory.remember(use({ mark: digestOf('c'), keyId: 'key-2' }), NOW), 'first');
  });

  it('refuses rather than forgets when all keys together have', () => {
    const memory = new ReplayMemory({ total: 3, perKey: 2 });
    for (const keyId of ['key-1', 'key-2', 'key-3']) assert.equal(memory.remember(use({ keyId }), NOW), 'first');
    assert.equal(memory.remember(use({ keyId: 'key-4' }), NOW), 'full');
    assert.equal(memory.size, 3);
  });

  it('has room again when the window has passed', () => {
    const memory = new ReplayMemory({ total: 1, perKey: 1 });
    memory.remember(use(), NOW);
    const later = addTime(NOW, Seconds(301));
    const another = use({ mark: digestOf('mark-2'), until: addTime(later, Minutes(5)) });
    assert.equal(memory.remember(another, addTime(NOW, Minutes(5))), 'full');
    assert.equal(memory.remember(another, later), 'first');
  });

  it('refuses what it may have forgotten when the wall clock is set back', () => {
    const memory = new ReplayMemory();
    memory.remember(use(), NOW);
    const later = addTime(NOW, Minutes(10));
    memory.remember(use({ mark: digestOf('mark-2'), until: addTime(later, Minutes(5)) }), later);
    assert.equal(memory.remember(use(), NOW), 'forgotten');
    assert.equal(memory.remember(use({ mark: digestOf('mark-3'), until: addTime(NOW, Seconds(301)) }), NOW), 'first');
  });

  it('works on after the wall clock was a day ahead', () => {
    const memory = new ReplayMemory({ total: 2, perKey: 2 });
    const ahead = addTime(NOW, Minutes(24 * 60));
    memory.remember(use({ until: addTime(ahead, Minutes(5)) }), ahead);
    for (const minute of [0, 10, 20, 30]) {
      const now = addTime(NOW, Minutes(minute));
      const fresh = use({ mark: digestOf(`mark of minute ${minute}`), until: addTime(now, Minutes(5)) });
      assert.equal(memory.remember(fresh, now), 'first');
    }
  });

  it('never takes one signature for new twice while it is fresh, whatever the limits and the clock', () => {
    const step = fc.record({
      mark: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      keyId: fc.constantFrom('key-1', 'key-2'),
      clock: fc.integer({ min: -30, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (steps, limit) => {
        const memory = new ReplayMemory({ total: limit, perKey: limit });
        const taken = new Set<string>();
        let now = NOW;
        for (const { mark, keyId, clock } of steps) {
          now = addTime(now, Seconds(clock));
          // A mark stands for one signature, so it is fresh until one and the same instant.
          const until = addTime(NOW, Seconds(60 + mark.charCodeAt(0)));
          if (until < now) continue;
          const outcome = memory.remember(use({ mark: digestOf(mark), keyId, until }), now);
          assert.ok(!(outcome === 'first' && taken.has(keyId + mark)));
          if (outcome === 'first') taken.add(keyId + mark);
          assert.ok(memory.size <= limit);
        }
      }),
      { numRuns: 500 },
    );
  });
});
