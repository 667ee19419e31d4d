import { once } from 'node:events';
import type { Socket } from 'node:net';
import { type Clock, sleep } from '#core/clock.ts';
import { reasonOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { type Duration, Milliseconds } from '#core/time.ts';
import type { ModbusDevice } from '#modbus/simulator/device.ts';
import { exceptionCodes } from './exceptions.ts';
import type { Faults } from './faults.ts';
import { type Frame, FrameCutter, FramingError } from './frames.ts';
import { answer } from './function-codes.ts';
import type { Act } from './wire-faults.ts';

export interface ConnectionParts {
  readonly device: ModbusDevice;
  /** The unit identifier that the meter answers to, beside 0 and 255. */
  readonly unit: number;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly log: Log;
  /** A client that is silent for longer is cut off. */
  readonly idleTimeout: Duration;
}

/**
 * Answers one client, one request after the other and in their order. The next request is read only when the reply to
 * the last has been taken, so that a client that pipelines without reading fills its own buffers and not ours.
 */
export async function serveConnection(socket: Socket, parts: ConnectionParts): Promise<void> {
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  // A client may reset the connection at any moment, even when all is answered: `close` follows, nothing is to be done.
  socket.on('error', () => {});
  const idle = new IdleWatch(parts.clock, parts.idleTimeout, () => socket.destroy());
  try {
    await answerAll(socket, parts, idle, closed.signal);
  } catch (error) {
    if (error instanceof FramingError) {
      parts.log.info('simulator.framing-lost', { client: socket.remoteAddress, reason: error.message });
    } else if (!socket.destroyed) {
      parts.log.error('simulator.connection-failed', { client: socket.remoteAddress, reason: reasonOf(error) });
    }
  } finally {
    idle.stop();
    socket.destroySoon();
  }
}

async function answerAll(socket: Socket, parts: ConnectionParts, idle: IdleWatch, closed: AbortSignal): Promise<void> {
  const cutter = new FrameCutter();
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    idle.touch();
    for (const request of cutter.cut(chunk)) {
      await parts.faults.untilAwake;
      const reply = { ...request, pdu: replyTo(request, parts) };
      for (const act of parts.faults.actsFor(reply)) await perform(act, socket, parts.clock, closed);
      if (socket.writableEnded || socket.destroyed) return;
    }
  }
}

/**
 * A meter with an Ethernet port is addressed by its IP address; 0 and 255 then mean the same as its own unit
 * identifier. Any other is somebody behind a gateway, and there is nobody.
 * @see MODBUS Messaging on TCP/IP Implementation Guide V1.0b § 4.4.2.1
 */
function replyTo({ unit, pdu }: Frame, parts: ConnectionParts): Uint8Array {
  const isForUs = unit === parts.unit || unit === 0 || unit === 255;
  return isForUs ? answer(pdu, parts.device) : refusal(pdu, exceptionCodes['gateway target device failed to respond']);
}

const refusal = ([functionCode = 0]: Uint8Array, code: number): Uint8Array => Uint8Array.of(functionCode | 0x80, code);

async function perform(act: Act, socket: Socket, clock: Clock, closed: AbortSignal): Promise<void> {
  if ('wait' in act) await sleep(clock, act.wait, closed);
  else if ('close' in act) close(act.close, socket);
  else if (!socket.write(act.send)) await once(socket, 'drain', { signal: closed });
}

function close(how: 'finish' | 'reset', socket: Socket): void {
  if (how === 'finish') socket.end();
  else socket.resetAndDestroy();
}

/** Calls `onIdle` once nothing has been touched for `timeout`; costs one timer per timeout, not one per touch. */
class IdleWatch {
  readonly #clock: Clock;
  #touched: Duration;
  #cancel: () => void = () => {};

  constructor(clock: Clock, timeout: Duration, onIdle: () => void) {
    this.#clock = clock;
    this.#touched = clock.monotonic();
    const check = (): void => {
      const remaining = this.#touched + timeout - clock.monotonic();
      if (remaining > 0) this.#cancel = clock.after(Milliseconds(remaining), check);
      else onIdle();
    };
    this.#cancel = clock.after(timeout, check);
  }

  touch(): void {
    this.#touched = this.#clock.monotonic();
  }

  stop(): void {
    this.#cancel();
  }
}
