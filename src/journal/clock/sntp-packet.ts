import { ByteReader, ByteWriter, equalBytes } from '#core/bytes.ts';
import { type Duration, Instant, Milliseconds } from '#core/time.ts';

/*
 * The header of NTP, which is all that a client needs:
 *
 *    0  leap(2 bits) version(3) mode(3), stratum(1), poll(1), precision(1)
 *    4  root delay(4), root dispersion(4)             seconds in 16.16
 *   12  reference id(4)
 *   16  reference, origin, receive, transmit(8 each)  seconds since 1900 in 32.32
 *
 * @see RFC 5905 § 7.3; § 14 for what a client does with an answer
 */
const HEADER_SIZE = 48;
const VERSION = 4;
const CLIENT = 3;
const SERVER = 4;
const UNSYNCHRONISED = 3;

/** In the place of our time, which is nobody's business, stands a number that only the server's answer can repeat. */
export const NONCE_SIZE = 8;

/** What a server says of the time. */
export interface ServerTime {
  readonly receivedAt: Instant;
  readonly transmittedAt: Instant;
  /** By how much the server itself may be wrong at most. */
  readonly rootDistance: Duration;
}

/** `unrelated`: nothing to do with our question, so the answer may still come. `refused`: the server does not know the time. */
export type SntpAnswer = ServerTime | 'unrelated' | 'refused';

export function sntpRequest(nonce: Uint8Array): Uint8Array {
  const [leap, idle] = [0, new Uint8Array(HEADER_SIZE - NONCE_SIZE - 1)];
  return new ByteWriter()
    .uint8((leap << 6) | (VERSION << 3) | CLIENT)
    .bytes(idle)
    .bytes(nonce)
    .done();
}

export function readSntpAnswer(packet: Uint8Array, nonce: Uint8Array): SntpAnswer {
  if (packet.length < HEADER_SIZE) return 'unrelated';
  const reader = new ByteReader(packet);
  const flags = reader.uint8();
  const stratum = reader.uint8();
  reader.bytes(2);
  const [rootDelay, rootDispersion] = [shortFormat(reader.uint32()), shortFormat(reader.uint32())];
  reader.bytes(12);
  const origin = reader.bytes(NONCE_SIZE);
  const [receive, transmit] = [reader.uint64(), reader.uint64()];
  if ((flags & 7) !== SERVER || !equalBytes(origin, nonce)) return 'unrelated';
  // Stratum 0 is a "kiss of death": the reference id then says why. 16 is a server without a source.
  if (flags >> 6 === UNSYNCHRONISED || stratum < 1 || stratum > 15 || transmit === 0n) return 'refused';
  return {
    receivedAt: timestamp(receive),
    transmittedAt: timestamp(transmit),
    rootDistance: Milliseconds(rootDelay / 2 + rootDispersion),
  };
}

/** Seconds in 16.16, as milliseconds. */
const shortFormat = (value: number): number => (value * 1_000) / 65_536;

/** Seconds from 1900 to 1970. */
const UNIX_EPOCH = 2_208_988_800n;
const ERA = 2n ** 32n;

/** A timestamp in the first half of its era belongs to the era that begins in 2036. @see RFC 4330 § 3 */
function timestamp(value: bigint): Instant {
  const seconds = value >> 32n;
  const sinceEpoch = seconds - UNIX_EPOCH + (seconds < ERA / 2n ? ERA : 0n);
  const milliseconds = ((value & (ERA - 1n)) * 1_000n + ERA / 2n) / ERA;
  return Instant(Number(sinceEpoch * 1_000n + milliseconds));
}
