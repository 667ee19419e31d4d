import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { SealmeterError } from '#core/errors.ts';
import { PROBLEMS, problemOf } from '#das/server/problems.ts';

const OCCURRENCE = '2f1c6b1e-6d0b-4d0e-9a55-3f0c2a4c7f10';

it('docs/errors.md has every code of the DAS, and no other', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const described = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| (.+) \| (.+) \|$/gm)].map(
    ([, code, status, title, mend]) => [code, { status: Number(status), title, mend }],
  );
  assert.deepEqual(Object.fromEntries(described), PROBLEMS);
});

describe('an error becomes a problem', () => {
  it('in the words of the error, where who asks is at fault', () => {
    const error = new SealmeterError('client', 'NAME_TAKEN', 'there is an ada', { mend: 'be another' });
    const { status, detail, mend, instance, type } = problemOf(error, OCCURRENCE).body;
    assert.deepEqual(
      { status, detail, mend, instance, type },
      {
        status: 409,
        detail: 'there is an ada',
        mend: 'be another',
        instance: `urn:uuid:${OCCURRENCE}`,
        type: 'urn:sealmeter:problem:name-taken',
      },
    );
  });

  const ours: Readonly<Record<string, unknown>> = {
    'an error of ours': new TypeError('secret'),
    'an error with a code that no table has': new SealmeterError('client', 'SECRET', 'secret', { mend: 'secret' }),
    'a known code of which nobody who asks is guilty': new SealmeterError('evidence', 'NAME_TAKEN', 'secret'),
    'a code that every object has': new SealmeterError('client', 'constructor', 'secret'),
    nothing: undefined,
  };
  for (const [name, thrown] of Object.entries(ours)) {
    it(`without anything internal: ${name}`, () => {
      const { body } = problemOf(thrown, OCCURRENCE);
      assert.equal(body.code, 'INTERNAL_ERROR');
      assert.doesNotMatch(JSON.stringify(body), /secret/i);
    });
  }
});
