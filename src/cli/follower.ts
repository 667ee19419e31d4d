import type { Clock } from '#core/clock.ts';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { Log, LogFields } from '#core/log.ts';
import { watchFiles } from './file-watch.ts';

export interface Followed {
  /** What follows; its events are `meter.reloaded` and `meter.reload-refused`. */
  readonly name: 'meter' | 'das';
  /** Asked at each look, for one of them may name the others. */
  readonly files: () => readonly string[];
  /** Reads them anew and takes up what they say, all of it or nothing. Returns what the log is to say beside. */
  readonly takeUp: () => Promise<LogFields>;
}

/** Keeps what runs in step with the files that it was started from. */
export class Follower implements Disposable {
  readonly #followed: Followed;
  readonly #log: Log;
  readonly #watch: Disposable;
  #underWay: Promise<void> = Promise.resolve();

  constructor(followed: Followed, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#followed = followed;
    this.#log = log;
    this.#watch = watchFiles(followed.files, () => void this.now('a file has changed'), clock);
  }

  /** One after the other, so that what was read last is what holds. Never rejects: what cannot be used is logged. */
  now(why: string): Promise<void> {
    this.#underWay = this.#underWay.then(() => this.#take(why));
    return this.#underWay;
  }

  /** Looks whenever SIGHUP comes, until that is disposed. */
  onHangUp(): Disposable {
    const look = (): void => void this.now('SIGHUP');
    process.on('SIGHUP', look);
    return { [Symbol.dispose]: () => void process.off('SIGHUP', look) };
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }

  async #take(why: string): Promise<void> {
    const { name, takeUp } = this.#followed;
    try {
      this.#log.info(`${name}.reloaded`, { why, ...(await takeUp()) });
    } catch (error) {
      const mend = error instanceof SealmeterError ? error.mend : undefined;
      this.#log.error(`${name}.reload-refused`, { why, reason: reasonOf(error), mend });
    }
  }
}
