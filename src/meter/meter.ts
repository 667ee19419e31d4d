import { type Clock, sleep } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import { type Duration, Instant, Seconds, timeBetween } from '#core/time.ts';
import { logicalDevices } from '#cosem/logical-device.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import type { Signer } from '#crypto/signer.ts';
import { createApp } from '#http/app.ts';
import { type Client, clientDirectory } from '#http/client-directory.ts';
import { HttpsServer } from '#http/https-server.ts';
import type { Limits } from '#http/limits.ts';
import { tlsPeerOf } from '#http/peer.ts';
import { SealedDocuments } from '#http/sealed-documents.ts';
import type { TlsCredentials } from '#http/tls-options.ts';
import { ReplayMemory } from '#signature/replay-memory.ts';
import { CLOCK_SKEW } from '#signature/request-verifier.ts';
import { type MeteredDevice, NumberedDevice, startMetering } from './metering.ts';
import { sealAhead } from './seal-ahead.ts';

export interface MeterParts {
  readonly listen: { readonly host: string; readonly port: number; readonly names?: ReadonlySet<string> | undefined };
  readonly tls: TlsCredentials;
  /** Disposed of when the meter stops, if it can be. */
  readonly signer: Signer & Partial<AsyncDisposable>;
  /** Where what has to survive a restart is kept. */
  readonly stateFolder: string;
  readonly managementId: string;
  readonly devices: readonly MeteredDevice[];
  readonly clients: readonly Client[];
  /** Resources that are sealed as soon as there is a sample. */
  readonly sealAhead: readonly string[];
  /** How old a request's signature may be. */
  readonly freshness: Duration;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Meter extends AsyncDisposable {
  readonly url: string;
}

/** How long the door stays shut for the sake of devices that do not answer. */
const WAIT_FOR_FIRST_SAMPLES: Duration = Seconds(2);

/**
 * Starts everything: devices, sealing, door. Disposing stops it in reverse order.
 * @throws SealmeterError (configuration) where a file, a name or the port cannot be used
 */
export async function startMeter(parts: MeterParts): Promise<Meter> {
  const { listen, clock, log } = parts;
  await using starting = new AsyncDisposableStack();
  const { signer } = parts;
  starting.defer(async () => signer[Symbol.asyncDispose]?.());
  const boot = nextSecond(clock);
  const { devices, sealed, sampled } = startDevices(parts, starting);
  const clients = clientDirectory(parts.clients);
  const app = createApp({
    devices,
    clients,
    peerOf: tlsPeerOf,
    signatures: {
      crypto: nodeCrypto,
      clock,
      window: parts.freshness,
      skew: CLOCK_SKEW,
      replay: new ReplayMemory(),
      boot,
    },
    sealed,
    hosts: listen.names,
    limits: parts.limits,
    clock,
    log,
  });
  const server = starting.use(
    new HttpsServer({ tls: parts.tls, clients, serve: app, limits: parts.limits, clock, log }),
  );
  await atMost(WAIT_FOR_FIRST_SAMPLES, sampled, clock);
  await untilReached(boot, clock);
  const { address, family, port } = await server.listen(listen.host, listen.port);
  const url = `https://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  log.info('meter.ready', { url, devices: parts.devices.length });
  const running = starting.move();
  return { url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

function startDevices(parts: MeterParts, starting: AsyncDisposableStack) {
  const management = new NumberedDevice({ id: parts.managementId, meterNumber: '', locationId: '' }, [], parts);
  const sealed = new SealedDocuments(parts.signer);
  let onSnapshot = (_id: string): void => {};
  const meterings = parts.devices.map((metered) =>
    starting.use(
      startMetering(metered, parts, () => {
        management.accept({ at: parts.clock.now(), values: new Map(), flags: new Set() });
        onSnapshot(metered.id);
        onSnapshot(parts.managementId);
      }),
    ),
  );
  const devices = logicalDevices(
    management.device,
    meterings.map(({ device }) => device),
  );
  onSnapshot = sealAhead(parts.sealAhead, { devices, sealed, log: parts.log });
  return { devices, sealed, sampled: Promise.all(meterings.map((metering) => metering.sampled)) };
}

/**
 * Signatures name whole seconds, and what was signed before the replay memory was there is refused. So the door opens at
 * a whole second, and nobody who signs after that is refused for the fraction before it.
 */
const nextSecond = (clock: Clock): Instant => Instant(Math.ceil(clock.now() / 1_000) * 1_000);

/** Waits for something, but no longer than so long. */
async function atMost(longest: Duration, awaited: Promise<unknown>, clock: Clock): Promise<void> {
  const { promise: elapsed, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(longest, resolve);
  await Promise.race([awaited, elapsed]);
  cancel();
}

async function untilReached(instant: Instant, clock: Clock): Promise<void> {
  const remaining = timeBetween(clock.now(), instant);
  if (remaining > 0) await sleep(clock, remaining);
}
