import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Instant } from '#core/time.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { judged, METER, numbersFrom } from './support/judged.ts';

const WRITER = fileURLToPath(new URL('support/store-writer.ts', import.meta.url));
const LIVES = Number(process.env['SEALMETER_CRASH_LIVES'] ?? 100);

/** Starts a writer and kills it after it has said so many lines. @returns the last number that it acknowledged */
async function live(folder: string, cache: string, lines: number): Promise<number> {
  const writer = spawn(process.execPath, [WRITER, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  let [said, last] = [0, 0];
  for await (const line of createInterface({ input: writer.stdout })) {
    const [what, , end] = line.split(' ');
    if (what === 'kept') last = Number(end);
    said += 1;
    if (said === lines) writer.kill('SIGKILL');
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
  assert.equal(writer.signalCode, 'SIGKILL', 'it was killed, and did not end by itself');
  return last;
}

test(`a writer that is killed ${LIVES} times has kept what it acknowledged, each document once`, {
  timeout: 20_000 + LIVES * 1_500,
}, async (t) => {
  const folder = temporaryFolder(t);
  const acknowledged = { keeping: 0, other: 0 };
  const kill = async (name: keyof typeof acknowledged): Promise<void> => {
    for (let life = 0; life < LIVES / 2; life += 1) {
      const last = await live(join(folder, name), join(folder, 'cache'), 1 + ((life * 7) % 40));
      acknowledged[name] = Math.max(acknowledged[name], last);
    }
  };
  await Promise.all([kill('keeping'), kill('other')]);
  for (const [name, last] of Object.entries(acknowledged)) await assertKept(join(folder, name), last);
});

async function assertKept(folder: string, last: number): Promise<void> {
  assert.ok(last > LIVES, 'it has written much');
  await using store = await openSqliteStore(folder);
  const range = { from: Instant(0), to: Instant(Date.UTC(2200, 0)) };
  const kept = [];
  for (let page = await store.documents({ meter: METER, kind: 'capture', range, limit: 1_000 }); page.length > 0; ) {
    kept.push(...page);
    const after = page.at(-1);
    page = await store.documents({ meter: METER, kind: 'capture', range, limit: 1_000, ...(after && { after }) });
  }
  assert.ok(kept.length >= last);
  assert.deepEqual(
    kept.map(({ number }) => Number(number)),
    numbersFrom(1, kept.length),
  );
  for (const { id, number } of kept.filter((_, index) => index % 17 === 0)) {
    assert.deepEqual((await store.document(id))?.bytes, new Uint8Array(judged(Number(number)).bytes));
  }
  assert.deepEqual(await store.missingNumbers(METER, 'capture', { first: 1n, last: BigInt(kept.length) }, 1), []);
}
