import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SealmeterError } from '#core/errors.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { judged } from './judged.ts';

/*
 * A process whose disk fails now and then, see `test/journal/support/faulty-disk.c`. It goes on appending as a collector
 * would, sends again what was not acknowledged, and says "kept NUMBER", "failed CODE" and, after each fault, "recovered".
 */
const [, , folder = '', ...faults] = process.argv;
const ATTEMPTS = 6;

const say = (line: string): void => console.log(line);
const arm = (fault: string): void => writeFileSync(join(folder, '.arm'), fault);

const store = await openSqliteStore(folder);
let number = 1;

async function append(): Promise<boolean> {
  try {
    await store.append([judged(number)]);
  } catch (error) {
    if (!(error instanceof SealmeterError)) throw error;
    say(`failed ${error.code}`);
    return false;
  }
  say(`kept ${number}`);
  number += 1;
  return true;
}

for (const fault of faults) {
  arm(fault);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) await append();
  arm('off 0 0');
  if (await append()) say('recovered');
}
await store[Symbol.asyncDispose]();
