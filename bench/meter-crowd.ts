/** The logical device of one of many meters that are simulated together. */
export const meterName = (index: number): string => `1sie${String(index).padStart(10, '0')}.sm`;
