import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseObis } from '#core/obis.ts';
import { accessRefusals } from '#cosem/access-result.ts';
import { type Role, rightsOf, roles, type Subject, subjectOf, subjects } from '#cosem/access-rights.ts';
import { captureFields } from '#cosem/capture-record.ts';
import { data } from '#cosem/data.ts';
import { type CosemObject, createObject } from '#cosem/interface-class.ts';
import { exampleMeter } from '../support/example-meter.ts';
import { tableOf } from '../support/mapping-page.ts';
import { standardRows, wholeMeter } from './support/standard-meter.ts';

const whole = wholeMeter();
const objects = [...exampleMeter().objects, ...whole.device.objects];
const classes = [...new Map(objects.map((object) => [object.classId, object.interfaceClass]))]
  .sort(([a], [b]) => a - b)
  .map(([, interfaceClass]) => interfaceClass);

const anyOf = (classId: number, holds: (object: CosemObject) => boolean): boolean =>
  objects.some((object) => object.classId === classId && holds(object));

test('the page has every attribute of every class, but for the logical names, and whether it is written', () => {
  assert.deepEqual(
    tableOf('class', 'attribute', 'written', 'from').map(
      ([interfaceClass, attribute, written]) => `${interfaceClass}: ${attribute}, ${written === '' ? 'no' : 'yes'}`,
    ),
    classes.flatMap(({ classId, name, attributes }) =>
      attributes
        .filter(({ id }) => id > 1)
        .map(({ id, name: attribute }) => {
          const written = anyOf(classId, (object) => object.canWrite(id)) ? 'yes' : 'no';
          return `${classId} ${name}: ${id} ${attribute}, ${written}`;
        }),
    ),
  );
});

test('the page has every method that can be run', () => {
  assert.deepEqual(
    tableOf('class', 'method', 'does').map(([interfaceClass, method]) => `${interfaceClass}: ${method}`),
    classes.flatMap(({ classId, name, methods }) =>
      methods
        .filter(({ id }) => anyOf(classId, (object) => object.canInvoke(id)))
        .map(({ id, name: method }) => `${classId} ${name}: ${id} ${method}`),
    ),
  );
});

test('the page has every element of the record of a capture', () => {
  assert.deepEqual(
    tableOf('column', 'element', 'type', 'what it is').map(([column, element]) => [column, element]),
    captureFields.map((name, index) => [String(index + 2), `${index + 1} ${name}`]),
  );
});

test('the page has every refusal with its number', () => {
  assert.deepEqual(
    tableOf('code', 'access result'),
    Object.entries(accessRefusals).map(([code, { accessResult }]) => [code, String(accessResult)]),
  );
});

test('the page has the standard objects of a meter that lacks nothing', () => {
  const measured = new Set(standardRows.map(({ logicalName }) => logicalName));
  const standard = whole.device.objects
    .map(({ logicalName }) => logicalName)
    .filter((name) => !measured.has(name) && name !== parseObis('0-0:42.0.0.255'));
  const written = tableOf('object', 'what', 'where').flatMap(([names = '']) => namesIn(names));
  assert.deepEqual(written.toSorted(), standard.toSorted());
});

/** `0-0:99.98.0, .1, .2` and `0-0:96.11.0 to .2` as logical names. */
function namesIn(cell: string): readonly string[] {
  const names: string[] = [];
  let stem = '';
  for (const part of cell.split(', ')) {
    const [first = '', last] = part.split(' to ');
    const whole = first.startsWith('.') ? `${stem}${first}` : first;
    stem = whole.slice(0, whole.lastIndexOf('.'));
    const from = Number(whole.slice(stem.length + 1));
    const to = last === undefined ? from : Number(last.slice(1));
    for (let group = from; group <= to; group += 1) names.push(parseObis(`${stem}.${group}.255`));
  }
  return names;
}

/** The name of an object of each subject. */
const EXAMPLES: Readonly<Record<Subject, string>> = {
  identification: '0-0:96.1.0.255',
  device: '0-0:97.97.0.255',
  energy: '1-0:1.8.0.255',
  network: '1-0:32.7.0.255',
  load: '1-0:99.1.0.255',
  captures: '0-0:99.128.0.255',
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
