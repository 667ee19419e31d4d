import { createHash } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { toHex, utf8 } from '#core/bytes.ts';
import { systemClock } from '#core/clock.ts';
import { Instant } from '#core/time.ts';
import type { SealText } from '#journal/checkpoints.ts';
import { openJournal } from '#journal/journal.ts';
import { SequenceNumbers } from '#journal/sequence-numbers.ts';
import { METER_ID, START } from '../../support/example-meter.ts';
import { captureOf } from './captures.ts';

/*
 * A process that is going to be killed. It journals as fast as it can, and says on stdout, or in the file ACKNOWLEDGED,
 * what has been acknowledged:
 *
 *   opened <milliseconds>
 *   capture <number> <sample number> <hash>
 *   event <number>
 */
const [, , folder = '', most = '', retain = ''] = process.argv;

const file = process.env['ACKNOWLEDGED'];
const output = file === undefined ? 1 : openSync(file, 'a');

const say = (line: string): void => {
  writeSync(output, `${line}\n`);
};

/** Not worth anything as a signature, but quick, and every process makes the same. */
const digest = (text: Uint8Array): Uint8Array => createHash('sha256').update(text).digest();
const seal: SealText = (text) => ({ keyId: 'sha256:digest', signature: digest(text) });

const start = performance.now();
using journal = openJournal({ folder, clock: systemClock });
say(`opened ${(performance.now() - start).toFixed(0)}`);

const numbers = new SequenceNumbers(join(folder, 'sequence'), journal.samplesUsed(METER_ID));
for (let count = 1; count <= Number(most); count += 1) {
  const sample = Number(numbers.next());
  const at = Instant(START + sample * 1_000);
  const number = journal.capture(captureOf(sample, { at, document: utf8(`<d><nr>${sample}</nr></d>`) }));
  say(`capture ${number} ${sample} ${toHex(journal.captures.last(METER_ID)?.hash ?? new Uint8Array())}`);
  if (count % 5 === 0) say(`event ${journal.log({ name: 'clock-stepped', data: { from: at, to: at } })}`);
  if (count % 11 === 0) await journal.checkpoint(seal);
  if (retain !== '' && count % 13 === 0) await journal.retain({ bytes: Number(retain) }, seal);
}
