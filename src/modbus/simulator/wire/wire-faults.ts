import { utf8 } from '#core/bytes.ts';
import { type Duration, Milliseconds } from '#core/time.ts';
import { type Frame, writeFrame } from './frames.ts';

/** What a server does on the wire, one thing after the other. */
export type Act = { readonly send: Uint8Array } | { readonly wait: Duration } | { readonly close: 'finish' | 'reset' };

export interface WireFault {
  readonly says: string;
  /** What goes out where `reply` should have. */
  readonly acts: (reply: Frame) => readonly Act[];
}

/**
 * Everything that a bad meter, gateway or network has been seen to make of a reply to a reading.
 * The rows stand in the order of the fault list that the client is tested against.
 */
export const wireFaults = {
  'reply-in-single-bytes': {
    says: 'every byte is a packet of its own',
    acts: (reply) =>
      [...writeFrame(reply)].flatMap((byte) => [{ send: Uint8Array.of(byte) }, { wait: Milliseconds(1) }]),
  },
  'half-reply-then-end': {
    says: 'the connection ends after 10 bytes',
    acts: (reply) => [{ send: writeFrame(reply).subarray(0, 10) }, { close: 'finish' }],
  },
  'half-reply-then-reset': {
    says: 'the connection is reset after 10 bytes',
    acts: (reply) => [{ send: writeFrame(reply).subarray(0, 10) }, { wait: Milliseconds(1) }, { close: 'reset' }],
  },
  'no-reply': { says: 'the request is swallowed', acts: () => [] },
  'reply-450-ms-late': { says: 'the reply comes late', acts: (reply) => late(reply, Milliseconds(450)) },
  'reply-350-ms-late': { says: 'the reply comes a little late', acts: (reply) => late(reply, Milliseconds(350)) },
  'exception-02': { says: 'illegal data address', acts: (reply) => exception(reply, reply.pdu[0], 0x02) },
  'exception-06': { says: 'server device busy', acts: (reply) => exception(reply, reply.pdu[0], 0x06) },
  'exception-07': {
    says: 'a code that version 1.1b3 no longer has',
    acts: (reply) => exception(reply, reply.pdu[0], 0x07),
  },
  'exception-f0': {
    says: "the maker's own code for write protection",
    acts: (reply) => exception(reply, reply.pdu[0], 0xf0),
  },
  'exception-for-function-04': {
    says: 'an exception to another function',
    acts: (reply) => exception(reply, 0x04, 0x02),
  },
  'exception-for-function-64': {
    says: 'an exception to an unknown function',
    acts: (reply) => exception(reply, 0x64, 0x02),
  },
  'wrong-transaction': {
    says: 'the reply to another transaction',
    acts: (reply) => [{ send: writeFrame({ ...reply, transaction: (reply.transaction + 7) & 0xffff }) }],
  },
  'reply-twice': {
    says: 'the same reply again',
    acts: (reply) => [{ send: writeFrame(reply) }, { send: writeFrame(reply) }],
  },
  'stray-frame-first': {
    says: 'a reply that nobody asked for, then the right one',
    acts: (reply) => [
      { send: writeFrame({ ...reply, transaction: (reply.transaction + 7) & 0xffff }) },
      { send: writeFrame(reply) },
    ],
  },
  'wrong-unit': {
    says: 'the reply of another unit',
    acts: (reply) => [{ send: writeFrame({ ...reply, unit: (reply.unit + 1) & 0xff }) }],
  },
  'function-04': { says: 'the reply to another function', acts: (reply) => altered(reply, (pdu) => pdu.with(0, 0x04)) },
  'function-65': {
    says: 'the reply to an unknown function',
    acts: (reply) => altered(reply, (pdu) => pdu.with(0, 0x65)),
  },
  'protocol-7': { says: 'protocol id 7', acts: (reply) => [{ send: writeFrame(reply).with(3, 7) }] },
  'two-registers-only': {
    says: 'two registers, however many were asked for',
    acts: (reply) => altered(reply, (pdu) => pdu.slice(0, 6).with(1, 4)),
  },
  'byte-count-20': { says: 'a byte count of 20', acts: (reply) => altered(reply, (pdu) => pdu.with(1, 20)) },
  'byte-count-7': { says: 'an odd byte count', acts: (reply) => altered(reply, (pdu) => pdu.with(1, 7)) },
  'length-60000': {
    says: 'a length field of 60000',
    acts: (reply) => [
      {
        send: writeFrame(reply)
          .with(4, 60_000 >> 8)
          .with(5, 60_000 & 0xff),
      },
    ],
  },
  'http-text': {
    says: 'a web server answers',
    acts: () => [{ send: utf8('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n') }],
  },
} as const satisfies Record<string, WireFault>;

export type WireFaultName = keyof typeof wireFaults;

const late = (reply: Frame, wait: Duration): readonly Act[] => [{ wait }, { send: writeFrame(reply) }];

const exception = (reply: Frame, functionCode = 0, code = 0): readonly Act[] => [
  { send: writeFrame({ ...reply, pdu: Uint8Array.of((functionCode & 0x7f) | 0x80, code) }) },
];

const altered = (reply: Frame, change: (pdu: Uint8Array) => Uint8Array): readonly Act[] => [
  { send: writeFrame({ ...reply, pdu: change(reply.pdu) }) },
];
