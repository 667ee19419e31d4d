import type { ConnectionOptions } from 'node:tls';
import { sleep, systemClock } from '#core/clock.ts';
import { Milliseconds } from '#core/time.ts';
import { DEVELOPMENT_DEFAULTS } from '#pki/development-pki.ts';
import { median, type Row } from './compare.ts';
import { writeConfiguration } from './configuration.ts';
import { RawHttpsClient } from './raw-https-client.ts';
import { everyValue } from './resources.ts';
import { type ServerProcess, startServer, startService } from './server-process.ts';
import { bytesOfGet, signatureOfGet } from './signed-get.ts';
import { type Site, tlsOf } from './site.ts';

const DEVICE = `/cosem/ldevs/${DEVELOPMENT_DEFAULTS.names.meter}/objects`;

/** Sealed as soon as a sample is there. */
const HOT = `${DEVICE}/3-0100010800ff/attributes/2`;

/** Sealed when somebody asks: each time another one, because of one sample each is sealed once. */
const cold = (index: number): string => everyValue[index % everyValue.length] ?? HOT;

/**
 * How long a signed GET takes where the card needs 240 ms for a signature and samples come every second, against the
 * same GET where a software key signs. Requests come one by one, at any moment between two samples.
 */
export async function slowCardRows(site: Site, requests: number): Promise<readonly Row[]> {
  await using simulator = await startServer('./simulator-server.ts', []);
  const configuration = writeConfiguration(site, simulator.ready, { sealAhead: [HOT] });
  await using software = await startService(configuration);
  const withCard = writeConfiguration(site, simulator.ready, { sealAhead: [HOT], name: 'card' });
  await using card = await startServer('./slow-card.mjs', ['meter', withCard]);
  return [
    await row('hot', () => HOT, { site, software, card, requests }, { at: 'most', ratio: 1.3 }),
    await row('cold', cold, { site, software, card, requests }, undefined),
  ];
}

interface Sides {
  readonly site: Site;
  readonly software: ServerProcess;
  readonly card: ServerProcess;
  readonly requests: number;
}

async function row(
  kind: string,
  target: (index: number) => string,
  { site, software, card, requests }: Sides,
  reach: Row['reach'],
): Promise<Row> {
  const [ours, floor] = await Promise.all([
    waits(site, card, target, requests),
    waits(site, software, target, requests),
  ]);
  return {
    name: `signed GET of a ${kind} resource, card of 240 ms a signature, floor: software key`,
    ours: median(ours),
    floor: median(floor),
    unit: 'ms',
    ratio: median(ours) / median(floor),
    reach,
  };
}

async function waits(
  site: Site,
  server: ServerProcess,
  target: (index: number) => string,
  count: number,
): Promise<readonly number[]> {
  const { hostname: host, port } = new URL(server.ready);
  const tls: ConnectionOptions = { ...tlsOf(site), host, port: Number(port) };
  using client = await RawHttpsClient.connect(tls);
  const measured: number[] = [];
  for (let request = 0; request < count; request++) {
    // Neither in step with the samples nor with the other server.
    await sleep(systemClock, Milliseconds(100 + Math.random() * 400));
    measured.push(await oneWait(site, server, target(request), client));
  }
  return measured;
}

async function oneWait(site: Site, server: ServerProcess, target: string, client: RawHttpsClient): Promise<number> {
  const url = new URL(target, server.ready);
  const request = bytesOfGet(url, await signatureOfGet(site, url));
  const start = performance.now();
  const status = await client.ask(request);
  if (status !== 200) throw new Error(`${url.href} answers ${status}`);
  return performance.now() - start;
}
