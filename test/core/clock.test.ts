import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '#core/clock.ts';
import { Days } from '#core/time.ts';

describe('the clock of the system', () => {
  it('calls back once, after however many days', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const pass = (days: number): void => {
      for (let day = 0; day < days; day += 1) t.mock.timers.tick(Days(1));
    };
    for (const days of [1, 24, 31, 100]) {
      let calls = 0;
      systemClock.after(Days(days), () => {
        calls += 1;
      });
      pass(days - 1);
      assert.equal(calls, 0, `${days} d`);
      // A timer of these days begins when the one before has ended, at the end of a day.
      pass(5);
      assert.equal(calls, 1, `${days} d`);
      pass(200);
      assert.equal(calls, 1);
    }
  });

  it('and not at all where that is taken back', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let calls = 0;
    const cancel = systemClock.after(Days(60), () => {
      calls += 1;
    });
    t.mock.timers.tick(Days(30));
    cancel();
    t.mock.timers.tick(Days(60));
    assert.equal(calls, 0);
  });
});
