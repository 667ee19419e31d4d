import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { type Role, rightsOf, roles, type Subject, subjectOf, subjects } from '#cosem/access-rights.ts';
import { data } from '#cosem/data.ts';
import { createObject } from '#cosem/interface-class.ts';
import { exampleMeter } from '../support/example-meter.ts';
import { tableOf } from '../support/mapping-page.ts';

test('the page has every attribute of every class, but for the logical names', () => {
  const classes = new Map(exampleMeter().objects.map((object) => [object.classId, object.interfaceClass]));
  assert.deepEqual(
    tableOf('class', 'attribute', 'from').map(([interfaceClass, attribute]) => `${interfaceClass}: ${attribute}`),
    [...classes.values()].flatMap(({ classId, name, attributes }) =>
      attributes.filter(({ id }) => id > 1).map((attribute) => `${classId} ${name}: ${attribute.id} ${attribute.name}`),
    ),
  );
});

/** The name of an object of each subject. */
const EXAMPLES: Readonly<Record<Subject, string>> = {
  identification: '0-0:96.1.0.255',
  device: '0-0:97.97.0.255',
  energy: '1-0:1.8.0.255',
  network: '1-0:32.7.0.255',
  load: '1-0:99.1.0.255',
  clock: '0-0:1.0.0.255',
  tariff: '0-0:13.0.0.255',
  control: '0-0:96.3.10.255',
  display: '0-0:96.13.1.255',
  association: '0-0:40.0.0.255',
  firmware: '0-0:44.0.0.255',
  'system-book': '0-0:99.98.0.255',
  'consumer-book': '0-0:99.98.1.255',
  'calibration-book': '0-0:99.98.2.255',
};

test('the page has what every role may do with every subject', () => {
  assert.deepEqual(
    tableOf('subject', ...roles),
    subjects.map((subject) => [subject, ...roles.map((role) => grantOn(subject, role))]),
  );
});

function grantOn(subject: Subject, role: Role): string {
  const meter = exampleMeter();
  const object = createObject(data, {
    logicalName: parseObis(EXAMPLES[subject]),
    name: subject,
    value: () => ({ type: 'null-data' }),
  });
  assert.equal(subjectOf(object), subject);
  const { visible, unsigned, writable, invocable } = rightsOf(role);
  if (!visible(meter, object)) {
    assert.deepEqual(
      [unsigned, writable, invocable].map((may) => may(meter, object)),
      [false, false, false],
    );
    return 'hidden';
  }
  const words = [unsigned(meter, object) ? 'unsigned' : 'signed'];
  if (writable(meter, object)) words.push('write');
  if (invocable(meter, object)) words.push('invoke');
  return words.join(' ');
}
