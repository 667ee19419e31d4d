import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '#core/log.ts';
import { Refusals } from '#http/refusals.ts';
import type { ReadAccess, Witness } from '#http/witness.ts';
import { METER_ID } from '../support/example-meter.ts';
import { ask, askSigned } from './support/ask.ts';
import { standardService } from './support/standard-service.ts';

class RecordingWitness implements Witness {
  readonly reads: ReadAccess[] = [];
  readonly refusals: string[] = [];

  read(access: ReadAccess): void {
    this.reads.push(access);
  }

  refused(reason: string, client?: string): void {
    this.refusals.push(`${client}: ${reason}`);
  }

  /** `resource sealed`, and forgets them. */
  takeReads(): readonly string[] {
    return this.reads.splice(0).map(({ resource, sealed }) => `${resource} ${sealed}`);
  }
}

const DEVICE = `/cosem/ldevs/${METER_ID}`;
const OBJECT = `${DEVICE}/objects/3-0100010800ff`;

test('who gets values of a device is told before the answer goes out, by object', async () => {
  const witness = new RecordingWitness();
  const service = await standardService('administrator', { witness });
  for (const part of ['', '/attributes/2', '/attributes/?q.count=1', '/methods']) await ask(service, OBJECT + part);
  assert.deepEqual(witness.takeReads(), Array<string>(4).fill(`${OBJECT} false`));
  await askSigned(service, `${OBJECT}/attributes/2`);
  const sample = service.standard.device.snapshot().sequenceNumber;
  assert.deepEqual(witness.reads, [{ client: 'das', ldev: METER_ID, resource: OBJECT, sealed: true, sample }]);
  witness.takeReads();
  for (const list of ['', '/objects', '/containers']) await ask(service, DEVICE + list);
  assert.deepEqual(witness.takeReads(), [`${DEVICE} false`, `${DEVICE}/objects false`, `${DEVICE}/containers false`]);
});

test('what has all devices tells of each; sealed it has their names alone', async () => {
  const witness = new RecordingWitness();
  const service = await standardService('administrator', { witness });
  await ask(service, '/cosem');
  const devices = service.parts.devices.devices.map(({ id }) => id);
  assert.deepEqual(
    witness.reads.map(({ ldev }) => ldev),
    devices,
  );
  assert.deepEqual(new Set(witness.takeReads()), new Set(['/cosem false']));
  await askSigned(service, '/cosem');
  assert.deepEqual(witness.reads, []);
});

test('what is not there, and what is refused, was not read', async () => {
  const witness = new RecordingWitness();
  const service = await standardService('supplier', { witness });
  await ask(service, `${DEVICE}/objects/3-0100630700ff`);
  await ask(service, `${OBJECT}/attributes/2`);
  assert.deepEqual(witness.takeReads(), []);
});

test('a request that is refused for want of a right or of a proof is told, others are not', async () => {
  const witness = new RecordingWitness();
  const service = await standardService('supplier', { witness });
  await ask(service, `${OBJECT}/attributes/2`);
  await ask(service, `${DEVICE}/objects/3-0100630700ff`);
  await ask(service, '/cosem?q.depth=x');
  assert.deepEqual(witness.refusals, ['das: SIGNATURE_MISSING']);
  const stranger = await standardService('supplier', { witness, peerOf: () => undefined });
  await ask(stranger, '/cosem/');
  assert.deepEqual(witness.refusals.slice(1), ['undefined: CLIENT_UNKNOWN']);
});

test('a connection that is refused is told, unless that is everyday noise', () => {
  const witness = new RecordingWitness();
  const refusals = new Refusals(silentLog, witness);
  refusals.add('client-unknown', { certificate: 'sha256:0' });
  refusals.add('client-has-too-many-connections', { client: 'das' });
  for (const noise of ['crowded-out', 'handshake-failed'] as const) refusals.add(noise, {});
  assert.deepEqual(witness.refusals, ['undefined: client-unknown', 'das: client-has-too-many-connections']);
});
