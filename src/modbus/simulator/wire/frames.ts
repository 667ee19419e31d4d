import { concatBytes } from '#core/bytes.ts';

/**
 * A Modbus TCP frame:
 *
 *     transaction id (2) | protocol id (2), 0 | length (2) of what follows | unit id (1) | PDU (1 to 253)
 *
 * @see MODBUS Messaging on TCP/IP Implementation Guide V1.0b § 3.1.3
 */
export interface Frame {
  readonly transaction: number;
  readonly unit: number;
  readonly pdu: Uint8Array;
}

/** Transaction, protocol and length: what stands before the bytes that `length` counts. */
const PREFIX = 6;
const LEAST_LENGTH = 2;
const MOST_LENGTH = 254;

/** What came is not Modbus TCP, and nothing says where the next frame would begin: the connection is lost. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

/**
 * Cuts a stream into frames, however it is split or joined. Between calls it keeps less than one frame.
 * @throws FramingError as soon as a header cannot be one; frames before it have been yielded.
 */
export class FrameCutter {
  #rest: Uint8Array = new Uint8Array(0);

  *cut(chunk: Uint8Array): Generator<Frame> {
    let bytes = this.#rest.length === 0 ? chunk : concatBytes(this.#rest, chunk);
    for (let size = sizeOf(bytes); size !== undefined && size <= bytes.length; size = sizeOf(bytes)) {
      yield readFrame(bytes.subarray(0, size));
      bytes = bytes.subarray(size);
    }
    this.#rest = bytes.slice();
  }
}

/** The size of the frame that begins here, or `undefined` while its header is incomplete. */
function sizeOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < PREFIX) return undefined;
  const header = viewOf(bytes);
  const protocol = header.getUint16(2);
  if (protocol !== 0) throw new FramingError(`protocol id ${protocol}`);
  const length = header.getUint16(4);
  if (length < LEAST_LENGTH || length > MOST_LENGTH) throw new FramingError(`length ${length}`);
  return PREFIX + length;
}

function readFrame(bytes: Uint8Array): Frame {
  const header = viewOf(bytes);
  return { transaction: header.getUint16(0), unit: header.getUint8(PREFIX), pdu: bytes.slice(PREFIX + 1) };
}

export function writeFrame({ transaction, unit, pdu }: Frame): Uint8Array {
  const bytes = new Uint8Array(PREFIX + 1 + pdu.length);
  const header = viewOf(bytes);
  header.setUint16(0, transaction);
  header.setUint16(4, 1 + pdu.length);
  header.setUint8(PREFIX, unit);
  bytes.set(pdu, PREFIX + 1);
  return bytes;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
