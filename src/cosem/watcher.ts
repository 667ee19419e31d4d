import type { AccessContext } from './interface-class.ts';
import type { Snapshot } from './snapshot.ts';

/** What an object does by itself, snapshot after snapshot: a limiter, a calendar. */
export interface Watcher {
  /** How the event books name it: `limiter 0-0:17.0.0.255`. */
  readonly actor: string;
  /**
   * Looks at the next snapshot, once the one before has been dealt with.
   * @throws AccessRefusal where something that it wanted done was refused; it is asked again later
   */
  observe(snapshot: Snapshot, context: AccessContext): Promise<void> | void;
}
