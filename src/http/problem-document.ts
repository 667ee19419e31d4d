import { escapeText } from '#core/canonical-xml.ts';
import type { ResponseHeaders } from './http-error.ts';
import type { Problem } from './problems.ts';

/** The form that a client gets unless it asks for the other. */
export const PROBLEM_JSON = 'application/problem+json';
const PROBLEM_XML = 'application/problem+xml';

/** In the order of our preference. */
export const problemMediaTypes = [PROBLEM_JSON, PROBLEM_XML] as const;
export type ProblemMediaType = (typeof problemMediaTypes)[number];

/** What the header of the answer says. */
export const problemHeaders = (problem: Problem, mediaType: ProblemMediaType): ResponseHeaders => ({
  'Content-Type': mediaType,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  ...problem.headers,
});

/**
 * Writes a problem.
 * @param occurrence the id under which the log has this request
 */
export function writeProblem(problem: Problem, occurrence: string, mediaType: ProblemMediaType): string {
  const members = membersOf(problem, occurrence);
  return mediaType === PROBLEM_XML ? problemXml(members) : JSON.stringify(members);
}

type Members = Readonly<Record<string, string | number | undefined>>;

/** @see RFC 9457 § 3.1; `code`, `mend` and `accessResult` are extension members (§ 3.2) */
function membersOf({ code, status, title, detail, mend, accessResult }: Problem, occurrence: string): Members {
  return {
    type: `urn:sealmeter:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    detail,
    instance: `urn:uuid:${occurrence}`,
    code,
    mend,
    accessResult,
  };
}

/** What XML cannot carry, although a client may have sent it and a detail may quote it. @see XML 1.0 § 2.2 */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/**
 *     <problem xmlns="urn:ietf:rfc:7807"><type>…</type><title>…</title><status>404</status>…</problem>
 *
 * @see RFC 9457 appendix B; the namespace is still that of RFC 7807
 */
function problemXml(members: Members): string {
  const elements = Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${escapeText(String(value).replace(FORBIDDEN, '\ufffd'))}</${name}>`);
  return `<problem xmlns="urn:ietf:rfc:7807">${elements.join('')}</problem>`;
}
