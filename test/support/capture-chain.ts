import { createHash } from 'node:crypto';

/*
 * The hash of a capture as docs/journal.md § 2 describes it, written from that page alone.
 */

/** What a client has of a capture: the elements of its record that the hash covers. */
export interface FetchedCapture {
  readonly number: bigint;
  readonly captureTime: bigint;
  readonly sampledAt: bigint;
  readonly sampleNumber: bigint;
  readonly state: string;
  readonly columns: string;
  readonly measured: Uint8Array;
  readonly documentHash: Uint8Array | undefined;
  readonly previous: Uint8Array;
}

export const sha256 = (data: Uint8Array | string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(data).digest());

export function hashOf(ldev: string, capture: FetchedCapture): Uint8Array {
  const { number, captureTime, sampledAt, sampleNumber, state, columns, measured, documentHash, previous } = capture;
  const numbers = [number, captureTime, sampledAt, sampleNumber].map(octetsOf);
  const fields = [previous, Buffer.from(`captures/${ldev}`), ...numbers, Buffer.from(state), sha256(columns)];
  const lengthed = [...fields, measured, documentHash ?? new Uint8Array()].flatMap((field) => [
    octetsOf(BigInt(field.length)).subarray(4),
    field,
  ]);
  return sha256(Buffer.concat([Buffer.from('sealmeter:journal:capture:1\0'), ...lengthed]));
}

function octetsOf(value: bigint): Uint8Array {
  const octets = Buffer.alloc(8);
  octets.writeBigInt64BE(value);
  return octets;
}
