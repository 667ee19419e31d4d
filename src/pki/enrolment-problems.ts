import { type Fault, SealmeterError } from '#core/errors.ts';

interface ProblemRow {
  readonly fault: Fault;
  readonly mend: string;
}

/** Everything that can go wrong on the way to a certificate of a CA that is not ours, and what to do about it. */
const PROBLEMS = {
  EST_ADDRESS_INVALID: {
    fault: 'configuration',
    mend: 'give the server as https://HOST or https://HOST:PORT, and a label of letters, digits and dashes',
  },
  EST_UNREACHABLE: { fault: 'peer', mend: 'check address and port, and what the log of the EST server says' },
  EST_TOO_SLOW: { fault: 'peer', mend: 'try again later; if it stays, ask whoever runs the EST server' },
  EST_SERVER_UNTRUSTED: {
    fault: 'evidence',
    mend: 'give the root that the TLS certificate of the EST server chains up to, and a host name that stands in it',
  },
  EST_REDIRECTED: { fault: 'peer', mend: 'configure the address that the EST server itself has' },
  EST_REQUEST_REFUSED: { fault: 'peer', mend: 'mend what the EST server says; names and hosts must be as it expects' },
  EST_NOT_AUTHENTICATED: {
    fault: 'configuration',
    mend: 'have a new one-time password made, or present a certificate that the EST server accepts',
  },
  EST_NOT_ENTITLED: {
    fault: 'configuration',
    mend: 'ask for the name that the password or certificate was given for, and for no other host',
  },
  EST_LABEL_UNKNOWN: { fault: 'configuration', mend: 'ask whoever runs the EST server which labels it has' },
  EST_SERVER_FAILED: { fault: 'peer', mend: 'look into the log of the EST server' },
  EST_WRONG_CONTENT_TYPE: { fault: 'peer', mend: 'check that the address is that of an EST server' },
  EST_ANSWER_TOO_LARGE: { fault: 'peer', mend: 'check that the address is that of an EST server' },
  EST_ANSWER_UNREADABLE: { fault: 'peer', mend: 'tell whoever runs the EST server; the log has what was wrong' },

  CMP_ADDRESS_INVALID: {
    fault: 'configuration',
    mend: 'give the server as http://HOST:PORT/PATH, or with https and the roots of its TLS certificate',
  },
  CMP_PROGRAM_MISSING: {
    fault: 'configuration',
    mend: 'install OpenSSL 3.0 or newer (Debian: apt-get install openssl)',
  },
  CMP_PROGRAM_TOO_OLD: { fault: 'configuration', mend: 'install OpenSSL 3.0 or newer, the first that speaks CMP' },
  CMP_SECRET_UNREADABLE: { fault: 'configuration', mend: 'write the secret into a file that only this user can read' },
  CMP_KEY_NOT_IN_FILE: {
    fault: 'configuration',
    mend: 'use the command p10cr for a key on a token: it needs nothing but the request',
  },
  CMP_UNREACHABLE: { fault: 'peer', mend: 'check address, port and path of the CMP server' },
  CMP_TOO_SLOW: { fault: 'peer', mend: 'try again later, or allow more time if the CA approves requests by hand' },
  CMP_SERVER_UNTRUSTED: {
    fault: 'evidence',
    mend: 'give the right secret and reference, or the root of the CMP server',
  },
  CMP_REFUSED: { fault: 'peer', mend: 'mend what the CA says; its log has more' },
  CMP_FAILED: { fault: 'peer', mend: 'run `openssl cmp` by hand with what the message says' },

  ENROLMENT_FINGERPRINT_UNKNOWN: {
    fault: 'evidence',
    mend: 'compare the fingerprint with the CA by another way than this network; if it is right, somebody is in between',
  },
  ENROLMENT_KEY_DIFFERS: { fault: 'evidence', mend: 'tell the CA: it certified a key that nobody here asked it to' },
  ENROLMENT_SUBJECT_DIFFERS: {
    fault: 'evidence',
    mend: 'configure the name that the CA gives, or have the CA keep ours',
  },
  ENROLMENT_HOSTS_DIFFER: {
    fault: 'evidence',
    mend: 'configure the hosts that the CA certifies, or have it certify ours',
  },
  ENROLMENT_CHAIN_INVALID: { fault: 'evidence', mend: 'configure the root of the CA that is to issue the certificate' },
  ENROLMENT_EXTRA_CERTIFICATES: {
    fault: 'evidence',
    mend: 'tell whoever runs the EST server: it has to answer with the issued certificate alone (RFC 7030 § 4.2.3)',
  },
  ENROLMENT_NOT_NEW: { fault: 'evidence', mend: 'tell the CA: it answers with the certificate that is there already' },
  ENROLMENT_OWN_CERTIFICATE_MISSING: { fault: 'configuration', mend: 'enrol once by password or factory certificate' },
  ENROLMENT_OWN_CERTIFICATE_EXPIRED: {
    fault: 'configuration',
    mend: 'configure a second way to enrol, by one-time password or factory certificate',
  },
  ENROLMENT_FAILED: { fault: 'peer', mend: 'mend any one of the ways; the log has each problem with its own advice' },
} as const satisfies Record<string, ProblemRow>;

export type EnrolmentProblem = keyof typeof PROBLEMS;

/** There is no certificate, and why. */
export class EnrolmentError extends SealmeterError {
  override readonly name = 'EnrolmentError';
  declare readonly code: EnrolmentProblem;

  constructor(code: EnrolmentProblem, message: string, cause?: unknown) {
    super(PROBLEMS[code].fault, code, message, { mend: PROBLEMS[code].mend, cause });
  }
}
