import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface SntpReply {
  /** Added to the server's clock. */
  readonly ahead?: number;
  readonly leap?: number;
  readonly version?: number;
  readonly mode?: number;
  readonly stratum?: number;
  /** In milliseconds. */
  readonly rootDispersion?: number;
  /** What the packet becomes in the end. */
  readonly edit?: (packet: Buffer) => Buffer;
}

const UNIX_EPOCH = 2_208_988_800;

/** Seconds since 1900 modulo 2^32, and the fraction: so the era is left out, as on the wire. */
function writeTimestamp(packet: Buffer, offset: number, milliseconds: number): void {
  packet.writeUInt32BE((Math.floor(milliseconds / 1_000) + UNIX_EPOCH) % 2 ** 32, offset);
  packet.writeUInt32BE(Math.floor(((milliseconds % 1_000) / 1_000) * 2 ** 32), offset + 4);
}

function replyTo(request: Buffer, now: number, reply: SntpReply): Buffer {
  const { ahead = 0, leap = 0, version = 4, mode = 4, stratum = 2, rootDispersion = 0, edit } = reply;
  const packet = Buffer.alloc(48);
  packet[0] = (leap << 6) | (version << 3) | mode;
  packet[1] = stratum;
  packet.writeUInt32BE(Math.round((rootDispersion * 65_536) / 1_000), 8);
  request.copy(packet, 24, 40, 48);
  writeTimestamp(packet, 32, now + ahead);
  writeTimestamp(packet, 40, now + ahead);
  return edit === undefined ? packet : edit(packet);
}

export interface SntpServer extends AsyncDisposable {
  readonly port: number;
  readonly requests: readonly Buffer[];
  /** Settles with the first request. */
  readonly asked: Promise<unknown>;
}

/** A time server on loopback; each request gets all the replies, in order. */
export async function startSntpServer(now: () => number, ...replies: readonly SntpReply[]): Promise<SntpServer> {
  const socket = createSocket('udp4');
  const requests: Buffer[] = [];
  socket.on('message', (request, peer) => {
    requests.push(request);
    for (const reply of replies) socket.send(replyTo(request, now(), reply), peer.port, peer.address);
  });
  const asked = once(socket, 'message');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    requests,
    asked,
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
}
