import type { ConnectionOptions } from 'node:tls';
import { sleep, systemClock } from '#core/clock.ts';
import { Seconds, toSeconds } from '#core/time.ts';
import { DEVELOPMENT_DEFAULTS } from '#pki/development-pki.ts';
import { type Figure, median, type Row } from './compare.ts';
import { writeConfiguration } from './configuration.ts';
import { RawHttpsClient } from './raw-https-client.ts';
import { everyRunOfAttributes, everyValue } from './resources.ts';
import { type ServerProcess, startServer, startService } from './server-process.ts';
import { bytesOfGet, signatureOfGet } from './signed-get.ts';
import { type Site, tlsOf } from './site.ts';

const CONNECTIONS = 8;
const { meter: LDEV } = DEVELOPMENT_DEFAULTS.names;

/** As long as a sealed document of one register. */
const BARE_DOCUMENT = '/sealed/1900';

export interface ServiceEffort {
  readonly rounds: number;
  /** Requests in one round. */
  readonly requests: number;
  /** How long the service is left alone to see what polling costs. */
  readonly idleSeconds: number;
}

/** The service under load, against the bare one; then alone with its meter. */
export async function serviceRows(
  site: Site,
  effort: ServiceEffort,
): Promise<{ readonly rows: readonly Row[]; readonly figures: readonly Figure[] }> {
  await using simulator = await startServer('./simulator-server.ts', []);
  await using bare = await startServer('./bare-server.ts', [site.folder]);
  const configuration = writeConfiguration(site, simulator.ready);
  await using service = await startService(configuration);
  const tls = tlsOf(site);
  await using ours = await Load.start(service, tls);
  await using floor = await Load.start(bare, tls);

  const rows: Row[] = [];
  for (const targets of TARGETS) rows.push(await compareLoads({ ours, floor, site, targets }, effort));
  const underLoad = await service.usage();
  return { rows, figures: [memory(underLoad.resident), await pollingCost(service, effort)] };
}

interface Targets {
  readonly name: string;
  readonly resources: readonly string[];
  readonly reach: Row['reach'];
}

const REACH = { at: 'least', ratio: 0.8 } as const;

/**
 * What is asked for. A document is sealed once per sample, so a meter whose values are read in turn seals each once a second;
 * runs of attributes are so many that nearly every request has one sealed for itself, and they are longer than what the floor sends.
 */
const TARGETS: readonly Targets[] = [
  {
    name: 'signed GET of one value',
    resources: [`/cosem/ldevs/${LDEV}/objects/3-0100010800ff/attributes/2`],
    reach: REACH,
  },
  { name: 'signed GET of all values in turn', resources: everyValue, reach: REACH },
  { name: 'signed GET of all runs of attributes in turn', resources: everyRunOfAttributes, reach: undefined },
];

interface Sides {
  readonly ours: Load;
  readonly floor: Load;
  readonly site: Site;
  readonly targets: Targets;
}

async function compareLoads({ ours, floor, site, targets }: Sides, effort: ServiceEffort): Promise<Row> {
  const plain = Array.from({ length: effort.requests }, () => floor.plainRequest(BARE_DOCUMENT));
  const measured: { ours: number; floor: number }[] = [];
  for (let round = 0; round <= effort.rounds; round++) {
    // Signed outside the time that is measured, and fresh for each round: a nonce is good once.
    const signed = await ours.signedRequests(site, targets.resources, effort.requests);
    const result = { floor: await floor.perSecond(plain), ours: await ours.perSecond(signed) };
    if (round > 0) measured.push(result);
  }
  return {
    name: `${targets.name}, ${CONNECTIONS} kept connections`,
    ours: median(measured.map((round) => round.ours)),
    floor: median(measured.map((round) => round.floor)),
    unit: '/s',
    ratio: median(measured.map((round) => round.ours / round.floor)),
    reach: targets.reach,
  };
}

/** Some connections to a server, each with one request after the other. */
class Load implements AsyncDisposable {
  readonly #origin: string;
  readonly #clients: readonly RawHttpsClient[];

  private constructor(origin: string, clients: readonly RawHttpsClient[]) {
    this.#origin = origin;
    this.#clients = clients;
  }

  static async start({ ready }: ServerProcess, tls: ConnectionOptions): Promise<Load> {
    const { hostname: host, port } = new URL(ready);
    const connect = () => RawHttpsClient.connect({ ...tls, host, port: Number(port) });
    return new Load(ready, await Promise.all(Array.from({ length: CONNECTIONS }, connect)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client[Symbol.dispose]();
  }

  plainRequest(target: string): Uint8Array {
    return bytesOfGet(new URL(target, this.#origin));
  }

  signedRequests(site: Site, targets: readonly string[], count: number): Promise<readonly Uint8Array[]> {
    return Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const url = new URL(targets[index % targets.length] ?? '/', this.#origin);
        return bytesOfGet(url, await signatureOfGet(site, url));
      }),
    );
  }

  async perSecond(requests: readonly Uint8Array[]): Promise<number> {
    let next = 0;
    const start = performance.now();
    await Promise.all(
      this.#clients.map(async (client) => {
        for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
          const status = await client.ask(request);
          if (status !== 200) throw new Error(`${this.#origin} answers ${status}`);
        }
      }),
    );
    return (requests.length * 1_000) / (performance.now() - start);
  }
}

const memory = (resident: number): Figure => ({
  name: 'resident memory of the service under that load',
  value: resident / 1_000_000,
  unit: 'MB',
  reach: { at: 'most', value: 110 },
});

async function pollingCost(service: ServerProcess, { idleSeconds }: ServiceEffort): Promise<Figure> {
  const before = await service.usage();
  await sleep(systemClock, Seconds(idleSeconds));
  const after = await service.usage();
  return {
    name: 'polling one PAC3200 at 1 s, share of a core',
    value: ((after.cpu - before.cpu) / (toSeconds(Seconds(idleSeconds)) * 1_000_000)) * 100,
    unit: '%',
    reach: { at: 'most', value: 2 },
  };
}
