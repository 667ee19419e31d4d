import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatObis, obisFromHex, obisGroups, parseObis } from '#core/obis.ts';

test('the written and the hex form are the same code', () => {
  assert.equal(parseObis('1-0:1.8.0.255'), '0100010800ff');
  assert.equal(parseObis('1-0:1.8.0*255'), '0100010800ff');
  assert.equal(parseObis('1-0:1.8.0'), '0100010800ff');
  assert.equal(formatObis(parseObis('0-0:96.1.0.255')), '0-0:96.1.0.255');
});

test('every code survives writing and reading', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (groups) => {
      const [a, b, c, d, e, f] = groups;
      const code = parseObis(`${a}-${b}:${c}.${d}.${e}.${f}`);
      assert.deepEqual(obisGroups(code), [...groups]);
      assert.equal(obisFromHex(code), code);
    }),
  );
});

for (const text of ['', '1.8.0', '1-0:1.8', '256-0:1.8.0.255', '1-0:1.8.0.256', '1-0:1.8.0.255 ', 'a-0:1.8.0']) {
  test(`"${text}" is refused`, () => {
    assert.throws(() => parseObis(text), { code: 'OBIS_UNREADABLE', fault: 'configuration' });
  });
}

test('upper case and wrong lengths are no hex form', () => {
  for (const text of ['0100010800FF', '0100010800f', '0100010800fff', '0100010800fg']) {
    assert.equal(obisFromHex(text), undefined);
  }
});
