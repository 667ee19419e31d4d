import { EnrolmentError, type EnrolmentProblem } from '#pki/enrolment-problems.ts';

/** What openssl says when it fails, and what that means. The first that fits. */
const SAYINGS: readonly (readonly [saying: RegExp, problem: EnrolmentProblem])[] = [
  [/Invalid command 'cmp'/, 'CMP_PROGRAM_TOO_OLD'],
  [/wrong pbm value|error validating protection|certificate verif(ication|y) failed/, 'CMP_SERVER_UNTRUSTED'],
  [/rejection|rejected by server|received error:PKIStatus/, 'CMP_REFUSED'],
  [/connect timeout/, 'CMP_UNREACHABLE'],
  [/(total|read) timeout/, 'CMP_TOO_SLOW'],
  [/transfer error/, 'CMP_UNREACHABLE'],
];

const MAX_MESSAGE = 300;

/** What openssl said in its failure, as an error of ours. */
export function problemIn(output: string): EnrolmentError {
  const problem = SAYINGS.find(([saying]) => saying.test(output))?.[1] ?? 'CMP_FAILED';
  return new EnrolmentError(problem, `openssl cmp: ${errorsIn(output)}`);
}

/** Its error lines, without the certificates that it prints after some of them. */
function errorsIn(output: string): string {
  const lines = output.split('\n').filter((line) => /error/i.test(line));
  const text = (lines.length > 0 ? lines : [output]).map((line) => line.replace(/^.*CMP error: */, '')).join('; ');
  return text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_MESSAGE);
}
