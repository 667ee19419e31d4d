import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileError } from '#core/located.ts';
import { readObjectList } from '#cosem/object-list.ts';
import { parseYaml } from '#meter/yaml-file.ts';

const GOOD = {
  key: 'voltage-l1-n',
  name: 'Voltage L1-N',
  obis: '1-0:32.7.0.255',
  class: '3',
  unit: 'V',
  scaler: '-2',
  type: 'double-long-unsigned',
};

type Row = Partial<Record<keyof typeof GOOD | 'version' | 'at', string>>;

/** A description with these rows, the first of them in line 2. */
function description(...rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const members = Object.entries(row).map(([name, value]) => `${name}: ${value}`);
    return `  - { ${members.join(', ')} }`;
  });
  return ['objects:', ...lines].join('\n');
}

const read = (text: string) => readObjectList(parseYaml('meter.yaml', text));

test('a row becomes an object row', () => {
  assert.deepEqual(
    read(description(GOOD)).map(({ unit, ...rest }) => ({ ...rest, unit: unit.symbol })),
    [
      {
        key: 'voltage-l1-n',
        name: 'Voltage L1-N',
        classId: 3,
        version: 0,
        logicalName: '0100200700ff',
        type: 'double-long-unsigned',
        unit: 'V',
        scaler: -2,
      },
    ],
  );
});

test('unit, scaler and version may be left out', () => {
  const [row] = read(description({ key: 'tariff', name: 'Tariff', obis: '0-0:96.14.0.255', class: '1', type: 'enum' }));
  assert.deepEqual([row?.unit.code, row?.scaler, row?.version], [255, 0, 0]);
});

test('one logical name may have objects of several classes', () => {
  const rows = read(description(GOOD, { ...GOOD, key: 'other', class: '4' }));
  assert.deepEqual(
    rows.map(({ classId }) => classId),
    [3, 4],
  );
});

/** What is wrong, where it stands, and what the person is told. */
const REFUSALS: readonly {
  readonly name: string;
  readonly text: string;
  readonly code: string;
  readonly line: number;
  readonly path: string;
  readonly mend: RegExp;
}[] = [
  {
    name: 'obis-unparsable',
    text: description({ ...GOOD, obis: '1-0:32.7' }),
    code: 'OBJECT_OBIS_UNREADABLE',
    line: 2,
    path: '/objects/0/obis',
    mend: /A-B:C\.D\.E\.F/,
  },
  {
    name: 'obis-group-over-255',
    text: description({ ...GOOD, obis: '1-0:300.7.0.255' }),
    code: 'OBJECT_OBIS_UNREADABLE',
    line: 2,
    path: '/objects/0/obis',
    mend: /0 to 255/,
  },
  {
    name: 'object-duplicate',
    text: description(GOOD, { ...GOOD, key: 'voltage-again' }),
    code: 'OBJECT_DUPLICATE',
    line: 3,
    path: '/objects/1/obis',
    mend: /leave one/,
  },
  {
    name: 'key-duplicate',
    text: description(GOOD, { ...GOOD, obis: '1-0:52.7.0.255' }),
    code: 'OBJECT_DUPLICATE',
    line: 3,
    path: '/objects/1/key',
    mend: /leave one/,
  },
  {
    name: 'logical-device-name-again',
    text: description({ ...GOOD, class: '1', obis: '0-0:42.0.0.255' }),
    code: 'OBJECT_DUPLICATE',
    line: 2,
    path: '/objects/0/obis',
    mend: /leave this row out/,
  },
  {
    name: 'class-unknown',
    text: description({ ...GOOD, class: '6' }),
    code: 'OBJECT_CLASS_UNKNOWN',
    line: 2,
    path: '/objects/0/class',
    mend: /1, 3, 4, 5/,
  },
  {
    name: 'class-version-unknown',
    text: description({ ...GOOD, version: '1' }),
    code: 'OBJECT_CLASS_UNKNOWN',
    line: 2,
    path: '/objects/0/version',
    mend: /version 0/,
  },
  {
    name: 'type-unknown',
    text: description({ ...GOOD, type: 'uint32' }),
    code: 'OBJECT_TYPE_NOT_ALLOWED',
    line: 2,
    path: '/objects/0/type',
    mend: /double-long-unsigned/,
  },
  {
    name: 'type-not-of-this-class',
    text: description({ ...GOOD, type: 'enum' }),
    code: 'OBJECT_TYPE_NOT_ALLOWED',
    line: 2,
    path: '/objects/0/type',
    mend: /double-long-unsigned/,
  },
  {
    name: 'type-not-measured',
    text: description({ ...GOOD, type: 'float32' }),
    code: 'OBJECT_TYPE_NOT_ALLOWED',
    line: 2,
    path: '/objects/0/type',
    mend: /double-long-unsigned/,
  },
  {
    name: 'unit-unknown',
    text: description({ ...GOOD, unit: 'kW' }),
    code: 'OBJECT_UNIT_UNKNOWN',
    line: 2,
    path: '/objects/0/unit',
    mend: /"W"/,
  },
  {
    name: 'scaler-out-of-range',
    text: description({ ...GOOD, scaler: '128' }),
    code: 'OBJECT_SCALER_OUT_OF_RANGE',
    line: 2,
    path: '/objects/0/scaler',
    mend: /-128 to 127/,
  },
  {
    name: 'scaler-not-whole',
    text: description({ ...GOOD, scaler: '0.5' }),
    code: 'OBJECT_SCALER_OUT_OF_RANGE',
    line: 2,
    path: '/objects/0/scaler',
    mend: /-128 to 127/,
  },
  {
    name: 'name-empty',
    text: description({ ...GOOD, name: '""' }),
    code: 'OBJECT_TEXT_MISSING',
    line: 2,
    path: '/objects/0/name',
    mend: /write a text/,
  },
  {
    name: 'member-missing',
    text: description({ key: 'a', name: 'A', class: '3', type: 'long' }),
    code: 'OBJECT_MEMBER_MISSING',
    line: 2,
    path: '/objects/0',
    mend: /"obis"/,
  },
  { name: 'no-objects', text: 'model: {}', code: 'OBJECT_LIST_EMPTY', line: 1, path: '', mend: /"objects"/ },
];

for (const { name, text, code, line, path, mend } of REFUSALS) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => read(text),
      (error) => {
        assert.ok(error instanceof FileError);
        assert.deepEqual(
          [error.code, error.place.file, error.place.line, error.place.path],
          [code, 'meter.yaml', line, path],
        );
        assert.match(error.mend ?? '', mend);
        return true;
      },
    );
  });
}
