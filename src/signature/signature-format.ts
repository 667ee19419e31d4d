import type { Instant } from '#core/time.ts';
import type { Curve, HashName } from '#crypto/algorithms.ts';
import type { DigestHeader } from './content-digest.ts';
import type { HttpRequestFacts } from './http-request.ts';
import { requestRefusal } from './request-refusals.ts';
import type { SignatureKey } from './signature-key.ts';

// No `node:` import here: a browser signs requests too.

export type SignatureForm = 'rfc9421' | 'draft-cavage';

/** What a request's signature says of itself. Nothing of it is proven yet. */
export interface SignatureClaim {
  readonly keyId: string;
  /** As the form names it; the key decides where it is left out. */
  readonly algorithm: string | undefined;
  /** Names of the covered components, in their order. */
  readonly covered: readonly string[];
  /** When it was made, by what it covers; `undefined` where that says nothing. */
  readonly created: Instant | undefined;
  /** Every time at which it says that it was made, covered or not. What is not proves nothing, yet all must hold. */
  readonly times: readonly Instant[];
  readonly expires: Instant | undefined;
  /** The octets under the signature. */
  readonly signed: Uint8Array;
  /** What may come once with a key inside the freshness window. Never the signature: (r, n−s) verifies as (r, s) does. */
  readonly once: Uint8Array;
  /** As sent; {@link SignatureFormat.rawSignature} reads it. */
  readonly signature: Uint8Array;
}

/** How a form of request signature differs from the other. */
export interface SignatureFormat {
  /** Reads the signature and builds the text that it must be over. */
  read(request: HttpRequestFacts): SignatureClaim;
  /** What must be covered in this request, beside a time. */
  required(request: HttpRequestFacts): readonly string[];
  /** The headers of which one, covered, binds a body. */
  readonly digestHeaders: readonly DigestHeader[];
  /** The hash to verify with; `undefined` where the algorithm that was named is not right for the key. */
  hash(algorithm: string | undefined, key: SignatureKey): HashName | undefined;
  /** The signature as r‖s; `undefined` where it is not one. */
  rawSignature(signature: Uint8Array, curve: Curve): Uint8Array | undefined;
  /** Whether the same client may send the same signature again. */
  mayRepeat(request: HttpRequestFacts): boolean;
}

export interface Component {
  readonly name: string;
  readonly value: string;
}

/** Far more than an honest signature needs. Unit: characters of one header. */
const MAX_LENGTH = 2048;
const MAX_COMPONENTS = 16;

export function requireModestLength(header: string): void {
  if (header.length > MAX_LENGTH) throw requestRefusal('SIGNATURE_TOO_LARGE', `${header.length} characters`);
}

/** Fetches the values of the covered components, each of which the request must have and the signature name once. */
export function readComponents(
  names: readonly string[],
  valueOf: (name: string) => string | undefined,
): readonly Component[] {
  if (names.length > MAX_COMPONENTS) throw requestRefusal('SIGNATURE_TOO_LARGE', `${names.length} covered components`);
  return names.map((name, index) => {
    if (names.indexOf(name) < index) throw requestRefusal('SIGNATURE_COMPONENT_DUPLICATE', `"${name}"`);
    const value = valueOf(name);
    if (value === undefined) throw requestRefusal('SIGNATURE_COMPONENT_UNKNOWN', `"${name}"`);
    return { name, value };
  });
}
