import { equalBytes } from '#core/bytes.ts';
import { formatInstant, type Instant } from '#core/time.ts';
import { type Certificate, isCertificateAuthority, isSelfIssued } from './certificate.ts';
import { hasExpired } from './certificate-life.ts';
import { misuse, type Purpose } from './purposes.ts';
import { isSignedBy } from './signed-structure.ts';
import { curveOf } from './signing-key.ts';

/** What a chain is judged by. Nothing else comes in: no file, no network, no clock. */
export interface ChainQuestion {
  readonly leaf: Certificate;
  /** Certificates that may lie between leaf and anchor, in any order. They need no trust. */
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  readonly at: Instant;
  readonly purpose: Purpose;
}

/** From the leaf to its trust anchor, each issued by the next. */
export type CertificatePath = readonly [leaf: Certificate, ...issuers: Certificate[]];

export type ChainVerdict =
  | { readonly valid: true; readonly path: CertificatePath }
  | { readonly valid: false; readonly problems: readonly [ChainProblem, ...ChainProblem[]] };

interface ChainProblem {
  readonly code: ChainProblemCode;
  /** The certificate that has it. */
  readonly subject: string;
  readonly message: string;
}

export type ChainProblemCode =
  | 'CHAIN_ISSUER_UNKNOWN'
  | 'CHAIN_SIGNATURE_INVALID'
  | 'CHAIN_NOT_YET_VALID'
  | 'CHAIN_EXPIRED'
  | 'CHAIN_WRONG_USAGE'
  | 'CHAIN_NOT_A_CA'
  | 'CHAIN_PATH_TOO_LONG'
  | 'CHAIN_EXTENSION_UNKNOWN'
  | 'CHAIN_KEY_UNSUPPORTED';

/** Longer chains exist nowhere near a meter, and the search for a path must end soon whatever a peer sends. */
const MAX_PATH = 6;
const MAX_INTERMEDIATES = 8;

/**
 * Judges a certificate by its chain. With cross-certificates there may be several paths: one good path is enough,
 * and where there is none, the problems of the best are reported.
 * @see RFC 5280 § 6.1, without policies. Name constraints are critical and unknown to us, so they are refused.
 */
export function validateChain(question: ChainQuestion): ChainVerdict {
  const verdicts = findPaths(question).map((path) => judgePath(path, question));
  const best = verdicts.sort((a, b) => problemCount(a) - problemCount(b))[0];
  return best ?? { valid: false, problems: [missingIssuer(question)] };
}

const problemCount = (verdict: ChainVerdict): number => (verdict.valid ? 0 : verdict.problems.length);

/** Every path from the leaf to an anchor whose signatures hold; what else is wrong with it is for `judgePath`. */
function findPaths({ leaf, intermediates, anchors }: ChainQuestion): readonly CertificatePath[] {
  const candidates = [...anchors, ...intermediates.slice(0, MAX_INTERMEDIATES)];
  const anchorIds = new Set(anchors.map(({ id }) => id));
  const issuersOf = rememberByCertificate((certificate) =>
    candidates.filter((issuer) => names(certificate, issuer) && isSignedBy(certificate.signed, issuer.publicKey)),
  );
  const extend = (path: CertificatePath): readonly CertificatePath[] => {
    const last = path.at(-1) ?? leaf;
    if (anchorIds.has(last.id)) return [path];
    if (path.length === MAX_PATH) return [];
    const unused = issuersOf(last).filter((issuer) => path.every(({ id }) => id !== issuer.id));
    return unused.flatMap((issuer) => extend([...path, issuer]));
  };
  return extend([leaf]);
}

/** A signature is verified once for each pair, however many paths go over it. */
function rememberByCertificate(find: (certificate: Certificate) => readonly Certificate[]) {
  const found = new Map<string, readonly Certificate[]>();
  return (certificate: Certificate): readonly Certificate[] => {
    const known = found.get(certificate.id) ?? find(certificate);
    found.set(certificate.id, known);
    return known;
  };
}

/** Whether the certificate says that this is its issuer. A key identifier tells keys of the same name apart. */
function names(certificate: Certificate, issuer: Certificate): boolean {
  const wanted = certificate.extensions.authorityKeyIdentifier;
  const offered = issuer.extensions.subjectKeyIdentifier;
  const sameKey = wanted === undefined || offered === undefined || equalBytes(wanted, offered);
  return sameKey && equalBytes(certificate.issuer.der, issuer.subject.der);
}

function judgePath(path: CertificatePath, { at, purpose }: ChainQuestion): ChainVerdict {
  const [leaf, ...issuers] = path;
  const problems = [
    ...path.flatMap((certificate) => generalProblems(certificate, at)),
    ...issuers.flatMap((issuer, index) => issuerProblems(issuer, issuers.slice(0, index))),
    ...usageProblems(leaf, purpose),
  ];
  const [first, ...others] = problems;
  return first === undefined ? { valid: true, path } : { valid: false, problems: [first, ...others] };
}

function generalProblems(certificate: Certificate, at: Instant): readonly ChainProblem[] {
  const problems: ChainProblem[] = [];
  if (at < certificate.notBefore) {
    const from = formatInstant(certificate.notBefore);
    problems.push(problem('CHAIN_NOT_YET_VALID', certificate, `it is valid from ${from} on`));
  }
  if (hasExpired(certificate, at)) {
    const until = formatInstant(certificate.notAfter);
    problems.push(problem('CHAIN_EXPIRED', certificate, `it was valid until ${until}`));
  }
  if (certificate.unknownCriticalExtensions.length > 0) {
    const unknown = certificate.unknownCriticalExtensions.join(', ');
    problems.push(
      problem('CHAIN_EXTENSION_UNKNOWN', certificate, `it has critical extensions unknown to us: ${unknown}`),
    );
  }
  if (curveOf(certificate.publicKey) === undefined) {
    problems.push(problem('CHAIN_KEY_UNSUPPORTED', certificate, 'its key is not on a supported curve'));
  }
  return problems;
}

/** @param below the issuers between it and the leaf, which is not counted. @see RFC 5280 § 4.2.1.9 */
function issuerProblems(issuer: Certificate, below: readonly Certificate[]): readonly ChainProblem[] {
  const { basicConstraints, keyUsage } = issuer.extensions;
  if (!isCertificateAuthority(issuer) || keyUsage?.includes('keyCertSign') !== true) {
    return [problem('CHAIN_NOT_A_CA', issuer, 'it may not issue certificates')];
  }
  const depth = below.filter((certificate) => !isSelfIssued(certificate)).length;
  const allowed = basicConstraints?.pathLength ?? Number.POSITIVE_INFINITY;
  return depth <= allowed
    ? []
    : [problem('CHAIN_PATH_TOO_LONG', issuer, `it allows ${allowed} CAs below it, and there are ${depth}`)];
}

function usageProblems(leaf: Certificate, purpose: Purpose): readonly ChainProblem[] {
  const reason = misuse(leaf, purpose);
  return reason === undefined ? [] : [problem('CHAIN_WRONG_USAGE', leaf, `it is not for "${purpose}": ${reason}`)];
}

/** Why there is no path: nobody of that name is known, or the one who is did not sign it. */
function missingIssuer({ leaf, intermediates, anchors }: ChainQuestion): ChainProblem {
  const known = [...anchors, ...intermediates];
  let last = leaf;
  for (const _ of known) {
    const issuer = known.find((candidate) => names(last, candidate) && candidate.id !== last.id);
    if (issuer === undefined) break;
    if (!isSignedBy(last.signed, issuer.publicKey)) {
      return problem('CHAIN_SIGNATURE_INVALID', last, `${issuer.subject.text} did not sign it`);
    }
    last = issuer;
  }
  return problem('CHAIN_ISSUER_UNKNOWN', last, `its issuer ${last.issuer.text} is not known or not trusted`);
}

const problem = (code: ChainProblemCode, { subject }: Certificate, message: string): ChainProblem => ({
  code,
  subject: subject.text,
  message: `certificate ${subject.text}: ${message}`,
});
