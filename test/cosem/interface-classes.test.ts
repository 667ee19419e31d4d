import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleMeter } from '../support/example-meter.ts';
import { wholeMeter } from './support/standard-meter.ts';

/** As the Blue Book has each class in this version: its attributes and its methods, counted from 1. @see IEC 62056-6-2 § 4 */
const CLASSES = [
  { classId: 1, name: 'Data', version: 0, attributes: 2, methods: 0 },
  { classId: 3, name: 'Register', version: 0, attributes: 3, methods: 1 },
  { classId: 4, name: 'Extended register', version: 0, attributes: 5, methods: 1 },
  { classId: 5, name: 'Demand register', version: 0, attributes: 9, methods: 2 },
  { classId: 6, name: 'Register activation', version: 0, attributes: 4, methods: 3 },
  // Version 0 had two more methods, which selective access made needless.
  { classId: 7, name: 'Profile generic', version: 1, attributes: 8, methods: 2 },
  { classId: 8, name: 'Clock', version: 0, attributes: 9, methods: 6 },
  { classId: 9, name: 'Script table', version: 0, attributes: 2, methods: 1 },
  { classId: 11, name: 'Special days table', version: 0, attributes: 2, methods: 2 },
  { classId: 15, name: 'Association LN', version: 3, attributes: 11, methods: 6 },
  { classId: 17, name: 'SAP assignment', version: 0, attributes: 2, methods: 1 },
  { classId: 18, name: 'Image transfer', version: 0, attributes: 7, methods: 4 },
  { classId: 20, name: 'Activity calendar', version: 0, attributes: 10, methods: 1 },
  { classId: 21, name: 'Register monitor', version: 0, attributes: 4, methods: 0 },
  { classId: 22, name: 'Single action schedule', version: 0, attributes: 4, methods: 0 },
  { classId: 70, name: 'Disconnect control', version: 0, attributes: 4, methods: 2 },
  { classId: 71, name: 'Limiter', version: 0, attributes: 11, methods: 0 },
];

const whole = wholeMeter();

test('a meter that lacks nothing has every class, each whole and in the version that the mapping names', () => {
  const classes = [...exampleMeter().objects, ...whole.device.objects].map(({ interfaceClass }) => interfaceClass);
  const unique = [...new Map(classes.map((found) => [found.classId, found])).values()];
  assert.deepEqual(
    unique
      .toSorted((a, b) => a.classId - b.classId)
      .map(({ classId, name, version, attributes, methods }) => ({
        classId,
        name,
        version,
        attributes: attributes.map(({ id }) => id),
        methods: methods.map(({ id }) => id),
      })),
    CLASSES.map(({ attributes, methods, ...named }) => ({
      ...named,
      attributes: upTo(attributes),
      methods: upTo(methods),
    })),
  );
});

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);
