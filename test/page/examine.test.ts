import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { formatInstant, Instant } from '#core/time.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import { type Examination, examine, type Question } from '#das/page/proof/examine.ts';
import { browserMemory, rememberFirst } from '#das/page/proof/remembered.ts';
import type { Claim } from '#das/page/route.ts';
import { pinCertificate } from '#das/pin-certificate.ts';
import { SealingMeter } from '../support/sealing-meter.ts';

const METER = '1sie0012345678.sm';
const AT = Instant(Date.UTC(2026, 10, 20, 9, 15));
const ENERGY = '3-0100010800ff';

const failed = ({ marks }: Examination): readonly string[] =>
  marks.flatMap(({ check, outcome, finding }) => (outcome === 'failed' ? [`${check} ${finding?.key ?? ''}`] : []));

describe('what the page finds out about a document', () => {
  const meter = new SealingMeter(METER);
  let bytes: Uint8Array;
  let question: Question;
  let claim: Claim;
  before(async () => {
    bytes = await meter.seal(AT);
    const certificates = await pinCertificate(meter.certificate.raw, webCrypto);
    // Half an hour before its certificate begins to be valid, the meter of this test would not have sealed.
    const valid = certificates.map((certificate) => ({ ...certificate, notBefore: Instant(0) }));
    const { values } = await examine(bytes, { claims: [], certificates: valid });
    const energy = values.find(({ object }) => object === ENERGY);
    claim = {
      meter: METER,
      object: ENERGY,
      attribute: 2,
      value: energy?.value,
      unit: 'Wh',
      number: '1001',
      at: formatInstant(AT),
    };
    question = {
      document: hash('sha256', bytes, 'hex'),
      claims: [claim],
      certificates: valid,
      remembered: new Set([valid[0]?.id ?? '']),
    };
  });

  const examined = (change: Partial<Question>, document: Uint8Array = bytes): Promise<Examination> =>
    examine(document, { ...question, ...change });

  it('proves what is as it was shown', async () => {
    const examination = await examined({});
    assert.deepEqual(failed(examination), []);
    assert.equal(examination.proven, true);
    assert.equal(examination.certificate?.id, meter.key.signer.keyId);
  });

  const lies: readonly {
    readonly name: string;
    readonly change: () => Partial<Question>;
    readonly finds: readonly string[];
  }[] = [
    {
      name: 'a value that was altered',
      change: () => ({ claims: [{ ...claim, value: '99' }] }),
      finds: ['value finding.other-value'],
    },
    {
      name: 'a unit that was altered',
      change: () => ({ claims: [{ ...claim, unit: 'kWh' }] }),
      finds: ['value finding.other-value'],
    },
    {
      name: 'a value that the document does not state',
      change: () => ({ claims: [{ ...claim, object: '3-0100630000ff' }] }),
      finds: ['value finding.value-absent'],
    },
    {
      name: 'an old document under a new number',
      change: () => ({ claims: [{ ...claim, number: '1002' }] }),
      finds: ['moment finding.other-moment'],
    },
    {
      name: 'an old document under a new time',
      change: () => ({ claims: [{ ...claim, at: formatInstant(Instant(AT + 1)) }] }),
      finds: ['moment finding.other-moment'],
    },
    {
      name: "another meter's document",
      change: () => ({ claims: [{ ...claim, meter: 'other.sm' }] }),
      finds: ['meter finding.other-meter'],
    },
    {
      name: 'a certificate that was exchanged',
      change: () => ({ remembered: new Set(['sha256:other']) }),
      finds: ['memory finding.forgotten'],
    },
    { name: 'a key that is not pinned', change: () => ({ certificates: [] }), finds: ['seal finding.key-unknown'] },
    {
      name: 'a number that went back',
      change: () => ({ newest: { now: AT, highest: { number: '1002', at: AT + 600_000 } } }),
      finds: ['fresh finding.went-back'],
    },
    {
      name: 'another document than was asked for',
      change: () => ({ document: hash('sha256', 'other', 'hex') }),
      finds: ['bytes finding.other-bytes'],
    },
  ];
  for (const { name, change, finds } of lies) {
    it(`is not taken in by ${name}`, async () => {
      const examination = await examined(change());
      assert.deepEqual(failed(examination), finds);
      assert.equal(examination.proven, false);
    });
  }

  it('is not taken in by one changed character, wherever it stands', async () => {
    for (let position = 0; position < bytes.length; position += 997) {
      const changed = Uint8Array.from(bytes);
      changed[position] = (changed[position] ?? 0) ^ 1;
      assert.equal((await examined({}, changed)).proven, false, `at ${position}`);
    }
  });

  it('does not mind that another window of the browser is a sample ahead', async () => {
    const examination = await examined({ newest: { now: AT, highest: { number: '1002', at: AT + 1_000 } } });
    assert.deepEqual(failed(examination), []);
  });

  it('says of an old reading that it is old, and proven all the same', async () => {
    const examination = await examined({ newest: { now: AT + 3_600_000, highest: { number: '1001', at: AT } } });
    assert.equal(examination.proven, true);
    const fresh = examination.marks.find(({ check }) => check === 'fresh');
    assert.deepEqual(fresh?.finding, { key: 'finding.too-old', age: 3_600_000 });
  });
});

it('a browser believes a meter’s certificates when it first sees them, and from then on those alone', () => {
  const kept = new Map<string, string>();
  const memory = browserMemory({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  });
  assert.deepEqual([...rememberFirst(memory, 'a', ['one'])], ['one']);
  assert.deepEqual([...rememberFirst(memory, 'a', ['two'])], ['one']);
  memory.rely('a', ['two']);
  assert.deepEqual([...rememberFirst(memory, 'a', [])], ['one', 'two']);
  memory.saw('a', { number: '10', at: 2 });
  memory.saw('a', { number: '9', at: 1 });
  assert.deepEqual(memory.highestOf('a'), { number: '10', at: 2 });
  assert.equal(memory.highestOf('b'), undefined);
  memory.rely('a', ['three']);
  assert.equal(memory.highestOf('a'), undefined, 'a new key begins anew');
});
