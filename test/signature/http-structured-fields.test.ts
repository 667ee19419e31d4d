import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { toBase64 } from '#core/bytes.ts';
import { type BareItem, type Complaint, type Member, parseDictionary } from '#signature/structured-fields.ts';

class Complained extends Error {
  readonly problem: string;
  constructor(problem: string, detail: string) {
    super(detail);
    this.problem = problem;
  }
}

const complaint: Complaint = (problem, detail) => new Complained(problem, detail);
const read = (text: string): ReadonlyMap<string, Member> => parseDictionary(text, complaint);

describe('a dictionary of structured fields', () => {
  it('has items with values', () => {
    const members = read('i=-42, s="a \\"b\\" \\\\", b=:aGVsbG8=:, z=0');
    assert.deepEqual(
      [...members].map(([key, { value }]) => [key, value]),
      [
        ['i', -42],
        ['s', 'a "b" \\'],
        ['b', new TextEncoder().encode('hello')],
        ['z', 0],
      ],
    );
  });

  it('has inner lists, whose items and which themselves have parameters', () => {
    const { items, parameters } = read('sig1=("@method" "@path";req);created=1618884473;keyid="k"').get('sig1') ?? {};
    assert.deepEqual(items, [
      { value: '@method', parameters: new Map() },
      { value: '@path', parameters: new Map([['req', true]]) },
    ]);
    assert.deepEqual(
      parameters,
      new Map<string, BareItem>([
        ['created', 1_618_884_473],
        ['keyid', 'k'],
      ]),
    );
  });

  it('has lists that are empty', () => {
    assert.deepEqual(read('a=()').get('a')?.items, []);
  });

  it('keeps the text of each member', () => {
    const members = read('a=("x" "y");n=1 ,\tb=:aGk=:;p');
    assert.deepEqual(
      [...members.values()].map(({ text }) => text),
      ['("x" "y");n=1', ':aGk=:;p'],
    );
  });

  for (const [name, text] of Object.entries({
    'nothing-at-all': '',
    'key-in-capitals': 'A=1',
    'member-without-value': 'a',
    'comma-at-the-end': 'a=1,',
    'text-after-the-end': 'a=1 b',
    'string-not-closed': 'a="x',
    'string-with-foreign-escape': 'a="\\n"',
    'string-with-non-ascii': 'a="ä"',
    'string-with-line-feed': 'a="x\ny"',
    'integer-with-leading-zero': 'a=01',
    'integer-minus-zero': 'a=-0',
    'integer-of-sixteen-digits': 'a=1234567890123456',
    decimal: 'a=1.5',
    token: 'a=sha-256',
    boolean: 'a=?1',
    'bytes-not-closed': 'a=:aGk=',
    'bytes-not-padded': 'a=:aGk:',
    'bytes-with-stray-bits': 'a=:aGl=:',
    'bytes-with-white-space': 'a=:aG k=:',
    'list-not-closed': 'a=("x"',
    'list-with-two-spaces': 'a=("x"  "y")',
    'list-with-outer-space': 'a=( "x")',
    'list-with-comma': 'a=("x","y")',
    'parameter-after-a-space': 'a=("x"); n=1',
    'parameter-without-key': 'a=1;',
  })) {
    it(`refuses ${name}`, () => {
      assert.throws(() => read(text), { problem: 'malformed' });
    });
  }

  for (const [name, text] of Object.entries({
    'duplicate-member': 'a=1, a=2',
    'duplicate-parameter': 'a=1;p=1;p=2',
    'duplicate-parameter-of-an-item': 'a=("x";p;p)',
  })) {
    it(`refuses ${name}, of which the standard takes the last`, () => {
      assert.throws(() => read(text), { problem: 'duplicate' });
    });
  }

  it('reads back what a serialiser writes', () => {
    fc.assert(
      fc.property(fc.dictionary(anyKey, anyMember, { minKeys: 1, maxKeys: 4 }), (dictionary) => {
        const written = Object.entries(dictionary).map(([key, member]) => `${key}=${writeMember(member)}`);
        const members = read(written.join(', '));
        assert.deepEqual(
          [...members].map(([key, { text }]) => `${key}=${text}`),
          written,
        );
        for (const [key, { items, value }] of members) {
          assert.deepEqual(items?.map((item) => item.value) ?? value, dictionary[key]);
        }
      }),
    );
  });

  it('meets any other text with a complaint only', () => {
    const pieces = fc.constantFrom(
      'a',
      '=',
      '(',
      ')',
      '"',
      ' ',
      ';',
      ',',
      ':',
      '1',
      '0',
      '-',
      '.',
      '\\',
      'ab=',
      '::',
      'é',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((list) => list.join('')),
        ),
        (text) => {
          try {
            read(text);
          } catch (error) {
            assert.ok(error instanceof Complained);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('takes no longer than the text is long', () => {
    const hostile = `a="${'\\"'.repeat(50_000)}`;
    const started = process.cpuUsage();
    assert.throws(() => read(hostile), { problem: 'malformed' });
    assert.ok(process.cpuUsage(started).user < 1_000_000);
  });
});

const anyKey = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,8}$/);
const anyString = fc.stringMatching(/^[\x20-\x7e]{0,12}$/);
const anyBareItem = fc.oneof(
  fc.integer({ min: -999_999_999, max: 999_999_999 }).map((number) => (Object.is(number, -0) ? 0 : number)),
  anyString,
  fc.uint8Array({ maxLength: 8 }),
);
const anyMember = fc.oneof(anyBareItem, fc.array(anyBareItem, { maxLength: 3 }));

function writeMember(member: BareItem | readonly BareItem[]): string {
  return Array.isArray(member) ? `(${member.map(writeBareItem).join(' ')})` : writeBareItem(member as BareItem);
}

function writeBareItem(value: BareItem): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  return `:${toBase64(value)}:`;
}
