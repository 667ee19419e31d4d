import type { Clock } from '#core/clock.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Meter, ReplaceableParts } from '#meter/meter.ts';
import type { Terminal } from './command.ts';
import { type ConfigurationFile, readMeterConfiguration } from './configuration.ts';
import { watchFiles } from './file-watch.ts';
import { replaceableParts } from './meter-parts.ts';
import type { MeterConfiguration } from './meter-schema.ts';
import { openSigner } from './signer.ts';
import { certificatesIn } from './tls-parts.ts';

type MeterFile = ConfigurationFile<MeterConfiguration>;

export interface ReloadSurroundings {
  readonly environment: Terminal['environment'];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Keeps a meter in step with its configuration and the files that it names: TLS certificates, key and roots, the
 * signature's certificate with its key, and the clients are taken up while it runs, all or none of them. All else takes a
 * restart, and the log says so.
 */
export class Reload implements Disposable {
  readonly #path: string;
  readonly #meter: Meter;
  readonly #surroundings: ReloadSurroundings;
  readonly #watch: Disposable;
  #file: MeterFile;
  #underWay: Promise<void> = Promise.resolve();

  /** @param file as the meter was started from it */
  constructor(path: string, file: MeterFile, meter: Meter, surroundings: ReloadSurroundings) {
    this.#path = path;
    this.#file = file;
    this.#meter = meter;
    this.#surroundings = surroundings;
    const changed = (): void => void this.now('a file has changed');
    this.#watch = watchFiles(() => [path, ...filesOf(this.#file)], changed, surroundings.clock);
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
    const { log } = this.#surroundings;
    try {
      const file = readMeterConfiguration(this.#path);
      await this.#meter.replace({ ...(await replaceableParts(file)), ...(await this.#otherSigner(file)) });
      this.#tellWhatTakesRestart(file);
      this.#file = file;
      log.info('meter.reloaded', { why, key: this.#meter.keyId });
    } catch (error) {
      const mend = error instanceof SealmeterError ? error.mend : undefined;
      log.error('meter.reload-refused', { why, reason: reasonOf(error), mend });
    }
  }

  /** A key in a token is opened only where the certificate is another: each opening costs a try of the PIN. */
  async #otherSigner({ configuration, pathOf }: MeterFile): Promise<Pick<ReplaceableParts, 'signer'>> {
    const { signature } = configuration;
    const [{ id }] = certificatesIn(pathOf(signature.certificate));
    if (id === this.#meter.keyId) return {};
    return { signer: await openSigner(signature, pathOf, this.#surroundings) };
  }

  #tellWhatTakesRestart(file: MeterFile): void {
    const [former, now] = [fixedParts(this.#file.configuration), fixedParts(file.configuration)];
    const changed = Object.keys({ ...former, ...now }).filter(
      (name) => JSON.stringify(former[name]) !== JSON.stringify(now[name]),
    );
    if (changed.length > 0) this.#surroundings.log.warn('meter.restart-needed', { changed: changed.join(', ') });
  }
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
