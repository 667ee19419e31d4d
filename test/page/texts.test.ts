import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stateTable } from '#cosem/state.ts';
import { alarmKindNames } from '#das/alarm-kinds.ts';
import { nameOfObject } from '#das/page/language/obis-names.ts';
import { isTextKey, LANGUAGES, textIn, texts } from '#das/page/language/texts.ts';
import { eventNames, eventRow } from '#journal/event-codes.ts';
import { loadDevice } from '#meter/device-file.ts';

const PAGE = fileURLToPath(new URL('../../src/das/page/', import.meta.url));

const placeholders = (text: string): readonly string[] =>
  [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();

/** All that the page is written in, the table of texts aside. */
const source = readdirSync(PAGE, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('texts.ts'))
  .map((name) => readFileSync(join(PAGE, name), 'utf8'))
  .join('\n');

describe('what the page says', () => {
  for (const [key, row] of Object.entries(texts)) {
    it(`${key} is there in every language, about the same values`, () => {
      for (const language of LANGUAGES) {
        assert.match(row[language], /\S/);
        assert.deepEqual(placeholders(row[language]), placeholders(row.en));
      }
    });
  }

  it('is all used, by its whole key or by its beginning', () => {
    const beginnings = [...source.matchAll(/`([a-z][\w.]*\.)\$\{/gi)].map(([, beginning = '']) => beginning);
    const unused = Object.keys(texts).filter(
      (key) => !source.includes(`'${key}'`) && !beginnings.some((beginning) => key.startsWith(beginning)),
    );
    assert.deepEqual(unused, []);
  });

  it('has words for every state bit', () => {
    for (const { flag } of stateTable) assert.ok(isTextKey(`state.${flag}`), flag);
  });

  it('has words for every kind of alarm, and for every event of a meter’s books', () => {
    for (const kind of alarmKindNames) assert.ok(isTextKey(`alarm.${kind}`), kind);
    for (const event of eventNames) assert.ok(isTextKey(`event.${event}`), event);
  });

  it('has a word for every datum of an event', () => {
    const fields = new Set(eventNames.flatMap((event) => Object.keys(eventRow(event).fields)));
    for (const field of fields) assert.ok(isTextKey(`data.${field}`), field);
    const written = Object.keys(texts).flatMap((key) => /^data\.([^.]+)$/.exec(key)?.[1] ?? []);
    assert.deepEqual(new Set(written), fields);
  });

  it('puts values in their places', () => {
    assert.equal(textIn('de', 'meters.count', { shown: 2, all: 3 }), '2 von 3 Zählern');
  });
});

describe('names of registers', () => {
  for (const model of ['pac3200', 'sdm630']) {
    it(`every register of a ${model} has its own name in every language`, () => {
      const { objects } = loadDevice(model);
      for (const language of LANGUAGES) {
        const names = objects.map(({ classId, logicalName, key }) => {
          const name = nameOfObject(`${classId}-${logicalName}`, language);
          assert.ok(name !== undefined, `${key} (${logicalName}) has a name`);
          return name;
        });
        assert.deepEqual(repeated(names), []);
      }
    });
  }

  it('says which quantity, way, phase and tariff', () => {
    assert.equal(nameOfObject('3-0100010800ff', 'en'), 'Active energy import, total');
    assert.equal(nameOfObject('3-0100010802ff', 'de'), 'Wirkenergie Bezug, Tarif 2');
    assert.equal(nameOfObject('3-0100340700ff', 'en'), 'Voltage, L2');
    assert.equal(nameOfObject('4-0100201a00ff', 'de'), 'Höchstwert: Spannung, L1');
    assert.equal(nameOfObject('3-01000e0700ff', 'en'), 'Frequency');
    assert.equal(nameOfObject('5-0100010400ff', 'en', 3), 'Demand, last: Active power import, total');
    assert.equal(nameOfObject('3-0600010000ff', 'en'), undefined);
  });
});

const repeated = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index);
