import { Instant } from '#core/time.ts';
import { energyRegister, measurementData } from '../test/support/measurement-data.ts';

/** The document of the contract's example: one energy register with its scaler and unit. */
export const sampleDocument = (): string =>
  measurementData({
    meterId: '1sie0012345678.sm',
    number: 184_467n,
    at: Instant(Date.UTC(2026, 10, 20, 9, 15)),
    objects: [energyRegister(123_456n)],
  });
