/** One of something for each of L1, L2, L3. */
export type ThreePhases<T> = readonly [T, T, T];

export type PhaseIndex = 0 | 1 | 2;
export const phaseIndices = [0, 1, 2] as const satisfies ThreePhases<PhaseIndex>;

export const perPhase = <T>(make: (phase: PhaseIndex) => T): ThreePhases<T> => [make(0), make(1), make(2)];
