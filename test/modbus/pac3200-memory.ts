import { type FormatName, writeRegisters } from '#modbus/register-format.ts';
import { readVectors } from './csv.ts';

/** Registers by address, as a device would hold them. */
export type Memory = Map<number, number>;

/** A moment of a house with a small solar plant on L2: offsets 1, 3, 5, … 73. */
const MOMENTARY = [
  230.12, 229.87, 231.05, 398.61, 399.02, 399.4, 4.213, 2.876, 6.052, 969.5, 661.1, 1398.3, 951.2, -312.4, 1360.75,
  187.6, -45.3, 321.9, 0.981, 0.473, 0.973, 1.82, 1.95, 1.77, 9.31, 12.04, 7.66, 49.987, 230.35, 399.01, 4.38, 3028.9,
  1999.55, 464.2, 0.66, 0.29, 38.2,
];

/** Offsets 801, 805, … 837, in Wh, varh and VAh. The first is a reading of a real meter. */
const ENERGIES = [2_869_776_238.950955, 1_234_567.89, 88_001.5, 2.25, 5_000.75, 17.5, 300.5, 0, 9_999_999.999, 42.125];

/** Offsets 203, 205, … 221. */
const STATUS = [0, 0, 0, 1, 0, 3_600_000, 17, 3, 12, 5];

/** Offsets 501, 503, … 515 as floats; then the period and its age in seconds. */
const DEMAND = [1840.5, 410.25, 12.5, 0, 5200.5, -900.25, 800, -120.5];
const PERIOD = 900;
const AGE = 60;

export function pac3200Memory(): Memory {
  const memory: Memory = new Map();
  MOMENTARY.forEach((value, index) => put(memory, 1 + 2 * index, 'float32', value));
  MOMENTARY.slice(0, 35).forEach((value, index) => put(memory, 75 + 2 * index, 'float32', value * 1.1));
  const withMinimum = [...MOMENTARY.slice(0, 21), ...MOMENTARY.slice(27, 35)];
  withMinimum.forEach((value, index) => put(memory, 145 + 2 * index, 'float32', value * 0.9));
  STATUS.forEach((value, index) => put(memory, 203 + 2 * index, 'uint32', value));
  put(memory, 223, 'float32', 1.5);
  DEMAND.forEach((value, index) => put(memory, 501 + 2 * index, 'float32', value));
  put(memory, 517, 'uint32', PERIOD);
  put(memory, 519, 'uint32', AGE);
  ENERGIES.forEach((value, index) => put(memory, 801 + 4 * index, 'float64', value));
  putText(memory, 64_002, '7KM2112-0BA00-3AA0', 20);
  putText(memory, 64_012, 'LQN/081234567', 16);
  [42, 1].forEach((value, index) => put(memory, [64_001, 64_020][index] ?? 0, 'uint16', value));
  put(memory, 64_021, 'uint32', 0x56_02_00_01);
  for (let address = 64_023; address <= 64_027; address++) put(memory, address, 'uint16', 0);
  return memory;
}

export function put(memory: Memory, address: number, format: FormatName, value: number): void {
  putBytes(memory, address, writeRegisters(format, value));
}

function putText(memory: Memory, address: number, text: string, characters: number): void {
  putBytes(memory, address, new TextEncoder().encode(text.padEnd(characters, '\0')));
}

function putBytes(memory: Memory, address: number, bytes: Uint8Array): void {
  for (let index = 0; index < bytes.length; index += 2) {
    memory.set(address + index / 2, ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0));
  }
}

/** Registers that the reference gives to the blocks of the poll plan; a memory that lacks one is no PAC3200. */
export function definedRegisters(): readonly number[] {
  const inPlan = (offset: number): boolean => offset < 900 || (offset >= 64_001 && offset <= 64_027);
  return readVectors<'offset' | 'registers'>('pac3200.csv')
    .map(({ offset, registers }) => ({ offset: Number(offset), registers: Number(registers) }))
    .filter(({ offset }) => inPlan(offset))
    .flatMap(({ offset, registers }) => Array.from({ length: registers }, (_, index) => offset + index));
}
