import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainOf, lifeOf } from '#cli/doctor/certificates.ts';
import { Days } from '#core/time.ts';
import { earlier, issueTo, later, makePki, NOW, profiles } from '../pki/support/test-pki.ts';

const DAY = Days(1);
const { root, sub } = await makePki('doctor');
const leaf = await issueTo(sub, profiles['tls-server'], { name: 'meter' });

test('a certificate says how long it lives, and when it is to be renewed', () => {
  const at = (days: number) => {
    const { outcome, text, mend } = lifeOf('certificate', leaf.certificate, later(Days(days)));
    return [outcome, /: (.*)$/.exec(text)?.[1]?.replace(/^.*Z: /, ''), mend !== undefined];
  };
  assert.deepEqual(at(0), ['well', 'valid, 729 days left', false]);
  assert.deepEqual(at(485), ['well', 'valid, 244 days left', false]);
  assert.deepEqual(at(488), ['wrong', 'to be renewed', true]);
  assert.deepEqual(at(731), ['wrong', 'expired', true]);
  const { text, mend } = lifeOf('certificate', leaf.certificate, earlier(DAY));
  assert.match(text, /: not yet valid$/);
  assert.match(mend ?? '', /clock/);
});

const chainAt = async (days: number) => {
  const now = later(Days(days));
  const server = await issueTo(sub, profiles['tls-server'], { name: 'meter', now });
  return chainOf('chain', [server.certificate, sub.certificate], [root.certificate], 'tls-server', now);
};

test('a chain says how long all of it lives', async () => {
  const { outcome, text } = await chainAt(0);
  assert.deepEqual(
    [outcome, text.replaceAll(',O=test', '')],
    ['well', 'CN=meter ← CN=doctor sub-CA ← CN=doctor root, 729 days left'],
  );
});

test('a sub-CA that is to be rolled over is wrong, while its chain is still good', async () => {
  assert.equal((await chainAt(2_400)).outcome, 'well');
  const { outcome, text, mend } = await chainAt(2_500);
  assert.equal(outcome, 'wrong');
  assert.match(text, /^CN=doctor sub-CA,O=test is to be renewed, 1139 days left$/);
  assert.match(mend ?? '', /roll-over/);
});

test('a chain without its sub-CA is wrong', () => {
  const { outcome, mend } = chainOf('chain', [leaf.certificate], [root.certificate], 'tls-server', NOW);
  assert.equal(outcome, 'wrong');
  assert.match(mend ?? '', /sub-CA/);
});
