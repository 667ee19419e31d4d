import type { SealmeterError } from '#core/errors.ts';
import type { AlarmKind } from '#das/alarm-kinds.ts';
import type { DocumentId } from '#das/reading-store.ts';
import type { Mark } from '#das/verdict.ts';

/** Something that was found of a meter: that a kind of alarm holds, or that it does not. */
export interface Finding {
  readonly kind: AlarmKind;
  readonly holds: boolean;
  /** What was found this time, as part of a sentence; empty where nothing holds. */
  readonly text: string;
  readonly document?: DocumentId;
}

export const holds = (kind: AlarmKind, text: string): Finding => ({ kind, holds: true, text });
export const isOver = (kind: AlarmKind): Finding => ({ kind, holds: false, text: '' });

/** What a failed check tells beside that a document was refused. */
const KINDS_OF_MARKS: Readonly<Record<string, AlarmKind>> = {
  NUMBER_WENT_BACK: 'number-went-back',
  NUMBER_REPEATED: 'number-repeated',
  CAPTURE_CHAIN_BROKEN: 'chain-broken',
  READING_FROM_FUTURE: 'clock-offset',
};

export const failedMarks = (marks: readonly Mark[]): readonly Mark[] =>
  marks.filter(({ outcome }) => outcome === 'failed');

/** What is found when a document is refused, by the first check that failed. */
export function findingOfMarks(marks: readonly Mark[], document: DocumentId): Finding {
  const [worst] = failedMarks(marks);
  const { code = '', finding = 'it was not proven' } = worst ?? {};
  return { kind: KINDS_OF_MARKS[code] ?? 'document-refused', holds: true, text: `${finding} [${code}]`, document };
}

/** What a request that came to nothing tells at once. That a meter is silent shows only after a while. */
const KINDS_OF_FAILURES: Readonly<Record<string, AlarmKind>> = {
  METER_CERTIFICATE_INVALID: 'meter-not-trusted',
  METER_CERTIFICATE_REVOKED: 'meter-not-trusted',
  METER_REVOCATION_UNKNOWN: 'meter-not-trusted',
  METER_REFUSES: 'access-refused',
};

export function findingOfFailure({ code, message }: SealmeterError): Finding | undefined {
  const kind = KINDS_OF_FAILURES[code];
  return kind && holds(kind, message);
}

/** What any answer shows to be over. */
export const answeredFindings: readonly Finding[] = [isOver('meter-silent'), isOver('meter-not-trusted')];
