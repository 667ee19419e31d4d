import { once } from 'node:events';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { median, type Row } from './compare.ts';
import { writeConfiguration } from './configuration.ts';
import { startServer } from './server-process.ts';
import type { Site } from './site.ts';

const GROUPS = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const;
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

/** How long a handshake takes, resumed against full, for each group and version. The client's context is made once. */
export async function handshakeRows(site: Site, handshakes: number): Promise<readonly Row[]> {
  await using simulator = await startServer('./simulator-server.ts', []);
  await using server = await startServer('./meter-server.ts', [writeConfiguration(site, simulator.ready)]);
  const { hostname: host, port } = new URL(server.ready);
  const rows: Row[] = [];
  for (const version of VERSIONS) {
    for (const [group, ecdhCurve] of Object.entries(GROUPS)) {
      // At TLS 1.2 the groups also say which curves a certificate may be on, and the certificates are on P-256.
      const curves =
        ecdhCurve === GROUPS['P-256'] || version === 'TLSv1.3' ? ecdhCurve : `${ecdhCurve}:${GROUPS['P-256']}`;
      const context = createSecureContext({
        cert: site.read('das/tls.pem'),
        key: site.read('das/tls.key'),
        ca: site.read('pki/tls-root.pem'),
        ecdhCurve: curves,
        minVersion: version,
        maxVersion: version,
      });
      const full: number[] = [];
      const resumed: number[] = [];
      for (let count = 0; count <= handshakes; count++) {
        const first = await shakeHands({ host, port: Number(port), context });
        const second = await shakeHands({ host, port: Number(port), context, session: first.session });
        if (!second.reused) throw new Error(`a session was not resumed at ${version}`);
        if (count > 0) {
          full.push(first.milliseconds);
          resumed.push(second.milliseconds);
        }
      }
      rows.push({
        name: `resumed handshake, ${version}, ${group}, floor: the full one`,
        ours: median(resumed),
        floor: median(full),
        unit: 'ms',
        ratio: median(resumed) / median(full),
        reach: undefined,
      });
    }
  }
  return rows;
}

interface HandshakeOptions {
  readonly host: string;
  readonly port: number;
  readonly context: SecureContext;
  readonly session?: Buffer | undefined;
}

interface Handshake {
  readonly milliseconds: number;
  readonly session: Buffer | undefined;
  readonly reused: boolean;
}

async function shakeHands({ host, port, context, session }: HandshakeOptions): Promise<Handshake> {
  const start = performance.now();
  const socket = connect({ host, port, secureContext: context, ...(session === undefined ? {} : { session }) });
  const tickets = once(socket, 'session');
  await once(socket, 'secureConnect');
  const milliseconds = performance.now() - start;
  // TLS 1.3 sends tickets after the handshake, TLS 1.2 within it.
  const [ticket] = session === undefined ? ((await tickets) as [Buffer]) : [undefined];
  const reused = socket.isSessionReused();
  await close(socket);
  return { milliseconds, session: ticket, reused };
}

async function close(socket: TLSSocket): Promise<void> {
  const closed = once(socket, 'close');
  socket.destroy();
  await closed;
}
