import { statSync } from 'node:fs';
import type { Cancel, Clock } from '#core/clock.ts';
import { type Duration, Seconds } from '#core/time.ts';

/** Nobody is kept waiting by it, and ten files cost a fraction of a millisecond. */
const INTERVAL: Duration = Seconds(2);

/**
 * Calls back when any of some files has changed and all of them have been quiet since the last look, so that what is
 * written in several steps is seen as a whole. It looks instead of being told: that works on every file system, and
 * through links that are pointed elsewhere, as container platforms do with secrets.
 *
 * @param files is asked at each look, for one of them may name the others
 */
export function watchFiles(files: () => readonly string[], onChange: () => void, clock: Clock): Disposable {
  let known = stateOf(files());
  let last = known;
  let cancel: Cancel;
  const look = (): void => {
    const state = stateOf(files());
    if (state !== known && state === last) {
      known = state;
      onChange();
    }
    last = state;
    cancel = clock.after(INTERVAL, look);
  };
  cancel = clock.after(INTERVAL, look);
  return { [Symbol.dispose]: () => cancel() };
}

const stateOf = (files: readonly string[]): string => files.map(stateOfFile).join('\n');

/** A file that is away for a moment, while it is replaced, or that cannot be looked at, is a state as well. */
function stateOfFile(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${path} ${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    return `${path} ${(error as NodeJS.ErrnoException).code}`;
  }
}
