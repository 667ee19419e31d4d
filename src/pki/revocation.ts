import type { Duration } from '#core/time.ts';
import type { Certificate } from './certificate.ts';
import type { CertificatePath } from './chain.ts';
import type { RevocationChecker, RevocationVerdict } from './revocation-checker.ts';
import { REVOCATION_OUTCOMES } from './revocation-policy.ts';
import { RevocationError, type RevocationSource, type RevocationStatement } from './revocation-statement.ts';

export interface PathRevocation {
  readonly passes: boolean;
  /** From the leaf upwards, one for each certificate but the anchor, which nobody can revoke. */
  readonly verdicts: readonly RevocationVerdict[];
  /** The first that its CA has refused: of any other that does not pass nobody says anything. */
  readonly refused: RevocationVerdict | undefined;
}

/** Checks every certificate of a valid path, all at the same time. All have to pass. */
export async function checkPathRevocation(path: CertificatePath, checker: RevocationChecker): Promise<PathRevocation> {
  const verdicts = await Promise.all(
    issuedPairs(path).map(([certificate, issuer]) => checker.check(certificate, issuer)),
  );
  return { passes: verdicts.every(({ passes }) => passes), verdicts, refused: verdicts.find(isRefused) };
}

const isRefused = ({ passes, outcome }: RevocationVerdict): boolean =>
  !passes && REVOCATION_OUTCOMES[outcome].kind === 'refused';

/** Asks about every certificate of a path beforehand, without a verdict, so that the check need not wait. */
export async function askAboutPath(path: CertificatePath, checker: RevocationChecker): Promise<void> {
  await Promise.all(issuedPairs(path).map(([certificate, issuer]) => checker.proofOf(certificate, issuer)));
}

/** Asks anew, about every certificate of a path, for what runs out within `ahead`. */
export async function renewPathAnswers(
  path: CertificatePath,
  checker: RevocationChecker,
  ahead: Duration,
): Promise<void> {
  await Promise.all(issuedPairs(path).map(([certificate, issuer]) => checker.renew(certificate, issuer, ahead)));
}

/** Asks one source after the other until one has a statement: OCSP first and then CRLs, for example. */
export const inTurn = (first: RevocationSource, ...others: readonly RevocationSource[]): RevocationSource => ({
  async ask(certificate, issuer): Promise<RevocationStatement> {
    const [second, ...rest] = others;
    try {
      return await first.ask(certificate, issuer);
    } catch (error) {
      if (!(error instanceof RevocationError) || second === undefined) throw error;
      return await inTurn(second, ...rest).ask(certificate, issuer);
    }
  },
});

const issuedPairs = (path: CertificatePath): readonly (readonly [Certificate, Certificate])[] =>
  path.flatMap((certificate, index) => {
    const issuer = path[index + 1];
    return issuer === undefined ? [] : [[certificate, issuer] as const];
  });
