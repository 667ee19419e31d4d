import { AsnConvert } from '@peculiar/asn1-schema';

import { equalBytes } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';

/** A class of the ASN.1 schema packages. */
export type Schema<T> = new () => T;

/** How much a structure may hold before it is read at all. */
export interface DerLimits {
  readonly bytes: number;
  /** Tagged values in the whole structure. */
  readonly nodes: number;
}

const MAX_DEPTH = 32;

/** Certificates and OCSP messages are a few kilobytes; nobody honest comes near these. */
export const MESSAGE_LIMITS: DerLimits = { bytes: 64 * 1024, nodes: 4_000 };

/** A CRL has five nodes or so for every revoked certificate. */
export const CRL_LIMITS: DerLimits = { bytes: 16 * 1024 * 1024, nodes: 2_000_000 };

/**
 * Reads a DER structure, and refuses bytes that are not the one DER encoding of what they say. The schema packages
 * read leniently (BER, left-over bytes, unused bits); writing the value again and comparing makes them strict, so
 * that no two inputs mean the same and nothing rides along unread.
 * @see X.690 § 10, § 11
 * @throws SealmeterError (evidence) `PKI_DER_UNREADABLE`; `what` names the structure.
 */
export function parseDer<T>(der: Uint8Array, schema: Schema<T>, what: string, limits = MESSAGE_LIMITS): T {
  if (der.length > limits.bytes) throw unreadable(what, `is longer than ${limits.bytes} bytes`);
  const { value, again } = parseLeniently(der, schema, what, limits);
  if (!equalBytes(again, der)) throw unreadable(what, 'is not in the canonical encoding (DER)');
  return value;
}

export const encodeDer = (structure: unknown): Uint8Array => new Uint8Array(AsnConvert.serialize(structure));

/** A copy in the shape that the schema packages want. */
export const toArrayBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

function parseLeniently<T>(der: Uint8Array, schema: Schema<T>, what: string, limits: DerLimits) {
  try {
    const value = AsnConvert.parse(toArrayBuffer(der), schema, {
      berOptions: { maxDepth: MAX_DEPTH, maxNodes: limits.nodes, maxContentLength: limits.bytes },
    });
    return { value, again: encodeDer(value) };
  } catch (cause) {
    throw unreadable(what, 'cannot be read', cause);
  }
}

const unreadable = (what: string, problem: string, cause?: unknown): SealmeterError =>
  new SealmeterError('evidence', 'PKI_DER_UNREADABLE', `the ${what} ${problem}`, { cause });
