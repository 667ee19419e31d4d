import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { reasonOf } from '#core/errors.ts';
import { Instant, Minutes } from '#core/time.ts';
import { rightsOf } from '#cosem/access-rights.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { snapshotOf } from '#journal/capture-history.ts';
import type { Capture, NewCapture } from '#journal/captures.ts';
import type { SealText } from '#journal/checkpoints.ts';
import { exportDocuments } from '#journal/export-documents.ts';
import { type Proofs, verifyJournal } from '#journal/verify.ts';
import { type Reading, snapshotReading } from '#representation/reading.ts';
import { readSealedDocument, writeMeasurementData } from '#representation/sealed-document.ts';
import { sealDocument } from '#signature/xml-seal.ts';
import { verifySealed } from '#signature/xml-strict-verifier.ts';
import { exampleMeter, exampleSample, goodValues, METER_ID, START } from '../support/example-meter.ts';
import { program } from '../support/programs.ts';
import { makeSigningKey } from '../support/signing-keys.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { columns } from './support/captures.ts';
import { open } from './support/journals.ts';
import { tamper } from './support/tampering.ts';

/*
 * The journal with real documents, real seals and real proofs, as the meter composes them.
 */
const { signer, publicKey, certificate } = makeSigningKey();

const ALL_RIGHTS = rightsOf('consumer');

const seal: SealText = async (text) => ({ keyId: signer.keyId, signature: await signer.sign(text) });

const proofs: Proofs = {
  async document(document, capture) {
    try {
      const { bytes } = await verifySealed(
        document,
        (name) => (name === signer.keyId ? publicKey : undefined),
        nodeCrypto,
      );
      return differenceBetween(readSealedDocument(bytes), capture);
    } catch (error) {
      return reasonOf(error);
    }
  },
  checkpoint(text, { keyId, signature }) {
    const isGood = keyId === signer.keyId && nodeCrypto.verify(publicKey, text, signature);
    return isGood ? undefined : 'the signature is wrong';
  },
};

/** A document is of a capture when it says the same of who, when, which and what. */
function differenceBetween(reading: Reading, capture: Capture): string | undefined {
  if (reading.meterId !== capture.device) return 'the document is of another device';
  if (reading.at !== capture.sampledAt) return 'the document is of another time';
  if (reading.sequenceNumber !== capture.sampleNumber) return 'the document is of another sample';
  const again = snapshotReading(exampleMeter(), { ...snapshotOf(capture), at: capture.sampledAt }, ALL_RIGHTS);
  return valuesIn(reading) === valuesIn(again) ? undefined : 'the document has other values';
}

/** The values of all registers: attribute 2 of each object. */
const valuesIn = ({ content }: Reading): string =>
  content.kind !== 'objects'
    ? ''
    : content.objects
        .map(({ logicalName, attributes }) => [logicalName, attributes?.attributes.find(({ id }) => id === 2)?.data])
        .map((entry) =>
          JSON.stringify(entry, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
        )
        .join('\n');

async function sealedCapture(number: number): Promise<NewCapture> {
  const device = exampleMeter();
  const captureTime = Instant(START + number * Minutes(15));
  const values = { ...goodValues, energy: 1_234_567n + BigInt(number) };
  const snapshot = device.accept(exampleSample(values, Instant(captureTime + 137)), 100n + BigInt(number));
  const unsigned = writeMeasurementData(snapshotReading(device, snapshot, ALL_RIGHTS));
  return { device: METER_ID, captureTime, snapshot, columns, document: utf8(await sealDocument(unsigned, signer)) };
}

async function sealedJournal(): Promise<string> {
  const folder = temporaryFolder();
  using journal = open(folder);
  for (let number = 1; number <= 4; number += 1) journal.capture(await sealedCapture(number));
  await journal.checkpoint(seal);
  return folder;
}

test('real documents and seals verify', async () => {
  const verdict = await verifyJournal(await sealedJournal(), proofs);
  assert.equal(verdict.firstBad, undefined);
  assert.equal(verdict.chains[0]?.proven, 4);
});

test('a journal without the key of its documents proves nothing', async () => {
  const stranger = makeSigningKey();
  const document: Proofs['document'] = async (bytes) => {
    const keyOf = () => stranger.publicKey;
    return verifySealed(bytes, keyOf, nodeCrypto).then(() => undefined, reasonOf);
  };
  const { firstBad } = await verifyJournal(await sealedJournal(), { ...proofs, document });
  assert.equal(firstBad?.where, `captures/${METER_ID} 1`);
});

test('values that were made up, with a chain that was made up to fit, are not those of the document', async () => {
  const folder = temporaryFolder();
  {
    using journal = open(folder);
    const genuine = await sealedCapture(1);
    const { sample } = genuine.snapshot;
    const energy = sample.values.get('energy');
    assert.ok(energy?.kind === 'value');
    const forged = { ...energy, quantity: { ...energy.quantity, value: 1n } };
    const values = new Map([...sample.values, ['energy', forged]]);
    journal.capture({ ...genuine, snapshot: { ...genuine.snapshot, sample: { ...sample, values } } });
  }
  const { firstBad } = await verifyJournal(folder, proofs);
  assert.deepEqual(firstBad, { where: `captures/${METER_ID} 1`, problem: 'the document has other values' });
});

test('a changed document is found out before its signature is looked at', async () => {
  const folder = await sealedJournal();
  tamper(folder, 'UPDATE captures SET delta = (SELECT delta FROM captures WHERE number = 3) WHERE number = 2');
  const { firstBad } = await verifyJournal(folder, proofs);
  assert.deepEqual(firstBad, {
    where: `captures/${METER_ID} 2`,
    problem: 'the document is not the one that was sealed',
  });
});

test('an exported document is good evidence for xmlsec1, which knows nothing of us', async () => {
  const folder = await sealedJournal();
  const files = temporaryFolder();
  writeFileSync(join(files, 'certificate.pem'), certificate.toString());
  using journal = open(folder);
  const documents = [...exportDocuments(journal.captures, { device: METER_ID })];
  assert.equal(documents.length, 4);
  for (const { name, bytes } of documents) {
    writeFileSync(join(files, name), bytes);
    const args = ['--verify', '--pubkey-cert-pem', join(files, 'certificate.pem'), join(files, name)];
    const { status, stderr } = spawnSync(program('xmlsec1'), args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }
});
