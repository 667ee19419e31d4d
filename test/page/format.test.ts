import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Zone } from '#core/zone.ts';
import { formatAge, formatSealed, formatStep, formatValue, zoneNameAt } from '#das/page/language/format.ts';
import { eventDataText } from '#das/page/meter/event-data.ts';
import { arrange } from '#das/page/meters/meter-order.ts';
import { readRoute, toExport, toMeter, toProof } from '#das/page/route.ts';

const plain = (text: string): string => text.replaceAll('\u{a0}', ' ');

describe('values in words of a language', () => {
  it('keep every digit that was sealed', () => {
    assert.equal(
      plain(formatSealed({ value: '123456789012345678.90', unit: 'V' }, 'en')),
      '123,456,789,012,345,678.90 V',
    );
    assert.equal(plain(formatSealed({ value: '-230.10', unit: 'V' }, 'de')), '−230,10 V');
    assert.equal(formatSealed({ value: '0.960', unit: '' }, 'en'), '0.960');
  });

  it('are in thousands where a person counts so, without losing a digit', () => {
    assert.equal(plain(formatValue({ value: '36827664', unit: 'Wh' }, 'en')), '36,827.664 kWh');
    assert.equal(plain(formatValue({ value: '7', unit: 'Wh' }, 'de')), '0,007 kWh');
    assert.equal(plain(formatValue({ value: '-12.5', unit: 'VAh' }, 'en')), '−0.0125 kVAh');
    assert.equal(plain(formatValue({ value: '302.6', unit: 'W' }, 'en')), '302.6 W');
  });

  it('name ages and steps', () => {
    assert.equal(formatAge(12_400, 'en'), '12 s ago');
    assert.equal(formatAge(3 * 3_600_000, 'de'), 'vor 3 h');
    assert.equal(formatStep(900, 'en'), '15 minutes');
    assert.equal(formatStep(3_600, 'de'), 'eine Stunde');
  });

  it('tell the two hours apart that the clock shows alike', () => {
    const berlin = new Zone('Europe/Berlin');
    assert.notEqual(zoneNameAt(Date.UTC(2026, 9, 25, 0, 30), berlin), zoneNameAt(Date.UTC(2026, 9, 25, 1, 30), berlin));
  });
});

describe('the data of an event', () => {
  const zone = new Zone('Europe/Berlin');
  const [english, german] = [
    { language: 'en', zone },
    { language: 'de', zone },
  ] as const;

  it('are words, in the order of the book', () => {
    const text = '{"version":"0.1.0","previousEnd":"none"}';
    assert.equal(eventDataText(text, english), 'version 0.1.0, previous end none');
    assert.equal(eventDataText(text, german), 'Version 0.1.0, voriges Ende keines');
    assert.equal(eventDataText('{}', english), '');
  });

  it('say times by the clocks of the site', () => {
    const text = '{"device":"1sie0012345678.sm","since":"2026-11-20T08:00:00.000Z"}';
    assert.match(eventDataText(text, english), /^device 1sie0012345678\.sm, since 20 Nov 2026, 09:00:00\.000 /);
  });

  it('of a field that has no word, and what is no JSON object, stand as they were written', () => {
    assert.equal(eventDataText('{"colour":"red","sealed":"yes"}', german), 'colour red, gesiegelt ja');
    for (const text of ['the service started', '[1]', '"text"', '7', 'null', '{']) {
      assert.equal(eventDataText(text, english), text);
    }
  });
});

describe('addresses behind the #', () => {
  it('lead to a meter, an export and a proof', () => {
    const document = 'ab'.repeat(32);
    assert.deepEqual(readRoute(toMeter('1sie0012345678.sm')), { page: 'meter', id: '1sie0012345678.sm' });
    assert.deepEqual(readRoute(toExport('a/b')), { page: 'export', id: 'a/b' });
    const claim = {
      meter: 'm',
      object: '3-0100010800ff',
      attribute: 2,
      value: '-1.50',
      unit: 'W',
      number: '7',
      at: 'then',
    };
    assert.deepEqual(readRoute(toProof(document, claim)), { page: 'proof', document, claim });
  });

  it('take the token of the console, and lead to the list from anywhere unknown', () => {
    assert.deepEqual(readRoute('#first-administrator=t0ken'), { page: 'first-administrator', token: 't0ken' });
    const broken = ['#/%', '#/meters/%ff', '#/meters/..', '#/documents/..%2fusers', '#/documents/ab'];
    for (const hash of ['', '#/', '#/nowhere', '#/meters/', ...broken]) assert.equal(readRoute(hash).page, 'meters');
  });
});

describe('the order of meters', () => {
  const meter = (name: string, health: 'good' | 'alarm' | 'silent', gaps = 0) =>
    ({
      id: `${name}.sm`,
      name,
      health,
      gaps,
      url: 'https://meter',
      zone: 'UTC',
      lastReadingAt: null,
      lastVerdict: 'none',
      certificateDays: null,
      clockOffsetMs: null,
      openAlarms: 0,
    }) as const;
  const meters = [meter('b10', 'good', 3), meter('b9', 'good'), meter('a', 'alarm'), meter('c', 'silent')];
  const names = (choice: Partial<Parameters<typeof arrange>[1]>): readonly string[] =>
    arrange(meters, { search: '', health: 'all', order: { column: 'health', reversed: false }, ...choice }).map(
      ({ name }) => name,
    );

  it('has the worst first, and equals by name, as a person counts', () => {
    assert.deepEqual(names({}), ['a', 'c', 'b9', 'b10']);
  });

  it('can be another, and can be turned round', () => {
    assert.deepEqual(names({ order: { column: 'gaps', reversed: false } }), ['b10', 'a', 'b9', 'c']);
    assert.deepEqual(names({ order: { column: 'name', reversed: true } }), ['c', 'b10', 'b9', 'a']);
  });

  it('leaves out what was not searched', () => {
    assert.deepEqual(names({ search: 'B 1' }), ['b10']);
    assert.deepEqual(names({ health: 'silent' }), ['c']);
  });
});
