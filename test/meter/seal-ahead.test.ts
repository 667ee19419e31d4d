import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SealmeterError } from '#core/errors.ts';
import { rightsOf } from '#cosem/access-rights.ts';
import type { Signer, SignOptions } from '#crypto/signer.ts';
import { SealedDocuments } from '#http/sealed-documents.ts';
import { sealAhead } from '#meter/seal-ahead.ts';
import { selectReading } from '#representation/reading.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { writeMeasurementData } from '#representation/sealed-document.ts';
import { RecordingLog } from '../http/support/recording-log.ts';
import { exampleDevices, exampleMeter, exampleSample, goodValues, METER_ID, START } from '../support/example-meter.ts';
import { makeSigningKey } from '../support/signing-keys.ts';

const HOT = `/cosem/ldevs/${METER_ID}/objects/3-0100010800ff/attributes/2`;
const key = makeSigningKey();

/** A meter with one sample, a signer that tells how it was asked, and what is sealed ahead. */
function setUp(targets: readonly string[] = [HOT]) {
  const meter = exampleMeter();
  const devices = exampleDevices(meter);
  const asked: (SignOptions | undefined)[] = [];
  const state: { failure?: Error } = {};
  const signer: Signer = {
    ...key.signer,
    async sign(data, options) {
      asked.push(options);
      if (state.failure !== undefined) throw state.failure;
      return await key.signer.sign(data);
    },
  };
  const sealed = new SealedDocuments(signer);
  const log = new RecordingLog();
  const onSnapshot = sealAhead(targets, { devices, sealed, log });
  /** What a request for the hot resource gets. */
  const request = async (role: 'administrator' | 'consumer'): Promise<string> => {
    const reading = selectReading(parseResource(HOT), { devices, rights: rightsOf(role) });
    return (await sealed.seal(writeMeasurementData(reading))).text;
  };
  return { meter, asked, state, log, onSnapshot, request };
}

describe('a hot resource', () => {
  it('is sealed as soon as the sample is there, without hurry; a request finds it ready', async () => {
    const { meter, asked, onSnapshot, request } = setUp();
    meter.accept(exampleSample({ ...goodValues, energy: 7_654_321n }, START), 102n);
    onSnapshot(METER_ID);
    assert.match(await request('administrator'), />7654321</);
    assert.match(await request('consumer'), />7654321</);
    assert.deepEqual(
      asked.map((options) => options?.priority),
      ['ahead'],
    );
  });

  it('is sealed anew for each sample, and for that of its own device alone', async () => {
    const { meter, asked, onSnapshot } = setUp();
    onSnapshot('1sie9999999999.sm');
    assert.equal(asked.length, 0);
    for (const number of [102n, 103n]) {
      meter.accept(exampleSample(goodValues, START), number);
      onSnapshot(METER_ID);
    }
    await new Promise(setImmediate);
    assert.equal(asked.length, 2);
  });

  it('that cannot be sealed ahead is said in the log, and tried again for a request', async () => {
    const { state, log, onSnapshot, request } = setUp();
    state.failure = new SealmeterError('device', 'SIGNER_UNAVAILABLE', 'the token is away');
    onSnapshot(METER_ID);
    await new Promise(setImmediate);
    const [line] = log.of('seal.ahead-failed');
    assert.deepEqual([line?.['target'], line?.['reason']], [HOT, 'the token is away']);
    delete state.failure;
    assert.match(await request('administrator'), /<SignatureValue>/);
  });

  it('that names nothing is an error of the configuration', () => {
    for (const target of [`${HOT}9`, '/cosem/ldevs/nobody', '/elsewhere']) {
      assert.throws(() => setUp([target]), { code: 'SEAL_AHEAD_UNKNOWN', fault: 'configuration' }, target);
    }
  });
});
