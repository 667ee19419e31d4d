import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { Das } from '#das/das.ts';
import { type ConfigurationFile, readDasConfiguration } from './configuration.ts';
import { configuredMeters, schedules, serverTls } from './das-parts.ts';
import type { DasConfiguration } from './das-schema.ts';
import { Follower } from './follower.ts';

type DasFile = ConfigurationFile<DasConfiguration>;

/**
 * Keeps a running DAS in step with its configuration and the files that it names: its meters with their schedules, and its server's
 * certificate, key and client roots are taken up while it runs, all or none of them. All else takes a restart.
 * @param started the file as the DAS was started from it
 */
export function followDas(
  path: string,
  started: DasFile,
  das: Pick<Das, 'replaceMeters' | 'replaceTls'>,
  surroundings: { readonly clock: Clock; readonly log: Log },
): Follower {
  let current = started;
  const takeUp = async () => {
    const file = readDasConfiguration(path);
    const meters = configuredMeters(file);
    das.replaceTls(await serverTls(file));
    await das.replaceMeters(meters, schedules(file.configuration));
    current = file;
    return { meters: meters.length };
  };
  return new Follower({ name: 'das', files: () => [path, ...filesOf(current)], takeUp }, surroundings);
}

/** The files whose content is taken up. */
function filesOf({ configuration: { listen }, pathOf }: DasFile): readonly string[] {
  return [listen.certificate, listen.key, ...(listen.clientRoots ?? [])].map(pathOf);
}
