import { SealmeterError } from '#core/errors.ts';
import { formatInstant, type Instant, parseInstant } from '#core/time.ts';
import type { Certificate } from './certificate.ts';
import { type ProfileName, profileNames } from './profiles.ts';
import { type RevocationReason, revocationReasons } from './revocation-reasons.ts';

/**
 * What a certification authority remembers: the sum of the events in its ledger file. The file is only ever appended
 * to, a line of JSON for each event, so that two commands at the same moment cannot undo one another's work.
 */
export interface Ledger {
  /** By serial number. */
  readonly issued: ReadonlyMap<string, LedgerEntry>;
  /** Of the last CRL; 0 before the first. */
  readonly crlNumber: number;
}

export interface LedgerEntry {
  readonly serial: string;
  readonly subject: string;
  readonly profile: ProfileName;
  readonly notAfter: Instant;
  readonly revocation?: Revocation;
}

export interface Revocation {
  readonly at: Instant;
  readonly reason: RevocationReason;
}

export type LedgerEvent =
  | { readonly event: 'issued'; readonly entry: LedgerEntry }
  | { readonly event: 'revoked'; readonly serial: string; readonly revocation: Revocation }
  | { readonly event: 'crl'; readonly number: number };

export const issuedEvent = ({ serial, subject, notAfter }: Certificate, profile: ProfileName): LedgerEvent => ({
  event: 'issued',
  entry: { serial, subject: subject.text, profile, notAfter },
});

export function ledgerOf(events: readonly LedgerEvent[]): Ledger {
  const issued = new Map<string, LedgerEntry>();
  let crlNumber = 0;
  for (const event of events) {
    if (event.event === 'issued') issued.set(event.entry.serial, event.entry);
    else if (event.event === 'crl') crlNumber = Math.max(crlNumber, event.number);
    else {
      const entry = issued.get(event.serial);
      if (entry !== undefined) issued.set(event.serial, { ...entry, revocation: event.revocation });
    }
  }
  return { issued, crlNumber };
}

/** One line of a ledger file, with its end of line. */
export const formatEvent = (event: LedgerEvent): string => `${JSON.stringify(lineOf(event))}\n`;

/**
 * Reads a ledger file. A ledger that cannot be read whole is not read at all: a revocation could be what is missing.
 * @throws SealmeterError (configuration) `PKI_LEDGER_DAMAGED`, with the number of the line
 */
export function parseLedger(text: string): readonly LedgerEvent[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw damaged(lines.length + 1, 'it has no end');
  return lines.map((line, index) => parseLine(line, index + 1));
}

function lineOf(event: LedgerEvent): Readonly<Record<string, string | number>> {
  if (event.event === 'issued') {
    const { serial, profile, notAfter, subject } = event.entry;
    return { event: 'issued', serial, profile, notAfter: formatInstant(notAfter), subject };
  }
  if (event.event === 'revoked') {
    const { at, reason } = event.revocation;
    return { event: 'revoked', serial: event.serial, at: formatInstant(at), reason };
  }
  return { event: 'crl', number: event.number };
}

const EVENT_READERS: Readonly<Record<LedgerEvent['event'], (line: LineReader) => LedgerEvent>> = {
  issued: (line) => ({
    event: 'issued',
    entry: {
      serial: line.text('serial'),
      subject: line.text('subject'),
      profile: line.oneOf('profile', profileNames),
      notAfter: line.instant('notAfter'),
    },
  }),
  revoked: (line) => ({
    event: 'revoked',
    serial: line.text('serial'),
    revocation: { at: line.instant('at'), reason: line.oneOf('reason', revocationReasons) },
  }),
  crl: (line) => ({ event: 'crl', number: line.count('number') }),
};

function parseLine(text: string, number: number): LedgerEvent {
  const line = new LineReader(text, number);
  return EVENT_READERS[line.oneOf('event', ['issued', 'revoked', 'crl'])](line);
}

/** Reads the members of one line, and knows its number when one of them is wrong. */
class LineReader {
  readonly #members: ReadonlyMap<string, unknown>;
  readonly #number: number;

  constructor(text: string, number: number) {
    this.#number = number;
    try {
      this.#members = new Map(Object.entries(JSON.parse(text) as object));
    } catch (cause) {
      throw damaged(number, 'it is not a JSON object', cause);
    }
  }

  text(member: string): string {
    const value = this.#members.get(member);
    if (typeof value !== 'string') throw damaged(this.#number, `"${member}" is not a text`);
    return value;
  }

  oneOf<T extends string>(member: string, known: readonly T[]): T {
    const value = known.find((candidate) => candidate === this.#members.get(member));
    if (value === undefined) throw damaged(this.#number, `"${member}" is not one of ${known.join(', ')}`);
    return value;
  }

  instant(member: string): Instant {
    const value = parseInstant(this.text(member));
    if (value === undefined) throw damaged(this.#number, `"${member}" is not a time`);
    return value;
  }

  count(member: string): number {
    const value = this.#members.get(member);
    if (!Number.isSafeInteger(value)) throw damaged(this.#number, `"${member}" is not a whole number`);
    return Number(value);
  }
}

const damaged = (line: number, problem: string, cause?: unknown): SealmeterError =>
  new SealmeterError('configuration', 'PKI_LEDGER_DAMAGED', `the CA's ledger is damaged in line ${line}: ${problem}`, {
    mend: 'restore the file from a backup; if only its last line is cut short, that command did not finish: remove it',
    cause,
  });
