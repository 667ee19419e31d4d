import { type Fault, SealmeterError } from '#core/errors.ts';
import type { CosemData } from './data-types.ts';

interface RefusalRow {
  readonly fault: Fault;
  /** What DLMS answers for it. @see IEC 62056-5-3 (Green Book), Data-Access-Result and Action-Result */
  readonly accessResult: number;
  readonly says: string;
  readonly mend: string;
}

/** Every way in which an object does not do what it was asked to; each door maps a code to its own answer, once. */
const REFUSALS = {
  OBJECT_UNDEFINED: {
    fault: 'client',
    accessResult: 4,
    says: 'there is no such object',
    mend: 'read the object list for what this device has',
  },
  ATTRIBUTE_UNDEFINED: {
    fault: 'client',
    accessResult: 4,
    says: 'the object has no such attribute',
    mend: 'read the list of its attributes',
  },
  METHOD_UNDEFINED: {
    fault: 'client',
    accessResult: 4,
    says: 'the object has no such method',
    mend: 'read the list of its methods',
  },
  ACCESS_DENIED: {
    fault: 'client',
    accessResult: 3,
    says: 'the role of this client does not permit it',
    mend: 'ask whoever administers the meter; the association object tells what is permitted',
  },
  ATTRIBUTE_READ_ONLY: {
    fault: 'client',
    accessResult: 3,
    says: 'the attribute can only be read',
    mend: 'write one that can be written; the association object tells which',
  },
  METHOD_UNAVAILABLE: {
    fault: 'client',
    accessResult: 11,
    says: 'the method cannot be run on this device',
    mend: 'run one that it offers; the association object tells which',
  },
  TYPE_UNMATCHED: {
    fault: 'client',
    accessResult: 12,
    says: 'the data are of another type',
    mend: 'send the type that the interface class prescribes',
  },
  VALUE_NOT_ALLOWED: {
    fault: 'client',
    accessResult: 250,
    says: 'the value is not allowed',
    mend: 'send a value within what the message names',
  },
  SELECTION_UNSUITABLE: {
    fault: 'client',
    accessResult: 13,
    says: 'the attribute cannot be read by this selection',
    mend: 'select by what its object captures',
  },
  STATE_UNSUITABLE: {
    fault: 'client',
    accessResult: 2,
    says: 'the object is in a state in which it cannot do this',
    mend: 'take the steps in their order',
  },
  CALIBRATION_BOOK_FULL: {
    fault: 'client',
    accessResult: 2,
    says: 'the calibration book is full, and no parameter is changed unrecorded',
    mend: 'have the meter examined: a full book is emptied by nobody, the meter gets a new journal',
  },
  HARDWARE_FAULT: {
    fault: 'device',
    accessResult: 1,
    says: 'the device did not do it',
    mend: 'check the device and the way to it',
  },
} as const satisfies Readonly<Record<string, RefusalRow>>;

export type RefusalCode = keyof typeof REFUSALS;

/** The same rows for whoever maps or explains them. */
export const accessRefusals: Readonly<Record<RefusalCode, RefusalRow>> = REFUSALS;

/** An object was asked for something and does not do it. */
export class AccessRefusal extends SealmeterError {
  override readonly name = 'AccessRefusal';
  declare readonly code: RefusalCode;
  /** The number that DLMS has for it. */
  readonly accessResult: number;

  constructor(code: RefusalCode, problem: string = REFUSALS[code].says, cause?: unknown) {
    const { fault, accessResult, mend } = REFUSALS[code];
    super(fault, code, problem, { mend, cause });
    this.accessResult = accessResult;
  }
}

/** What became of a write or of a method; some methods give data back. */
export type AccessOutcome =
  | { readonly kind: 'done'; readonly data: CosemData | undefined }
  | { readonly kind: 'refused'; readonly refusal: AccessRefusal };

/** Does something, and gives a refusal back as an outcome. Whatever else is thrown is a mistake of ours. */
export async function outcomeOf(act: () => Promise<CosemData | undefined>): Promise<AccessOutcome> {
  try {
    return { kind: 'done', data: await act() };
  } catch (error) {
    if (error instanceof AccessRefusal) return { kind: 'refused', refusal: error };
    throw error;
  }
}
