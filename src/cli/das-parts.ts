import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '#core/clock.ts';
import { SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { type Duration, type Instant, Milliseconds, parseInstant } from '#core/time.ts';
import { systemZone } from '#core/zone-file.ts';
import {
  type CollectorLimits,
  type CollectorParts,
  DEFAULT_COLLECTOR_LIMITS,
  type SignatureAuthorities,
} from '#das/collector.ts';
import type { DasParts } from '#das/das.ts';
import { CONFIGURED_BY, type PinnedMeter, type PinnedSignature } from '#das/das-registry.ts';
import { MeterClient } from '#das/meter-client.ts';
import { ocmfPartiesBy } from '#das/ocmf-parties.ts';
import type { KeepLimits } from '#das/reading-store.ts';
import { DEFAULT_SCHEDULE, type Schedule, taskNames } from '#das/schedule.ts';
import { openSqliteStore } from '#das/sqlite-store.ts';
import { readProgram } from '#meter/program.ts';
import { readKeyFile } from '#pki/key-files.ts';
import { resolvePair } from '#pki/key-pair-store.ts';
import { certificatesToPem } from '#pki/public-files.ts';
import type { RevocationService } from '#pki/revocation-service.ts';
import { parsePrivateKey } from '#pki/signing-key.ts';
import { MAX_DOCUMENT_BYTES } from '#signature/xml-profile.ts';
import type { Terminal } from './command.ts';
import { at, type ConfigurationFile, duration } from './configuration.ts';
import type { DasConfiguration } from './das-schema.ts';
import { certificatesIn, readText } from './files.ts';
import { revocationBy } from './revocation.ts';
import { openSigner } from './signer.ts';

type DasFile = ConfigurationFile<DasConfiguration>;
type MeterEntry = NonNullable<DasConfiguration['meters']>[number];

const LIVE_KEPT = '31 d';

/**
 * Reads everything that a configuration names and makes it the parts of a DAS. The store is opened.
 * @throws SealmeterError (configuration) naming file and place
 */
export async function dasParts(file: DasFile, log: Log, environment: Terminal['environment']): Promise<DasParts> {
  const { configuration, pathOf } = file;
  const revocation = revocationBy(configuration.revocation ?? {}, log);
  const collector = await collectorParts(file, revocation, log, environment);
  return {
    collector,
    server: { ...(await serverParts(file, revocation)), ocmf: ocmfPartiesBy(collector.signer, readProgram().version) },
    listen: configuration.listen,
    meters: configuredMeters(file),
    keep: keepLimits(configuration.keep),
    clock: systemClock,
    log,
    store: await openSqliteStore(pathOf(configuration.state)),
  };
}

/** What asks meters. It needs no store. */
async function collectorParts(
  file: DasFile,
  revocation: RevocationService | undefined,
  log: Log,
  environment: Terminal['environment'],
): Promise<DasParts['collector']> {
  const { configuration, pathOf } = file;
  return {
    connect: await connections(file, revocation),
    signer: await openSigner(configuration.signature, pathOf, { environment, clock: systemClock, log }),
    signatures: signatureAuthorities(file, revocation),
    scheduleOf: schedules(configuration),
    limits: collectorLimits(configuration),
  };
}

/** How connections to meters are made. */
export async function connections(
  { configuration, pathOf }: DasFile,
  revocation: RevocationService | undefined,
): Promise<CollectorParts['connect']> {
  const { tls } = configuration;
  const files = await resolvePair({ certificate: pathOf(tls.certificate), key: pathOf(tls.key) });
  const [certificate, key] = [readText(files.certificate), await readKeyFile(files.key)];
  const common = tls.roots.map((root) => readText(pathOf(root)));
  return (roots) =>
    new MeterClient({
      identity: { certificate, key, roots: roots.length === 0 ? common : roots },
      // Longer ones are not believed, and many may come at once.
      largestAnswer: MAX_DOCUMENT_BYTES,
      revocation,
      clock: systemClock,
    });
}

function signatureAuthorities(
  { configuration, pathOf }: DasFile,
  revocation: RevocationService | undefined,
): SignatureAuthorities | undefined {
  const files = configuration.signatureAuthorities;
  if (files === undefined) return undefined;
  return { authorities: files.flatMap((path) => certificatesIn(pathOf(path))), checker: revocation?.checker };
}

async function serverParts(file: DasFile, revocation: RevocationService | undefined): Promise<DasParts['server']> {
  const { listen, demo = false } = file.configuration;
  const pageFolder = builtPage();
  return {
    tls: await serverTls(file),
    demo,
    ...(pageFolder !== undefined && { pageFolder }),
    ...(listen.names !== undefined && { hosts: new Set(listen.names) }),
    ...(revocation !== undefined && { revocation: revocation.checker }),
  };
}

/** What the server proves itself with, and what users' certificates chain up to. */
export async function serverTls({ configuration: { listen }, pathOf }: DasFile): Promise<DasParts['server']['tls']> {
  const files = await resolvePair({ certificate: pathOf(listen.certificate), key: pathOf(listen.key) });
  return {
    certificates: certificatesIn(files.certificate),
    privateKey: parsePrivateKey(await readKeyFile(files.key)),
    clientRoots: (listen.clientRoots ?? []).flatMap((path) => certificatesIn(pathOf(path))),
  };
}

/** In the published package the page lies beside us, in a clone it is built to dist/. */
const builtPage = (): string | undefined =>
  ['../page', '../../dist/page']
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((folder) => existsSync(join(folder, 'index.html')));

/** The meters of a configuration, as the registry has them. */
export function configuredMeters(file: DasFile): readonly PinnedMeter[] {
  const entries = file.located.get('meters')?.items() ?? [];
  return (file.configuration.meters ?? []).map((entry, index) => at(entries[index], () => pinnedMeter(entry, file)));
}

function pinnedMeter(entry: MeterEntry, { configuration, pathOf }: DasFile): PinnedMeter {
  const { id, name = id, url, roots = [], signature, form = 'rfc9421' } = entry;
  const { name: zone } = systemZone(entry.zone ?? configuration.timeZone ?? 'Europe/Berlin');
  return {
    id,
    name,
    url,
    zone,
    tlsRoots: roots.map((path) => readText(pathOf(path))),
    signatures: signature.flatMap((pin) => pinnedSignatures(pin, pathOf)),
    requestForm: form,
    addedAt: systemClock.now(),
    addedBy: CONFIGURED_BY,
  };
}

/** The certificates of a file, each trusted for as long as the entry says. */
function pinnedSignatures(
  entry: MeterEntry['signature'][number],
  pathOf: DasFile['pathOf'],
): readonly PinnedSignature[] {
  const { certificate: path, from, until } = typeof entry === 'string' ? { certificate: entry } : entry;
  const life = { ...(from && { from: instantOf(from) }), ...(until && { until: instantOf(until) }) };
  return certificatesIn(pathOf(path)).map((one) => ({ id: one.id, pem: certificatesToPem([one]), ...life }));
}

/** The schema has checked the form, but not whether there is such a day. */
function instantOf(written: string): Instant {
  const instant = parseInstant(written);
  if (instant !== undefined) return instant;
  throw new SealmeterError('configuration', 'FILE_AGAINST_SCHEMA', `${written} is no time`, {
    mend: 'write a day that there is, such as 2026-11-20T09:15:00Z',
  });
}

type ScheduleEntry = DasConfiguration['schedule'];

/** How often what is read of which meter. */
export function schedules({ schedule, meters = [] }: DasConfiguration): (meter: string) => Schedule {
  const common = scheduleFrom(schedule, DEFAULT_SCHEDULE);
  const own = new Map(meters.map((meter) => [meter.id, scheduleFrom(meter.schedule, common)]));
  return (meter) => own.get(meter) ?? common;
}

const scheduleFrom = (entry: ScheduleEntry, otherwise: Schedule): Schedule => {
  const periods = taskNames.map((task) => [task, duration(entry?.[task], otherwise[task])] as const);
  return Object.fromEntries(periods) as Record<(typeof taskNames)[number], Duration>;
};

function collectorLimits({ requests = {}, watch = {}, refuse = {} }: DasConfiguration): CollectorLimits {
  const standard = DEFAULT_COLLECTOR_LIMITS;
  return {
    concurrent: requests.concurrent ?? standard.concurrent,
    background: requests.background ?? standard.background,
    perSecond: requests.perSecond ?? standard.perSecond,
    spacing: requests.perMeter === undefined ? standard.spacing : Milliseconds(1_000 / requests.perMeter),
    clockOffset: duration(watch.clockOffset, standard.clockOffset),
    clockJump: duration(watch.clockJump, standard.clockJump),
    stale: duration(watch.stale, standard.stale),
    silence: duration(watch.silence, standard.silence),
    certificate: duration(watch.certificate, standard.certificate),
    tolerance: duration(refuse.fromFuture, standard.tolerance),
    oldest: duration(refuse.olderThan, standard.oldest),
  };
}

function keepLimits(keep: DasConfiguration['keep']): KeepLimits {
  const written = Object.entries({ live: LIVE_KEPT, ...keep });
  return Object.fromEntries(written.map(([kind, text]) => [kind, duration(text, Milliseconds(0))]));
}
