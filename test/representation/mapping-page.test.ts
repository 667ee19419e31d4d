import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { type Role, rightsOf, roles } from '#cosem/access-rights.ts';
import { stateTable } from '#cosem/state.ts';
import { exampleDevices, exampleMeter, METER_ID } from '../support/example-meter.ts';

const page = readFileSync(new URL('../../docs/mapping.md', import.meta.url), 'utf8');

/** The rows of the table that has these columns. */
function tableOf(...columns: readonly string[]): readonly (readonly string[])[] {
  const [, after = ''] = page.split(`| ${columns.join(' | ')} |\n`);
  const lines = after.split('\n').slice(1);
  const rows = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('|')),
  );
  return rows.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

test('the page has the bits of the state, each with its meaning and its error code', () => {
  assert.deepEqual(
    tableOf('bit', 'meaning', 'error-code'),
    stateTable.map(({ bit, meaning, error }) => [String(bit), meaning, error?.toString() ?? '']),
  );
});

test('the page has every attribute of every class, but for the logical names', () => {
  const classes = new Map(exampleMeter().objects.map((object) => [object.classId, object.interfaceClass]));
  assert.deepEqual(
    tableOf('class', 'attribute', 'from').map(([interfaceClass, attribute]) => `${interfaceClass}: ${attribute}`),
    [...classes.values()].flatMap(({ classId, name, attributes }) =>
      attributes.filter(({ id }) => id > 1).map((attribute) => `${classId} ${name}: ${attribute.id} ${attribute.name}`),
    ),
  );
});

/** An object of each subject. */
const SUBJECTS = {
  identification: [1, '0-0:42.0.0.255'],
  device: [1, '0-0:96.14.0.255'],
  energy: [3, '1-0:1.8.0.255'],
  network: [3, '1-0:32.7.0.255'],
  load: [3, '1-0:16.7.0.255'],
} as const;

test('the page has the rights of every role', () => {
  assert.deepEqual(
    tableOf('role', ...Object.keys(SUBJECTS)),
    roles.map((role) => [role, ...Object.values(SUBJECTS).map(([classId, obis]) => accessOf(role, classId, obis))]),
  );
});

function accessOf(role: Role, classId: number, obis: string): string {
  const meter = exampleDevices().device(METER_ID) ?? assert.fail();
  const object = meter.object(classId, parseObis(obis)) ?? assert.fail();
  const rights = rightsOf(role);
  if (!rights.visible(meter, object)) return 'hidden';
  return rights.unsigned(meter, object) ? 'unsigned' : 'signed';
}
