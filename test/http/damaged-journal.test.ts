import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SealmeterError } from '#core/errors.ts';
import { Minutes } from '#core/time.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import { historyOfSnapshots } from '#cosem/snapshot-history.ts';
import { captureHistory } from '#journal/capture-history.ts';
import { everyPeriod } from '#journal/capture-schedule.ts';
import type { CaptureReader } from '#journal/captures.ts';
import { openJournalReader } from '#journal/journal-reader.ts';
import { StandardMeter } from '../cosem/support/standard-meter.ts';
import { makeJournal } from '../journal/support/journals.ts';
import { randomFrom } from '../journal/support/random.ts';
import { exampleRows, METER_ID, managementDevice } from '../support/example-meter.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Answer, ask, askSigned } from './support/ask.ts';
import { exampleService } from './support/example-service.ts';

/** More than is held until an answer is whole: what is found out late has been begun to be sent. */
const CAPTURES = 500;
const FLIPS = 50;
const PROFILE = `/cosem/ldevs/${METER_ID}/objects/7-0100630100ff/attributes/2`;

/** A service whose profiles are read from a journal, as a meter's are. */
function serviceOf(captures: CaptureReader) {
  const meter = new StandardMeter({
    rows: exampleRows,
    profile: (_name, columns) => ({
      history: historyOfSnapshots(
        captureHistory(captures, METER_ID, everyPeriod(Minutes(15))),
        columns,
        () => meter.device,
      ),
      period: { current: () => Minutes(15) },
      capacity: CAPTURES,
    }),
  });
  return exampleService({ devices: logicalDevices(managementDevice(), [meter.device]) });
}

/** The answer, or that it was not finished, or that there is no journal to answer from. */
async function readFrom(folder: string, isSigned: boolean): Promise<Answer | 'broken off' | 'not opened'> {
  try {
    using reader = openJournalReader(folder);
    return await (isSigned ? askSigned : ask)(serviceOf(reader.captures), PROFILE);
  } catch (error) {
    if (error instanceof SealmeterError) return 'not opened';
    assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET', String(error));
    return 'broken off';
  }
}

const profileIn = ({ body }: Answer): string =>
  /<array [^]*?<\/array>/.exec(body)?.[0] ?? assert.fail(body.slice(0, 300));

test(`with ${FLIPS} flipped bits in its journal a service never serves an entry that is not what was journaled`, async (t) => {
  const folder = temporaryFolder();
  makeJournal(folder, CAPTURES);
  const whole = readFileSync(join(folder, 'journal.db'));
  const good = await readFrom(folder, false);
  assert.ok(typeof good !== 'string' && good.status === 200);
  assert.equal(good.headers['transfer-encoding'], 'chunked');
  const random = randomFrom(12);
  const outcomes = { good: 0, refused: 0, 'broken off': 0, 'not opened': 0 };
  for (let flip = 0; flip < FLIPS; flip += 1) {
    const damaged = join(temporaryFolder(), 'damaged');
    cpSync(folder, damaged, { recursive: true });
    const place = Math.floor(random() * whole.length);
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << Math.floor(random() * 8)), place);
    writeFileSync(join(damaged, 'journal.db'), bytes);
    const answer = await readFrom(damaged, flip % 2 === 0);
    rmSync(damaged, { recursive: true });
    if (typeof answer === 'string') outcomes[answer] += 1;
    else if (answer.status === 500) outcomes.refused += 1;
    else {
      assert.equal(profileIn(answer), profileIn(good), `bit of byte ${place}`);
      outcomes.good += 1;
    }
  }
  t.diagnostic(JSON.stringify(outcomes));
  assert.ok(outcomes.refused > 0 && outcomes['broken off'] > 0, JSON.stringify(outcomes));
});
