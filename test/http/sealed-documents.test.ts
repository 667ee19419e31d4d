import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Signer, SignOptions } from '#crypto/signer.ts';
import { SealedDocuments, type SealedDocumentsLimits } from '#http/sealed-documents.ts';
import { meterKey } from './support/example-service.ts';

const document = (name: string): string => `<a>${name}</a>`;

/** Seals with a signer that counts what it was asked for, and fails as often as it is told to. */
function counting(limits?: SealedDocumentsLimits) {
  const asked: (SignOptions | undefined)[] = [];
  const failures: Error[] = [];
  const signer: Signer = {
    algorithm: meterKey.signer.algorithm,
    keyId: meterKey.signer.keyId,
    async sign(data, options) {
      asked.push(options);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return meterKey.signer.sign(data);
    },
  };
  return { sealed: new SealedDocuments(signer, limits), asked, failures };
}

describe('a document is sealed once', () => {
  it('for all who ask one after the other', async () => {
    const { sealed, asked } = counting();
    const first = await sealed.seal(document('a'));
    assert.equal(await sealed.seal(document('a')), first);
    assert.equal(asked.length, 1);
  });

  it('for all who ask at the same time', async () => {
    const { sealed, asked } = counting();
    const answers = await Promise.all(Array.from({ length: 5 }, () => sealed.seal(document('a'))));
    assert.equal(new Set(answers).size, 1);
    assert.equal(asked.length, 1);
  });

  it('and another document by itself', async () => {
    const { sealed, asked } = counting();
    assert.notDeepEqual(await sealed.seal(document('a')), await sealed.seal(document('b')));
    assert.equal(asked.length, 2);
  });

  it('ahead, without hurry, before anybody asks', async () => {
    const { sealed, asked } = counting();
    await sealed.prepare(document('a'));
    await sealed.seal(document('a'));
    await sealed.prepare(document('a'));
    await sealed.seal(document('b'));
    assert.deepEqual(
      asked.map((options) => options?.priority),
      ['ahead', undefined],
    );
  });
});

describe('what cannot be sealed', () => {
  it('is told to all who wait, and tried again for the next', async () => {
    const { sealed, asked, failures } = counting();
    failures.push(new Error('no card'));
    const waiting = [sealed.seal(document('a')), sealed.seal(document('a')), sealed.prepare(document('a'))];
    for (const { status } of await Promise.allSettled(waiting)) assert.equal(status, 'rejected');
    assert.ok((await sealed.seal(document('a'))).length > 0);
    assert.equal(asked.length, 2);
  });
});

describe('what is kept is bounded', () => {
  it('in number: the oldest goes', async () => {
    const { sealed, asked } = counting({ documents: 2, characters: 1_000 });
    for (const name of ['a', 'b', 'a', 'c', 'b']) await sealed.seal(document(name));
    assert.equal(asked.length, 3);
    await sealed.seal(document('a'));
    assert.equal(asked.length, 4);
  });

  it('in size', async () => {
    const { sealed, asked } = counting({ documents: 100, characters: 4 * document('a').length });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'e', 'b']) await sealed.seal(document(name));
    assert.equal(asked.length, 5);
    await sealed.seal(document('a'));
    assert.equal(asked.length, 6);
  });

  it('and a document that would crowd out the others is not kept', async () => {
    const { sealed, asked } = counting({ documents: 100, characters: 4 * document('aa').length - 1 });
    for (const name of ['a', 'aa', 'a', 'aa']) await sealed.seal(document(name));
    assert.equal(asked.length, 3);
  });

  it('and what is larger than all that may be kept is sealed nevertheless', async () => {
    const { sealed, asked } = counting({ documents: 100, characters: 1 });
    assert.ok((await sealed.seal(document('a'))).length > 0);
    await sealed.seal(document('a'));
    assert.equal(asked.length, 2);
  });
});
