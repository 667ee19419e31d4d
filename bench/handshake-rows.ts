import { once } from 'node:events';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { median, type Row } from './compare.ts';
import { writeConfiguration } from './configuration.ts';
import { type ServerProcess, startServer, startService } from './server-process.ts';
import { type Site, tlsOf } from './site.ts';

const GROUPS = { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' } as const;
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

/** How long a handshake takes, resumed against full, for each group and version. The client's context is made once. */
export async function handshakeRows(site: Site, handshakes: number): Promise<readonly Row[]> {
  await using simulator = await startServer('./simulator-server.ts', []);
  const rows: Row[] = [];
  for (const group of Object.keys(GROUPS) as (keyof typeof GROUPS)[]) {
    // The server's order counts; P-256 has to be among them, since at TLS 1.2 they also say where certificates may be.
    const groups = [...new Set<typeof group>([group, 'P-256'])];
    const configuration = writeConfiguration(site, simulator.ready, { groups, name: `tls-${group}` });
    await using server = await startService(configuration);
    for (const version of VERSIONS) rows.push(await row({ site, server, group, version, handshakes }));
  }
  return rows;
}

interface Kind {
  readonly site: Site;
  readonly server: ServerProcess;
  readonly group: keyof typeof GROUPS;
  readonly version: (typeof VERSIONS)[number];
  readonly handshakes: number;
}

async function row({ site, server, group, version, handshakes }: Kind): Promise<Row> {
  const curves = [...new Set([GROUPS[group], GROUPS['P-256']])].join(':');
  const versions = { minVersion: version, maxVersion: version };
  const context = createSecureContext({ ...tlsOf(site), ecdhCurve: curves, ...versions });
  const { hostname: host, port } = new URL(server.ready);
  const to = { host, port: Number(port), context };
  const full: number[] = [];
  const resumed: number[] = [];
  for (let count = 0; count <= handshakes; count++) {
    const first = await shakeHands(to);
    const second = await shakeHands({ ...to, session: first.session });
    if (!second.reused) throw new Error(`a session was not resumed at ${version}`);
    if (first.group !== GROUPS[group]) throw new Error(`${first.group} was agreed upon where ${group} is measured`);
    if (count === 0) continue;
    full.push(first.milliseconds);
    resumed.push(second.milliseconds);
  }
  return {
    name: `resumed handshake, ${version}, ${group}, floor: the full one`,
    ours: median(resumed),
    floor: median(full),
    unit: 'ms',
    ratio: median(resumed) / median(full),
    reach: undefined,
  };
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
  /** As OpenSSL calls it. */
  readonly group: string | undefined;
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
  const key = socket.getEphemeralKeyInfo();
  await close(socket);
  return { milliseconds, session: ticket, reused, group: key !== null && 'name' in key ? key.name : undefined };
}

async function close(socket: TLSSocket): Promise<void> {
  const closed = once(socket, 'close');
  socket.destroy();
  await closed;
}
