import type { Chain } from '#journal/chains.ts';
import type { ChainState } from './chain-states.ts';
import type { Database } from './database.ts';

/** What rows are read from: the writer's own connection, or one that only reads. */
export interface JournalSource {
  readonly database: Database;
  /** Which journal it is. */
  readonly id: Uint8Array;
  /** `undefined` for a chain that has no row yet. */
  state(chain: Chain): ChainState | undefined;
  states(): readonly ChainState[];
}
