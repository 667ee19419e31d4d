import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { Meter, ReplaceableParts } from '#meter/meter.ts';
import type { Terminal } from './command.ts';
import { type ConfigurationFile, readMeterConfiguration } from './configuration.ts';
import { certificatesIn } from './files.ts';
import { Follower } from './follower.ts';
import { replaceableParts } from './meter-parts.ts';
import type { MeterConfiguration } from './meter-schema.ts';
import { openSigner } from './signer.ts';

type MeterFile = ConfigurationFile<MeterConfiguration>;

interface MeterSurroundings {
  readonly environment: Terminal['environment'];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Keeps a running meter in step with its configuration and the files that it names: TLS certificates, key and roots, the
 * signature's certificate with its key, and the clients are taken up while it runs, all or none of them. All else takes a
 * restart, and the log says so.
 * @param started the file as the meter was started from it
 */
export function followMeter(path: string, started: MeterFile, meter: Meter, surroundings: MeterSurroundings): Follower {
  let current = started;
  const takeUp = async () => {
    const file = readMeterConfiguration(path);
    await meter.replace({ ...(await replaceableParts(file)), ...(await otherSigner(file, meter, surroundings)) });
    tellWhatTakesRestart(current, file, surroundings.log);
    current = file;
    return { key: meter.keyId };
  };
  return new Follower({ name: 'meter', files: () => [path, ...filesOf(current)], takeUp }, surroundings);
}

/** A key in a token is opened only where the certificate is another: each opening costs a try of the PIN. */
async function otherSigner(
  { configuration, pathOf }: MeterFile,
  { keyId }: Meter,
  surroundings: MeterSurroundings,
): Promise<Pick<ReplaceableParts, 'signer'>> {
  const { signature } = configuration;
  const [{ id }] = certificatesIn(pathOf(signature.certificate));
  return id === keyId ? {} : { signer: await openSigner(signature, pathOf, surroundings) };
}

function tellWhatTakesRestart(former: MeterFile, now: MeterFile, log: Log): void {
  const [before, after] = [fixedParts(former.configuration), fixedParts(now.configuration)];
  const changed = Object.keys({ ...before, ...after }).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (changed.length > 0) log.warn('meter.restart-needed', { changed: changed.join(', ') });
}

/** The files whose content is taken up. */
function filesOf({ configuration, pathOf }: MeterFile): readonly string[] {
  const { tls, signature, clients } = configuration;
  const own = [tls.certificate, tls.key, ...tls.clientRoots, signature.certificate, signature.key ?? []].flat();
  return [...own, ...clients.flatMap((client) => [...client.tls, ...(client.signature ?? [])])].map(pathOf);
}

/** What a running meter cannot change. */
function fixedParts({
  clients: _c,
  signature: _s,
  tls,
  ...rest
}: MeterConfiguration): Readonly<Record<string, unknown>> {
  const { minimumVersion, suites, groups, sessions } = tls;
  return {
    ...rest,
    'tls.minimumVersion': minimumVersion,
    'tls.suites': suites,
    'tls.groups': groups,
    'tls.sessions': sessions,
  };
}
