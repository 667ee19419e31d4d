import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '#core/log.ts';
import { Hours } from '#core/time.ts';
import type { Book } from '#cosem/events.ts';
import type { Signer } from '#crypto/signer.ts';
import { openJournalReader } from '#journal/journal-reader.ts';
import { loadDevice } from '#meter/device-file.ts';
import { journalFolder, MeterJournal } from '#meter/meter-journal.ts';
import { Sealing } from '#meter/sealing.ts';
import { METER_ID } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { makeSigningKey } from '../support/signing-keys.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { signer } = makeSigningKey();
const { signer: otherSigner } = makeSigningKey();
const description = loadDevice('pac3200');
const program = { version: '1.2.3', sha256: new Uint8Array(32).fill(7) };

function open(stateFolder: string, by: Signer = signer) {
  const clock = new FakeClock();
  const sealing = new Sealing(by);
  const kept = new MeterJournal({ stateFolder, program, sealing, clock, log: silentLog });
  return { clock, sealing, kept, [Symbol.asyncDispose]: () => kept[Symbol.asyncDispose]() };
}

/** The events of a book but for starts and stops, with their data. */
function eventsIn(stateFolder: string, book: Book): readonly (readonly [string | undefined, object])[] {
  using reader = openJournalReader(journalFolder(stateFolder));
  return Array.from(reader.events.read({ book }), ({ name, data }) => [name, data] as const).filter(
    ([name]) => name?.startsWith('service-') === false,
  );
}

test('the key that seals stands in the calibration book, and each other one that follows, once', async () => {
  const folder = temporaryFolder();
  for (let start = 0; start < 2; start += 1) await open(folder)[Symbol.asyncDispose]();
  {
    await using meter = open(folder, otherSigner);
    const { kept, sealing } = meter;
    await sealing.replace(signer);
    kept.noteKey('reload');
    kept.noteKey('reload');
  }
  const keys = eventsIn(folder, 'calibration').filter(([name]) => name === 'signing-key-changed');
  assert.deepEqual(
    keys.map(([, data]) => data),
    [
      { from: '', to: signer.keyId, by: 'start' },
      { from: signer.keyId, to: otherSigner.keyId, by: 'start' },
      { from: otherSigner.keyId, to: signer.keyId, by: 'reload' },
    ],
  );
});

test('so does the description of each device', async () => {
  const folder = temporaryFolder();
  {
    await using meter = open(folder);
    const { kept } = meter;
    const other = { ...description, sha256: '00'.repeat(32) };
    for (const one of [description, description, other]) kept.noteDescription(METER_ID, one);
    kept.noteDescription('1sie0087654321.sm', other);
  }
  const told = eventsIn(folder, 'calibration').filter(([name]) => name === 'description-identified');
  const model = 'pac3200';
  assert.deepEqual(
    told.map(([, data]) => data),
    [
      { device: METER_ID, model, sha256: description.sha256 },
      { device: METER_ID, model, sha256: '00'.repeat(32) },
      { device: '1sie0087654321.sm', model, sha256: '00'.repeat(32) },
    ],
  );
  assert.match(description.sha256, /^[0-9a-f]{64}$/);
});

test('a checkpoint that cannot be made is an error in the system book, once until one can be made', async () => {
  const folder = temporaryFolder();
  let isAway = true;
  const sign: Signer['sign'] = (data) => {
    if (isAway) throw new Error('no token');
    return signer.sign(data);
  };
  {
    await using meter = open(folder, { ...signer, sign });
    const { kept, clock } = meter;
    const hour = async (): Promise<void> => {
      await clock.advance(Hours(1));
      kept.note({ name: 'network-back', data: {} });
    };
    for (let hours = 0; hours < 2; hours += 1) await hour();
    isAway = false;
    await hour();
    isAway = true;
    await hour();
    isAway = false;
  }
  const errors = eventsIn(folder, 'system').filter(([name]) => name === 'error');
  assert.deepEqual(
    errors.map(([, data]) => data),
    [1, 2].map(() => ({ where: 'checkpoint', reason: 'no token' })),
  );
});
