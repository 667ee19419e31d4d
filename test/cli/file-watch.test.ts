import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { watchFiles } from '#cli/file-watch.ts';
import { Seconds } from '#core/time.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A folder with `tls.pem` and `tls.key`, watched. `looks` lets the watch look so often. */
function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'sealmeter-watch-'));
  const file = (name: string): string => join(folder, name);
  writeFileSync(file('tls.pem'), 'a certificate');
  writeFileSync(file('tls.key'), 'its key');
  const clock = new FakeClock();
  let changes = 0;
  const files = [file('tls.pem'), file('tls.key')];
  const watch = watchFiles(
    () => files,
    () => {
      changes += 1;
    },
    clock,
  );
  return {
    file,
    clock,
    changes: () => changes,
    looks: (count: number) => clock.advance(Seconds(2 * count)),
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

describe('a watch on files', () => {
  it('says nothing while nothing changes', async () => {
    using set = setUp();
    await set.looks(10);
    assert.equal(set.changes(), 0);
  });

  it('says once that a file has changed, at the second look after it', async () => {
    using set = setUp();
    writeFileSync(set.file('tls.pem'), 'another certificate');
    await set.looks(1);
    assert.equal(set.changes(), 0);
    await set.looks(10);
    assert.equal(set.changes(), 1);
  });

  it('waits until a change that takes several steps is over', async () => {
    using set = setUp();
    for (const [name, text] of [
      ['tls.pem', 'another certificate'],
      ['tls.key', 'another key'],
      ['tls.pem', 'another certificate, and its sub-CA'],
    ] as const) {
      writeFileSync(set.file(name), text);
      await set.looks(1);
      assert.equal(set.changes(), 0);
    }
    await set.looks(1);
    assert.equal(set.changes(), 1);
  });

  it('notices a file that another was renamed to, of the same length', async () => {
    using set = setUp();
    writeFileSync(set.file('new.key'), 'ITS KEY');
    renameSync(set.file('new.key'), set.file('tls.key'));
    await set.looks(2);
    assert.equal(set.changes(), 1);
  });

  it('notices that a link leads elsewhere, and that a file is away', async () => {
    using set = setUp();
    writeFileSync(set.file('elsewhere'), 'a certificate');
    unlinkSync(set.file('tls.pem'));
    await set.looks(2);
    assert.equal(set.changes(), 1);
    symlinkSync(set.file('elsewhere'), set.file('tls.pem'));
    await set.looks(2);
    assert.equal(set.changes(), 2);
  });

  it('goes on where a file cannot be looked at: a link that leads to itself', async () => {
    using set = setUp();
    unlinkSync(set.file('tls.pem'));
    symlinkSync(set.file('tls.pem'), set.file('tls.pem'));
    await set.looks(2);
    assert.equal(set.changes(), 1);
    unlinkSync(set.file('tls.pem'));
    writeFileSync(set.file('tls.pem'), 'another certificate');
    await set.looks(2);
    assert.equal(set.changes(), 2);
  });

  it('ends with its scope', () => {
    const set = setUp();
    set[Symbol.dispose]();
    assert.equal(set.clock.waiting, 0);
  });
});
