import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { formatEvent, type LedgerEvent, ledgerOf, parseLedger } from '#pki/ledger.ts';
import { NOW } from './support/test-pki.ts';

const issued: LedgerEvent = {
  event: 'issued',
  entry: { serial: '4a', subject: 'CN=x\ny,O="z"', profile: 'signature', notAfter: NOW },
};
const revoked: LedgerEvent = { event: 'revoked', serial: '4a', revocation: { at: NOW, reason: 'keyCompromise' } };
const events = [issued, revoked, { event: 'crl', number: 7 } as const];
const file = events.map(formatEvent).join('');

describe('a ledger', () => {
  it('is read back as it was written, a line for each event', () => {
    assert.deepEqual(parseLedger(file), events);
    assert.equal(file.split('\n').length, 4);
  });

  it('is the sum of its events', () => {
    const ledger = ledgerOf(events);
    assert.deepEqual(ledger.issued.get('4a')?.revocation, { at: NOW, reason: 'keyCompromise' });
    assert.equal(ledger.crlNumber, 7);
    assert.equal(ledgerOf([issued]).issued.get('4a')?.revocation, undefined);
    assert.equal(ledgerOf([]).crlNumber, 0);
  });

  it('never takes its CRL number back, in whatever order lines were written', () => {
    assert.equal(
      ledgerOf([
        { event: 'crl', number: 3 },
        { event: 'crl', number: 2 },
      ]).crlNumber,
      3,
    );
  });

  for (const [name, text, message] of [
    ['whose last line is cut short', file.slice(0, -3), /line 3: it has no end/],
    ['with a line that is no JSON', `${file}{]\n`, /line 4: it is not a JSON object/],
    ['with an event of another name', `${file}{"event":"lost"}\n`, /line 4: "event" is not one of/],
    ['with a reason of another name', file.replace('keyCompromise', 'whim'), /line 2: "reason" is not one of/],
    ['with a time that is none', file.replaceAll(/2026-11-20T/g, '2026-11-31T'), /line 1: "notAfter" is not a time/],
    ['without a serial number', file.replaceAll('"serial"', '"number"'), /line 1: "serial" is not a text/],
    ['with half a CRL number', file.replace('7', '7.5'), /line 3: "number" is not a whole number/],
  ] as const) {
    it(`is refused ${name}`, () => {
      assert.throws(() => parseLedger(text), { code: 'PKI_LEDGER_DAMAGED', fault: 'configuration', message });
    });
  }
});
