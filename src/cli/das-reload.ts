import type { Clock } from '#core/clock.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Das } from '#das/das.ts';
import { type ConfigurationFile, readDasConfiguration } from './configuration.ts';
import { configuredMeters, serverTls } from './das-parts.ts';
import type { DasConfiguration } from './das-schema.ts';
import { watchFiles } from './file-watch.ts';

type DasFile = ConfigurationFile<DasConfiguration>;

export interface DasReloadSurroundings {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Keeps a running DAS in step with its configuration and the files that it names: its meters, and its server's certificate,
 * key and client roots are taken up while it runs, all or none of them. All else takes a restart.
 */
export class DasReload implements Disposable {
  readonly #path: string;
  readonly #das: Pick<Das, 'replaceMeters' | 'replaceTls'>;
  readonly #log: Log;
  readonly #watch: Disposable;
  #file: DasFile;
  #underWay: Promise<void> = Promise.resolve();

  /** @param file as the DAS was started from it */
  constructor(
    path: string,
    file: DasFile,
    das: Pick<Das, 'replaceMeters' | 'replaceTls'>,
    { clock, log }: DasReloadSurroundings,
  ) {
    this.#path = path;
    this.#file = file;
    this.#das = das;
    this.#log = log;
    this.#watch = watchFiles(
      () => [path, ...filesOf(this.#file)],
      () => void this.now('a file has changed'),
      clock,
    );
  }

  /** One after the other, so that what was read last is what holds. Never rejects: what cannot be used is logged. */
  now(why: string): Promise<void> {
    this.#underWay = this.#underWay.then(() => this.#take(why));
    return this.#underWay;
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }

  async #take(why: string): Promise<void> {
    try {
      const file = readDasConfiguration(this.#path);
      const meters = configuredMeters(file);
      this.#das.replaceTls(await serverTls(file));
      await this.#das.replaceMeters(meters);
      this.#file = file;
      this.#log.info('das.reloaded', { why, meters: meters.length });
    } catch (error) {
      const mend = error instanceof SealmeterError ? error.mend : undefined;
      this.#log.error('das.reload-refused', { why, reason: reasonOf(error), mend });
    }
  }
}

/** The files whose content is taken up. */
function filesOf({ configuration: { listen }, pathOf }: DasFile): readonly string[] {
  return [listen.certificate, listen.key, ...(listen.clientRoots ?? [])].map(pathOf);
}
