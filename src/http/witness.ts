import type { ProblemCode } from './problems.ts';
import type { RefusalReason } from './refusals.ts';

/** Values of a device that a client is about to get. */
export interface ReadAccess {
  readonly client: string;
  /** The logical device. */
  readonly ldev: string;
  /** The path of the object, or of the list, without a query. */
  readonly resource: string;
  readonly sealed: boolean;
  /** The number of the sample that stands. */
  readonly sample: bigint;
}

/** Who writes down what of requests belongs into books. It is told before the answer goes out, and it never throws. */
export interface Witness {
  read(access: ReadAccess): void;
  /** A request, or a connection, was refused; `client` where it is known whose. */
  refused(reason: ProblemCode | RefusalReason, client: string | undefined): void;
}
