import type { SimulatedMeter } from './device.ts';
import { phaseIndices } from './model/three-phases.ts';
import type { Faults } from './wire/faults.ts';
import type { ModbusServer } from './wire/server.ts';

/** The parts of a simulator that something can be wrong with. */
export interface SimulatorParts {
  readonly server: ModbusServer;
  readonly faults: Faults;
  readonly meter: SimulatedMeter;
}

interface Condition {
  readonly says: string;
  readonly begin: (parts: SimulatorParts) => void;
}

/** What can be wrong for a while with the meter or its network, beside garbled replies. Several may hold at a time. */
export const conditions = {
  latency: {
    says: 'every reply takes 20 to 100 ms',
    begin: ({ faults }) => {
      faults.isSlow = true;
    },
  },
  hang: { says: 'connections are accepted, nothing is answered', begin: ({ faults }) => faults.hang() },
  'refuse-connections': { says: 'new clients are refused', begin: ({ server }) => server.refuse() },
  'write-protection': {
    says: 'every write is refused with F0h',
    begin: ({ meter }) => {
      meter.isWriteProtected = true;
    },
  },
  'nan-l1': { says: 'phase L1 is not connected', begin: ({ meter }) => meter.setConnected(0, false) },
  'nan-l2': { says: 'phase L2 is not connected', begin: ({ meter }) => meter.setConnected(1, false) },
  'nan-l3': { says: 'phase L3 is not connected', begin: ({ meter }) => meter.setConnected(2, false) },
} as const satisfies Record<string, Condition>;

export type ConditionName = keyof typeof conditions;

/** Everything is as it should be again. */
export async function endConditions({ server, faults, meter }: SimulatorParts): Promise<void> {
  faults.clear();
  meter.isWriteProtected = false;
  for (const phase of phaseIndices) meter.setConnected(phase, true);
  await server.listen();
}
