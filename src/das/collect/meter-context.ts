import type { Clock } from '#core/clock.ts';
import type { Log } from '#core/log.ts';
import type { Duration } from '#core/time.ts';
import type { Zone } from '#core/zone.ts';
import type { CryptoPort } from '#crypto/crypto-port.ts';
import type { PinnedMeter } from '#das/das-registry.ts';
import type { ReadingStore } from '#das/reading-store.ts';
import type { Expectation, PinnedCertificate } from '#das/verdict.ts';
import type { AlarmBoard } from './alarm-board.ts';
import type { JudgingTurns } from './judging-turns.ts';
import type { LiveFeed } from './live-feed.ts';
import type { MeterReader } from './meter-reader.ts';
import type { MeterWatch } from './meter-watch.ts';
import type { Tally } from './tally.ts';

/** How far the clocks of meter and DAS may be apart, and how old the present may be. */
export interface TimeLimits {
  readonly tolerance: Duration;
  readonly oldest: Duration;
}

/** What the collection from all meters has in common. */
export interface Surroundings {
  readonly store: ReadingStore;
  readonly board: AlarmBoard;
  readonly feed: LiveFeed;
  readonly tally: Tally;
  readonly judging: JudgingTurns;
  readonly times: TimeLimits;
  readonly crypto: CryptoPort;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the tasks of one meter work with. */
export interface MeterContext extends Surroundings {
  readonly meter: PinnedMeter;
  readonly zone: Zone;
  readonly reader: Pick<MeterReader, 'get'>;
  readonly pinned: readonly PinnedCertificate[];
  /** What every document of the meter is judged by. */
  readonly trust: Pick<Expectation, 'chain' | 'revocation'>;
  readonly watch: MeterWatch;
  /** Renews what would run out within so long, so that no read waits for it. */
  readonly tend: (ahead: Duration) => Promise<void>;
}
