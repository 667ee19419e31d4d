import type { Mark, Verdict } from '#das/verdict.ts';
import { stateInWords } from '#representation/state-words.ts';

const SIGNS: Readonly<Record<Mark['outcome'], string>> = { passed: '✓', failed: '✗', unchecked: '·' };

/** A line per check, then what it comes to. */
export function describeVerdict(verdict: Verdict): string {
  const lines = verdict.marks.map(({ check, outcome, finding, code }) => {
    const reason = code === undefined ? finding : `${finding} [${code}]`;
    return `  ${SIGNS[outcome]} ${check.padEnd(12)}${reason}`;
  });
  const state = stateInWords(verdict.reading?.state ?? '').map((words) => `  ! ${words}`);
  return `${[...lines, ...state].join('\n')}\n${verdict.proven ? 'proven' : 'NOT PROVEN'}\n`;
}

/** The same for programs. */
export function verdictAsJson({ proven, marks, reading }: Verdict) {
  return {
    proven,
    marks,
    ...(reading === undefined
      ? {}
      : {
          meter: reading.meterId,
          sequenceNumber: reading.sequenceNumber.toString(),
          at: new Date(reading.at).toISOString(),
          errorCode: reading.errorCode.toString(),
          state: reading.state,
          stateInWords: stateInWords(reading.state),
        }),
  };
}
