import { ByteReader, concatBytes, equalBytes } from '#core/bytes.ts';
import { ModbusError } from '#modbus/transport.ts';

/**
 * MODBUS Application Protocol header: transaction id, protocol id, length of what follows it.
 * @see MODBUS Messaging on TCP/IP Implementation Guide V1.0b § 3.1.3
 */
const HEADER = 6;
/** `length` counts unit id, function code and at least one byte, and at most a PDU of 253 bytes and the unit id. */
const SHORTEST_LENGTH = 3;
const LONGEST_LENGTH = 254;
const EXCEPTION_BIT = 0x80;

/**
 * How many frames that answer nothing are overlooked before the next good one. A late or repeated reply does happen;
 * a device that sends more of them than that is not answering us.
 */
const MOST_FOREIGN_FRAMES = 16;

/** Functions that write are answered with where, and what or how much, they wrote. */
const WRITING: ReadonlySet<number> = new Set([0x06, 0x10]);

/** What the request on its way was; the reply has to fit it. */
interface Expected {
  readonly transaction: number;
  readonly unit: number;
  readonly functionCode: number;
  /** The four bytes after the function code: the address, then how many registers, or for function 06 the value. */
  readonly body: Uint8Array;
}

/** A whole frame that answers the request on its way. */
export type Reply =
  | { readonly kind: 'registers'; readonly frame: Uint8Array }
  | { readonly kind: 'written'; readonly frame: Uint8Array }
  | { readonly kind: 'exception'; readonly frame: Uint8Array; readonly code: number };

/**
 * Stands between the socket and the library, which would crash, wedge or believe what is refused here. It puts frames
 * together and lets through only what answers the request on its way, to the byte. One gate per connection: half a
 * frame must not survive it.
 */
export class FrameGate {
  #pending: Uint8Array = new Uint8Array();
  #expected: Expected | undefined;
  #foreign = 0;

  /** Takes note of a request as it goes out. */
  expect(request: Uint8Array): void {
    const reader = new ByteReader(request);
    const transaction = reader.uint16();
    reader.bytes(4);
    const unit = reader.uint8();
    const functionCode = reader.uint8();
    this.#expected = { transaction, unit, functionCode, body: reader.bytes(4) };
  }

  /**
   * Takes what arrived and gives the reply, if it is complete.
   * @throws ModbusError `protocol`: after that nothing on this connection can be believed
   */
  push(chunk: Uint8Array): Reply | undefined {
    this.#pending = this.#pending.length === 0 ? chunk : concatBytes(this.#pending, chunk);
    let reply: Reply | undefined;
    for (let frame = this.#shift(); frame !== undefined; frame = this.#shift()) {
      reply = this.#judge(frame) ?? reply;
    }
    return reply;
  }

  /** The next whole frame. A header that cannot be is refused before the rest of it has come. */
  #shift(): Uint8Array | undefined {
    if (this.#pending.length < HEADER) return undefined;
    const header = new ByteReader(this.#pending.subarray(2, HEADER));
    const protocol = header.uint16();
    const length = header.uint16();
    if (protocol !== 0) throw violation(`protocol id ${protocol} instead of 0`);
    if (length < SHORTEST_LENGTH || length > LONGEST_LENGTH) throw violation(`a frame with length ${length}`);
    if (this.#pending.length < HEADER + length) return undefined;
    const frame = this.#pending.slice(0, HEADER + length);
    this.#pending = this.#pending.subarray(HEADER + length);
    return frame;
  }

  #judge(frame: Uint8Array): Reply | undefined {
    const reader = new ByteReader(frame);
    const expected = this.#expected;
    if (reader.uint16() !== expected?.transaction) {
      this.#overlook();
      return undefined;
    }
    reader.bytes(HEADER - 2);
    const reply = checkReply(frame, reader, expected);
    this.#expected = undefined;
    this.#foreign = 0;
    return reply;
  }

  #overlook(): void {
    this.#foreign += 1;
    if (this.#foreign > MOST_FOREIGN_FRAMES)
      throw violation(`more than ${MOST_FOREIGN_FRAMES} frames that answer nothing`);
  }
}

/** The reader stands before the unit id. */
function checkReply(frame: Uint8Array, reader: ByteReader, expected: Expected): Reply {
  const { unit, functionCode } = expected;
  const length = reader.remaining;
  const unitOfReply = reader.uint8();
  const functionOfReply = reader.uint8();
  if (unitOfReply !== unit) throw violation(`unit ${unitOfReply} answers instead of ${unit}`);
  if (functionOfReply === (functionCode | EXCEPTION_BIT)) {
    if (length !== SHORTEST_LENGTH) throw violation(`an exception with length ${length}`);
    return { kind: 'exception', frame, code: reader.uint8() };
  }
  if (functionOfReply !== functionCode) throw violation(`function ${functionOfReply} answers ${functionCode}`);
  return WRITING.has(functionCode) ? checkEcho(frame, reader, expected) : checkRegisters(frame, reader, expected);
}

function checkRegisters(frame: Uint8Array, reader: ByteReader, { body }: Expected): Reply {
  const asked = 2 * new ByteReader(body.subarray(2)).uint16();
  const announced = reader.uint8();
  if (announced !== asked || announced !== reader.remaining) {
    throw violation(`${announced} bytes announced, ${reader.remaining} sent, ${asked} asked for`);
  }
  return { kind: 'registers', frame };
}

/** @see MODBUS Application Protocol V1.1b3 § 6.6, § 6.12 */
function checkEcho(frame: Uint8Array, reader: ByteReader, { body }: Expected): Reply {
  if (!equalBytes(reader.bytes(reader.remaining), body)) throw violation('an echo of something else than was written');
  return { kind: 'written', frame };
}

function violation(problem: string): ModbusError {
  return new ModbusError('protocol', `the device sent ${problem}`);
}
