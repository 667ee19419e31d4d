import { reasonOf, SealmeterError } from '#core/errors.ts';

/** What one examination of the installation came to. */
export interface Finding {
  /** What was looked at: `key`, `device 1sie0012345678.sm`. */
  readonly subject: string;
  /** `unknown`: it could not be told, which is not by itself wrong. */
  readonly outcome: 'well' | 'wrong' | 'unknown';
  readonly text: string;
  /** What to do about it. */
  readonly mend?: string;
}

export const well = (subject: string, text: string): Finding => ({ subject, outcome: 'well', text });

export const wrong = (subject: string, text: string, mend: string): Finding => ({
  subject,
  outcome: 'wrong',
  text,
  mend,
});

export const unknown = (subject: string, text: string, mend: string): Finding => ({
  subject,
  outcome: 'unknown',
  text,
  mend,
});

/** What throws is wrong, and says itself what to do. */
export async function examine(subject: string, look: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    const mend = error instanceof SealmeterError ? error.mend : undefined;
    return wrong(subject, reasonOf(error), mend ?? 'see the log of the service');
  }
}
