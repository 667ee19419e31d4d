import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { ofDevices, type Role, rightsOf } from '#cosem/access-rights.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import { type MemberAddress, ObjectAccess } from '#cosem/object-access.ts';
import { METER_ID, managementDevice } from '../support/example-meter.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { choice } from './support/data.ts';
import { StandardMeter, verdict, zero } from './support/standard-meter.ts';

const at = (classId: number, obis: string, member: number, ldev = METER_ID): MemberAddress => ({
  ldev,
  classId,
  logicalName: parseObis(obis),
  member,
});

const MODE = at(70, '0-0:96.3.10.255', 4);
const DISCONNECT = at(70, '0-0:96.3.10.255', 1);

function access(meter: StandardMeter): ObjectAccess {
  const devices = logicalDevices(managementDevice(), [meter.device]);
  return new ObjectAccess({ devices, events: meter.sink, clock: new FakeClock() });
}

const client = (role: Role) => ({ id: `the ${role}`, rights: rightsOf(role) });

test('who may, does; and the event says who', async () => {
  const meter = new StandardMeter();
  assert.equal(verdict(await access(meter).write(MODE, choice(2), client('grid-operator'))), 'done');
  assert.equal(verdict(await access(meter).invoke(DISCONNECT, zero, client('grid-operator'))), 'done');
  assert.deepEqual(meter.sink.taken(), [
    'setting-changed by the grid-operator',
    'disconnect-ordered by the grid-operator',
  ]);
  assert.equal(meter.breaker.current, 'disconnected');
});

test('who may only see it is denied it, and nothing is recorded', async () => {
  const meter = new StandardMeter();
  assert.equal(verdict(await access(meter).write(MODE, choice(2), client('consumer'))), 'ACCESS_DENIED');
  assert.equal(verdict(await access(meter).invoke(DISCONNECT, zero, client('administrator'))), 'ACCESS_DENIED');
  assert.deepEqual(meter.sink.events, []);
});

test('what a client may not see does not exist for it', async () => {
  const meter = new StandardMeter();
  const door = access(meter);
  const elsewhere = { id: 'neighbour', rights: ofDevices(rightsOf('grid-operator'), new Set(['1sie0000000000.sm'])) };
  assert.equal(verdict(await door.write(MODE, choice(2), client('supplier'))), 'OBJECT_UNDEFINED');
  assert.equal(verdict(await door.write(MODE, choice(2), elsewhere)), 'OBJECT_UNDEFINED');
  assert.equal(verdict(await door.invoke(DISCONNECT, zero, elsewhere)), 'OBJECT_UNDEFINED');
});

test('what is not there is said to be so, whatever a client may', async () => {
  const door = access(new StandardMeter());
  const grid = client('grid-operator');
  const refusals = await Promise.all([
    door.write({ ...MODE, ldev: '1sie9999999999.sm' }, zero, grid),
    door.write(at(71, '0-0:96.3.10.255', 4), zero, grid),
    door.write({ ...MODE, member: 9 }, zero, grid),
    door.invoke({ ...DISCONNECT, member: 9 }, zero, grid),
  ]);
  assert.deepEqual(refusals.map(verdict), [
    'OBJECT_UNDEFINED',
    'OBJECT_UNDEFINED',
    'ATTRIBUTE_UNDEFINED',
    'METHOD_UNDEFINED',
  ]);
});
