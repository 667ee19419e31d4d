import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '#core/clock.ts';
import { type Duration, type Instant, Milliseconds, Seconds } from '#core/time.ts';
import { NONCE_SIZE, readSntpAnswer, type ServerTime, sntpRequest } from './clock/sntp-packet.ts';
import type { ClockSource } from './clock-status.ts';

export interface SntpOptions {
  readonly host: string;
  /** Default 123. */
  readonly port?: number;
  readonly clock: Clock;
  /** The clock counts as synchronised as long as it cannot be wrong by more. Default 1 s. */
  readonly tolerance?: Duration;
  /** How long the server may take. Default 2 s. */
  readonly timeout?: Duration;
}

interface Exchange {
  readonly sentAt: Instant;
  /** By the monotonic clock: the wall clock may be set in between. */
  readonly took: Duration;
  readonly server: ServerTime | 'refused';
}

/**
 * Compares the wall clock with a server, by one question in plain SNTP. It sets nothing: that is for the operating system.
 * Nor is the answer authenticated: it can tell a wrong clock, and whoever controls the network can make it tell lies.
 */
export function sntpClock({
  host,
  port = 123,
  clock,
  tolerance = Seconds(1),
  timeout = Seconds(2),
}: SntpOptions): ClockSource {
  const source = `sntp ${host}`;
  return {
    async read(signal) {
      const exchange = await ask({ host, port, clock, timeout }, signal);
      if (exchange === undefined) return undefined;
      if (exchange.server === 'refused') return { synchronised: false, offset: undefined, source };
      const { offset, error } = offsetOf(exchange.sentAt, exchange.took, exchange.server);
      return { synchronised: Math.abs(offset) + error <= tolerance, offset, source };
    },
  };
}

/** @see RFC 5905 § 8: offset and delay of one exchange; the server may have been read anywhere within the delay */
function offsetOf(sentAt: Instant, took: Duration, server: ServerTime): { offset: Duration; error: number } {
  const { receivedAt, transmittedAt, rootDistance } = server;
  const answeredAt = sentAt + took;
  const offset = (receivedAt - sentAt + (transmittedAt - answeredAt)) / 2;
  const delay = took - (transmittedAt - receivedAt);
  return { offset: Milliseconds(offset), error: Math.abs(delay) / 2 + rootDistance };
}

type Question = Required<Pick<SntpOptions, 'host' | 'port' | 'clock' | 'timeout'>>;

async function ask({ host, port, clock, timeout }: Question, signal: AbortSignal): Promise<Exchange | undefined> {
  const tooLate = new AbortController();
  const cancel = clock.after(timeout, () => tooLate.abort());
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
  // Whoever waits below gets the error too; one that comes while nobody waits must not end the process.
  socket.on('error', () => undefined);
  const ended = { signal: AbortSignal.any([signal, tooLate.signal]) };
  try {
    // A connected socket takes packets from its server alone, and learns that nobody listens there.
    socket.connect(port, host);
    await once(socket, 'connect', ended);
    const nonce = randomBytes(NONCE_SIZE);
    const [sentAt, start] = [clock.now(), clock.monotonic()];
    socket.send(sntpRequest(nonce));
    for (;;) {
      const [packet] = (await once(socket, 'message', ended)) as [Uint8Array];
      const server = readSntpAnswer(packet, nonce);
      if (server !== 'unrelated') return { sentAt, took: Milliseconds(clock.monotonic() - start), server };
    }
  } catch {
    return undefined;
  } finally {
    cancel();
    socket.close();
  }
}
