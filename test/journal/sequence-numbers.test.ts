import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SequenceNumbers } from '#journal/sequence-numbers.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();

test('numbers start at 1 and have no gap while the program runs', () => {
  const numbers = new SequenceNumbers(join(folder, 'made', 'on', 'demand'));
  for (let expected = 1n; expected <= 2_500n; expected++) assert.equal(numbers.next(), expected);
});

test('after a restart the numbers go on above every number that was handed out', () => {
  const file = join(folder, 'restart');
  let highest = 0n;
  for (let start = 0; start < 5; start++) {
    const numbers = new SequenceNumbers(file);
    for (let count = 0; count < 700; count++) {
      const number = numbers.next();
      assert.ok(number > highest);
      highest = number;
    }
  }
});

for (const damage of ['', '12', 'abc\n', '-1\n', '1\n2\n', '\0\0\0\0']) {
  test(`a file that holds ${JSON.stringify(damage)} stops the start instead of repeating numbers`, () => {
    const file = join(folder, 'damaged');
    writeFileSync(file, damage);
    assert.throws(() => new SequenceNumbers(file), { code: 'SEQUENCE_UNREADABLE', fault: 'configuration' });
  });
}

test('a half-written successor beside the file does not matter', () => {
  const file = join(folder, 'half');
  new SequenceNumbers(file).next();
  writeFileSync(`${file}.new`, '99');
  assert.equal(new SequenceNumbers(file).next(), 1_001n);
  assert.equal(readFileSync(file, 'utf8'), '2000\n');
});

test('a place that cannot be written is told as such, and no number is used up by it', () => {
  writeFileSync(join(folder, 'a-file'), '');
  assert.throws(() => new SequenceNumbers(join(folder, 'a-file', 'device')), {
    code: 'JOURNAL_UNWRITABLE',
    fault: 'configuration',
  });
  const place = join(folder, 'away');
  const numbers = new SequenceNumbers(join(place, 'device'));
  rmSync(place, { recursive: true });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    assert.throws(() => numbers.next(), { code: 'JOURNAL_WRITE_FAILED', fault: 'internal' });
  }
  mkdirSync(place);
  assert.equal(numbers.next(), 1n);
});

const COUNTING = `
  import { writeSync } from 'node:fs';
  import { SequenceNumbers } from '#journal/sequence-numbers.ts';
  const numbers = new SequenceNumbers(process.argv[1]);
  for (;;) writeSync(1, numbers.next() + '\\n');
`;

test('no number comes twice when the process is killed again and again', { timeout: 60_000 }, async () => {
  const file = join(folder, 'killed');
  let highest = 0n;
  for (let round = 0; round < 10; round++) {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', COUNTING, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.length > 1_000 * (round + 1)) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const numbers = printed.split('\n').slice(0, -1).map(BigInt);
    assert.ok(numbers.length > 0);
    for (const number of numbers) {
      assert.ok(number > highest, `${number} after ${highest}`);
      highest = number;
    }
  }
});

test('numbers go on above what is known to have been used, whatever the file says', () => {
  const file = join(folder, 'above');
  assert.equal(new SequenceNumbers(file, 5_000n).next(), 5_001n);
  assert.equal(new SequenceNumbers(file, 10n).next(), 6_001n, 'the file knows of more');
  rmSync(file);
  assert.equal(new SequenceNumbers(file, 6_001n).next(), 6_002n);
});
