import type { Instant } from '#core/time.ts';
import { fromUnixTime } from './http-time.ts';
import { requestRefusal } from './request-refusals.ts';

// No `node:` import here: a browser signs requests too.

/** What a form of signature knows: the name of each parameter and what it is. A time is in seconds since 1970. */
export type ParameterTypes = ReadonlyMap<string, 'text' | 'time'>;

/** The parameters of one signature: none that its form does not know, and each of the right type. */
export class SignatureParameters {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: ReadonlyMap<string, unknown>, types: ParameterTypes) {
    for (const [name, value] of values) requireType(name, value, types.get(name));
    this.#values = values;
  }

  text(name: string): string | undefined {
    return asText(this.#values.get(name));
  }

  time(name: string): Instant | undefined {
    return asTime(this.#values.get(name));
  }

  requiredText(name: string): string {
    return this.text(name) ?? missing(name);
  }

  requiredTime(name: string): Instant {
    return this.time(name) ?? missing(name);
  }
}

function requireType(name: string, value: unknown, type: 'text' | 'time' | undefined): void {
  if (type === undefined) throw requestRefusal('SIGNATURE_PARAMETER_UNKNOWN', `"${name}"`);
  const read = type === 'text' ? asText(value) : asTime(value);
  if (read === undefined) throw requestRefusal('SIGNATURE_MALFORMED', `"${name}" is not a ${type}`);
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const asTime = (value: unknown): Instant | undefined => (typeof value === 'number' ? fromUnixTime(value) : undefined);

function missing(name: string): never {
  throw requestRefusal('SIGNATURE_PARAMETER_MISSING', `"${name}"`);
}
