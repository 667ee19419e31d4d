import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { toHex } from '#core/bytes.ts';
import { makeName, type NamePart, parseName } from '#pki/distinguished-name.ts';

describe('a distinguished name', () => {
  it('is written most specific part first, and encoded the other way round', () => {
    const name = makeName([
      ['CN', 'a'],
      ['C', 'DE'],
    ]);
    assert.equal(name.text, 'CN=a,C=DE');
    // SEQUENCE { SET { SEQUENCE { countryName, PrintableString DE } }, SET { SEQUENCE { commonName, UTF8String a } } }
    assert.equal(toHex(name.der), '3019310b3009060355040613024445310a300806035504030c0161');
  });

  for (const [text, canonical] of [
    ['CN=meter 7,O=Example', 'CN=meter 7,O=Example'],
    [' cn = meter 7 , o = Example ', 'CN=meter 7,O=Example'],
    ['CN=a\\,b,O=c\\\\', 'CN=a\\,b,O=c\\\\'],
    ['CN=a\\=b', 'CN=a\\=b'],
    ['CN=a=b', 'CN=a\\=b'],
    ['SERIALNUMBER=1sie0012345678.sm,OU=Zähler', 'SERIALNUMBER=1sie0012345678.sm,OU=Zähler'],
  ] as const) {
    it(`is read from ${text}`, () => assert.equal(parseName(text).text, canonical));
  }

  for (const text of ['', 'meter', 'CN=', 'X=y', 'CN=a,', 'CN=a,,O=b', '=b']) {
    it(`is refused: "${text}"`, () => assert.throws(() => parseName(text), { code: 'PKI_NAME_UNREADABLE' }));
  }

  it('is read back as it was written, whatever its parts say', () => {
    const value = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.trim() === text);
    const part = fc.tuple(fc.constantFrom('CN', 'O', 'OU', 'L'), value);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts: NamePart[]) => {
        const name = makeName(parts);
        assert.equal(toHex(parseName(name.text).der), toHex(name.der));
      }),
    );
  });
});
