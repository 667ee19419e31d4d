import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { unitOf } from '#core/quantity.ts';
import { ofDevices, type Role, rightsOf, roles, withoutSignature } from '#cosem/access-rights.ts';
import type { ObjectRow } from '#cosem/measured-object.ts';
import { exampleMeter } from '../support/example-meter.ts';

const OBJECTS = {
  'logical device name': { classId: 1, obis: '0-0:42.0.0.255' },
  'serial number': { classId: 1, obis: '1-0:0.0.0.255' },
  'status word': { classId: 1, obis: '0-0:96.5.0.255' },
  'demand period': { classId: 3, obis: '1-0:0.8.0.255' },
  energy: { classId: 3, obis: '1-0:1.8.0.255' },
  demand: { classId: 5, obis: '1-0:1.4.0.255' },
  voltage: { classId: 3, obis: '1-0:32.7.0.255' },
  'highest frequency': { classId: 4, obis: '1-0:14.26.0.255' },
  power: { classId: 3, obis: '1-0:16.7.0.255' },
  'highest current': { classId: 4, obis: '1-0:31.26.0.255' },
} as const;

/** u: without a signature too. s: with one only. -: not there. In the order of the objects above. */
const EXPECTED: Readonly<Record<Role, string>> = {
  consumer: 'uuuuuuuuuu',
  'grid-operator': 'uuuussuuss',
  supplier: 'uu--ss----',
  administrator: 'uuuuuuuuuu',
  'service-technician': 'uuuussuuuu',
  authority: 'uuuussssss',
};

const unit = unitOf('') ?? assert.fail();
const rows = Object.entries(OBJECTS)
  .slice(1)
  .map(
    ([key, { classId, obis }]): ObjectRow => ({
      key,
      name: key,
      classId,
      version: 0,
      logicalName: parseObis(obis),
      type: 'long',
      unit,
      scaler: 0,
    }),
  );
const meter = exampleMeter(rows);

function accessOf(role: Role, name: keyof typeof OBJECTS): string {
  const { classId, obis } = OBJECTS[name];
  const object = meter.object(classId, parseObis(obis)) ?? assert.fail();
  const rights = rightsOf(role);
  if (!rights.visible(meter, object)) {
    assert.ok(!rights.unsigned(meter, object), 'what is hidden is hidden from unsigned requests too');
    return '-';
  }
  return rights.unsigned(meter, object) ? 'u' : 's';
}

for (const role of roles) {
  test(`a ${role} sees what the table says`, () => {
    const names = Object.keys(OBJECTS) as (keyof typeof OBJECTS)[];
    assert.equal(names.map((name) => accessOf(role, name)).join(''), EXPECTED[role]);
  });
}

test('without a signature, what needs one is not there', () => {
  const rights = withoutSignature(rightsOf('supplier'));
  const energy = meter.object(3, parseObis('1-0:1.8.0.255')) ?? assert.fail();
  assert.equal(rights.visible(meter, energy), false);
  assert.equal(rights.visible(meter), true);
});

test('rights for some devices leave the others out', () => {
  const [object] = meter.objects;
  const own = ofDevices(rightsOf('consumer'), new Set([meter.id]));
  const others = ofDevices(rightsOf('consumer'), new Set(['1sie0000000000.sm']));
  for (const may of [own.visible, own.unsigned]) assert.deepEqual([may(meter), may(meter, object)], [true, true]);
  for (const may of [others.visible, others.unsigned])
    assert.deepEqual([may(meter), may(meter, object)], [false, false]);
});
