import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '#core/bytes.ts';
import { systemClock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import { type Journal, openJournal } from '#journal/journal.ts';
import { METER_ID } from '../../support/example-meter.ts';
import { captureOf } from './captures.ts';

/*
 * A process whose disk fails now and then, see `faulty-disk.c`. It goes on journaling as a meter would, and says:
 *
 *   fault <what was armed>
 *   capture <number> <sample number> <hash>     acknowledged
 *   failed <code>
 *   recovered                                   the disk works again, and the journal with it
 */
const [, , folder = '', ...faults] = process.argv;
const ATTEMPTS = 12;

const say = (line: string): void => console.log(line);
const arm = (fault: string): void => writeFileSync(join(folder, '.arm'), fault);

let journal: Journal | undefined = openJournal({ folder, clock: systemClock });
let sample = Number(journal.samplesUsed(METER_ID));

for (const fault of faults) {
  say(`fault ${fault}`);
  arm(fault);
  for (let count = 1; count <= ATTEMPTS; count += 1) {
    // A service manager would start it again.
    if (count % 5 === 0) attempt(reopen);
    attempt(capture);
  }
  arm('off 0 0');
  if (journal === undefined) reopen();
  capture();
  say('recovered');
}

function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof SealmeterError)) throw error;
    say(`failed ${error.code}`);
  }
}

function reopen(): void {
  journal?.[Symbol.dispose]();
  journal = undefined;
  journal = openJournal({ folder, clock: systemClock });
}

function capture(): void {
  if (journal === undefined) return;
  sample += 1;
  const number = journal.capture(captureOf(sample));
  say(`capture ${number} ${sample} ${toHex(journal.captures.last(METER_ID)?.hash ?? new Uint8Array())}`);
}
