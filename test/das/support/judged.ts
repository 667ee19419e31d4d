import { createHash } from 'node:crypto';
import { Instant, Minutes } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { JudgedDocument, StoredValue } from '#das/reading-store.ts';
import type { Mark, Verdict } from '#das/verdict.ts';

export const METER = '1sie0012345678.sm';
export const ENERGY = '3-0100010800ff';
export const VOLTAGE = '3-0100200700ff';
export const CERTIFICATE: CertificateId = `sha256:${'ab'.repeat(32)}`;

/** A midnight in UTC, long enough ago. */
export const MIDNIGHT = Instant(Date.UTC(2026, 10, 1));
export const QUARTER = Minutes(15);

export const marks: readonly Mark[] = [{ check: 'seal', outcome: 'passed', finding: 'signed by CN=test' }];

export const energy = (value: bigint): StoredValue => ({ object: ENERGY, attribute: 2, value, scaler: 0, unit: 30 });
export const voltage = (value: bigint): StoredValue => ({ object: VOLTAGE, attribute: 2, value, scaler: -2, unit: 35 });

const proven: Verdict = { proven: true, marks, reading: undefined, digest: undefined, certificate: undefined };

/**
 * A document that a verifier would have let pass: number `number` of a meter, a quarter of an hour after the one before.
 * `content` makes another content of it, `seal` another signature of the same content.
 */
export function judged(
  number: number,
  { content = '', seal = 'a', ...changes }: Partial<JudgedDocument> & { content?: string; seal?: string } = {},
): JudgedDocument {
  const at = Instant(MIDNIGHT + number * QUARTER);
  const bytes = Buffer.from(
    `<d><meter>${changes.meter ?? METER}</meter><nr>${number}</nr>${content}<Signature xmlns="s">${seal}</Signature></d>`,
  );
  return {
    meter: METER,
    kind: 'capture',
    number: BigInt(number),
    at,
    receivedAt: Instant(at + 1_000),
    state: '0000000000000000',
    certificate: CERTIFICATE,
    chainHash: undefined,
    bytes,
    verdict: {
      ...proven,
      digest: createHash('sha256')
        .update(`${changes.meter ?? METER} ${number} ${content}`)
        .digest('base64'),
    },
    values: [energy(BigInt(1_000 + number)), voltage(23_000n + BigInt(number % 10))],
    ...changes,
  };
}

export const numbersFrom = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => first + index);
