import type { FormatName } from '#modbus/register-format.ts';
import type { DemandFigure } from '#modbus/simulator/model/demand.ts';
import type { EnergyCounter } from '#modbus/simulator/model/energy.ts';
import type { Measurand } from '#modbus/simulator/model/measurands.ts';
import type { Allowed } from './allowed.ts';

/**
 * Every value of a PAC3200 that can be reached with functions 03, 04 and 10h. An offset is the PDU address.
 * @see SENTRON PAC3200 Manual 02/2008, A5E01168664B-04, pages 40 to 62; for 213 to 223, which it lacks, the manuals
 * of the sister models
 */

/** A measurand's offsets, each a float32: now, its maximum and its minimum since the last reset. */
interface MeasurandRow {
  readonly measurand: Measurand;
  readonly at: number;
  readonly maximum?: number;
  readonly minimum?: number;
}

export const measurandRows: readonly MeasurandRow[] = [
  { measurand: 'voltage-l1-n', at: 1, maximum: 75, minimum: 145 },
  { measurand: 'voltage-l2-n', at: 3, maximum: 77, minimum: 147 },
  { measurand: 'voltage-l3-n', at: 5, maximum: 79, minimum: 149 },
  { measurand: 'voltage-l1-l2', at: 7, maximum: 81, minimum: 151 },
  { measurand: 'voltage-l2-l3', at: 9, maximum: 83, minimum: 153 },
  { measurand: 'voltage-l3-l1', at: 11, maximum: 85, minimum: 155 },
  { measurand: 'current-l1', at: 13, maximum: 87, minimum: 157 },
  { measurand: 'current-l2', at: 15, maximum: 89, minimum: 159 },
  { measurand: 'current-l3', at: 17, maximum: 91, minimum: 161 },
  { measurand: 'apparent-power-l1', at: 19, maximum: 93, minimum: 163 },
  { measurand: 'apparent-power-l2', at: 21, maximum: 95, minimum: 165 },
  { measurand: 'apparent-power-l3', at: 23, maximum: 97, minimum: 167 },
  { measurand: 'active-power-l1', at: 25, maximum: 99, minimum: 169 },
  { measurand: 'active-power-l2', at: 27, maximum: 101, minimum: 171 },
  { measurand: 'active-power-l3', at: 29, maximum: 103, minimum: 173 },
  { measurand: 'reactive-power-l1', at: 31, maximum: 105, minimum: 175 },
  { measurand: 'reactive-power-l2', at: 33, maximum: 107, minimum: 177 },
  { measurand: 'reactive-power-l3', at: 35, maximum: 109, minimum: 179 },
  { measurand: 'power-factor-l1', at: 37, maximum: 111, minimum: 181 },
  { measurand: 'power-factor-l2', at: 39, maximum: 113, minimum: 183 },
  { measurand: 'power-factor-l3', at: 41, maximum: 115, minimum: 185 },
  { measurand: 'thd-voltage-l1', at: 43, maximum: 117 },
  { measurand: 'thd-voltage-l2', at: 45, maximum: 119 },
  { measurand: 'thd-voltage-l3', at: 47, maximum: 121 },
  { measurand: 'thd-current-l1', at: 49, maximum: 123 },
  { measurand: 'thd-current-l2', at: 51, maximum: 125 },
  { measurand: 'thd-current-l3', at: 53, maximum: 127 },
  { measurand: 'frequency', at: 55, maximum: 129, minimum: 187 },
  { measurand: 'average-voltage-l-n', at: 57, maximum: 131, minimum: 189 },
  { measurand: 'average-voltage-l-l', at: 59, maximum: 133, minimum: 191 },
  { measurand: 'average-current', at: 61, maximum: 135, minimum: 193 },
  { measurand: 'apparent-power-total', at: 63, maximum: 137, minimum: 195 },
  { measurand: 'active-power-total', at: 65, maximum: 139, minimum: 197 },
  { measurand: 'reactive-power-total', at: 67, maximum: 141, minimum: 199 },
  { measurand: 'power-factor-total', at: 69, maximum: 143, minimum: 201 },
  { measurand: 'unbalance-voltage', at: 71 },
  { measurand: 'unbalance-current', at: 73 },
];

/** Only newer firmware has it. */
export const neutralCurrentRow: MeasurandRow = { measurand: 'neutral-current', at: 223 };

/** What the meter says of itself, each a uint32. */
export const statusRows = [
  { status: 'limit-violations', at: 203 },
  { status: 'diagnostics', at: 205 },
  { status: 'digital-outputs', at: 207 },
  { status: 'digital-inputs', at: 209 },
  { status: 'active-tariff', at: 211 }, // 0: tariff 1, 1: tariff 2
  { status: 'operating-seconds', at: 213 },
  { status: 'universal-counter', at: 215 },
  { status: 'relevant-parameter-changes', at: 217 },
  { status: 'all-parameter-changes', at: 219 },
  { status: 'limit-violation-count', at: 221 },
  { status: 'demand-period-length', at: 517 }, // s
  { status: 'demand-period-elapsed', at: 519 }, // s
] as const satisfies readonly { status: string; at: number }[];

export type StatusName = (typeof statusRows)[number]['status'];

/** Each a float32. */
export const demandRows: readonly { readonly figure: DemandFigure; readonly at: number }[] = [
  { figure: 'active-import', at: 501 },
  { figure: 'reactive-import', at: 503 },
  { figure: 'active-export', at: 505 },
  { figure: 'reactive-export', at: 507 },
  { figure: 'active-maximum', at: 509 },
  { figure: 'active-minimum', at: 511 },
  { figure: 'reactive-maximum', at: 513 },
  { figure: 'reactive-minimum', at: 515 },
];

/** Each a float64 that function 10h may overwrite; `reset` is what the order 60004 calls it. */
export const energyRows: readonly { readonly counter: EnergyCounter; readonly at: number; readonly reset: number }[] = [
  { counter: 'active-energy-import-t1', at: 801, reset: 1 },
  { counter: 'active-energy-import-t2', at: 805, reset: 2 },
  { counter: 'active-energy-export-t1', at: 809, reset: 3 },
  { counter: 'active-energy-export-t2', at: 813, reset: 4 },
  { counter: 'reactive-energy-import-t1', at: 817, reset: 5 },
  { counter: 'reactive-energy-import-t2', at: 821, reset: 6 },
  { counter: 'reactive-energy-export-t1', at: 825, reset: 7 },
  { counter: 'reactive-energy-export-t2', at: 829, reset: 8 },
  { counter: 'apparent-energy-t1', at: 833, reset: 9 },
  { counter: 'apparent-energy-t2', at: 837, reset: 10 },
];

/**
 * A parameter: what it is when the meter leaves the factory (or the simulator's workshop), and what function 10h may
 * make of it. A change of a `relevant` one is remembered in the status word. Only demand, input and output obey their
 * parameters here; the others are kept and given back.
 */
interface ParameterRow {
  readonly parameter: string;
  readonly at: number;
  readonly format: Extract<FormatName, 'uint32' | 'float32'>;
  readonly value: number;
  readonly allowed: Allowed | 'read only';
  readonly relevant?: true;
}

export const parameterRows = [
  // 0: 3P4W, 1: 3P3W, 2: 3P4WB, 3: 3P3WB, 4: 1P2W
  { parameter: 'connection-type', at: 50001, format: 'uint32', value: 0, allowed: { from: 0, to: 4 }, relevant: true },
  {
    parameter: 'voltage-transformer',
    at: 50003,
    format: 'uint32',
    value: 0,
    allowed: { from: 0, to: 1 },
    relevant: true,
  },
  {
    parameter: 'voltage-primary',
    at: 50005,
    format: 'uint32',
    value: 400,
    allowed: { from: 1, to: 999_999 },
    relevant: true,
  }, // V
  {
    parameter: 'voltage-secondary',
    at: 50007,
    format: 'uint32',
    value: 400,
    allowed: { from: 1, to: 690 },
    relevant: true,
  }, // V
  {
    parameter: 'current-primary',
    at: 50011,
    format: 'uint32',
    value: 50,
    allowed: { from: 1, to: 99_999 },
    relevant: true,
  }, // A
  { parameter: 'current-secondary', at: 50013, format: 'uint32', value: 5, allowed: { oneOf: [1, 5] }, relevant: true }, // A
  { parameter: 'invert-current', at: 50015, format: 'uint32', value: 0, allowed: { from: 0, to: 1 }, relevant: true },
  {
    parameter: 'zero-suppression',
    at: 50019,
    format: 'float32',
    value: 0,
    allowed: { from: 0, to: 10 },
    relevant: true,
  }, // %
  { parameter: 'demand-period', at: 50021, format: 'uint32', value: 15, allowed: { from: 1, to: 60 } }, // min
  // 0: none, 1: by bus, 2: by digital input
  { parameter: 'demand-synchronization', at: 50023, format: 'uint32', value: 0, allowed: { from: 0, to: 2 } },
  // 0: status only, 1: pulses, 2: tariff, 3: demand synchronization
  { parameter: 'input-mode', at: 50025, format: 'uint32', value: 0, allowed: { from: 0, to: 3 } },
  // 0: import kWh, 1: export kWh, 2: import kvarh, 3: export kvarh
  { parameter: 'input-pulse-kind', at: 50029, format: 'uint32', value: 0, allowed: { from: 0, to: 3 } },
  { parameter: 'input-pulses-per-unit', at: 50031, format: 'uint32', value: 1, allowed: { from: 1, to: 999 } }, // per 1000 Wh
  { parameter: 'output-group', at: 50033, format: 'uint32', value: 0, allowed: { from: 0, to: 99 } },
  // 0: off, 1: device on, 2: remote, 3: rotation, 4: limit violation, 5: energy pulse
  { parameter: 'output-mode', at: 50035, format: 'uint32', value: 2, allowed: { from: 0, to: 5 } },
  // 0: limit logic, 1 to 6: limit 0 to 5
  { parameter: 'output-limit', at: 50037, format: 'uint32', value: 0, allowed: { from: 0, to: 6 } },
  // as input-pulse-kind
  { parameter: 'output-pulse-kind', at: 50041, format: 'uint32', value: 0, allowed: { from: 0, to: 3 } },
  { parameter: 'output-pulses-per-unit', at: 50043, format: 'uint32', value: 1, allowed: { from: 1, to: 999 } }, // per 1000 Wh
  { parameter: 'output-pulse-length', at: 50045, format: 'uint32', value: 30, allowed: { from: 30, to: 500 } }, // ms

  { parameter: 'ip-address', at: 63001, format: 'uint32', value: 0xc0a8_0032, allowed: { from: 0, to: 0xffff_ffff } }, // 192.168.0.50
  { parameter: 'subnet-mask', at: 63003, format: 'uint32', value: 0xffff_ff00, allowed: { from: 0, to: 0xffff_ffff } },
  { parameter: 'gateway', at: 63005, format: 'uint32', value: 0xc0a8_0001, allowed: { from: 0, to: 0xffff_ffff } }, // 192.168.0.1
  { parameter: 'bootloader-version', at: 63007, format: 'uint32', value: 0x5601_0200, allowed: 'read only' }, // V 1.2.0
  { parameter: 'password-protection', at: 63009, format: 'uint32', value: 0, allowed: 'read only' },
  { parameter: 'ethernet-protocol', at: 63015, format: 'uint32', value: 0, allowed: { from: 0, to: 1 } }, // 0: Modbus TCP
] as const satisfies readonly ParameterRow[];

export type ParameterName = (typeof parameterRows)[number]['parameter'];

export const isRelevant = (name: ParameterName): boolean =>
  parameterRows.some((row) => row.parameter === name && 'relevant' in row);

/**
 * Identification and maintenance data. A text fills its registers with blanks; `firmware-version` is the letter V and
 * three numbers, one per byte. `serial-number` is the simulated meter's own.
 */
export const identityRows = [
  { identity: 'manufacturer-id', at: 64001, format: 'uint16', value: 42 }, // Siemens
  { identity: 'order-number', at: 64002, format: 'text', registers: 10, value: '7KM2112-0BA00-3AA0' },
  { identity: 'serial-number', at: 64012, format: 'text', registers: 8, value: undefined },
  { identity: 'hardware-version', at: 64020, format: 'uint16', value: 1 },
  { identity: 'firmware-version', at: 64021, format: 'uint32', value: 0x5602_0002 }, // V 2.0.2
  { identity: 'changes', at: 64023, format: 'uint16', value: 1 },
  { identity: 'profile-id', at: 64024, format: 'uint16', value: 0x3a00 },
  { identity: 'specific-profile-id', at: 64025, format: 'uint16', value: 0 },
  { identity: 'data-version', at: 64026, format: 'uint16', value: 0x0101 }, // 1.1
  { identity: 'data-supported', at: 64027, format: 'uint16', value: 0x001e }, // I&M 1 to 4
] as const;

/** The texts that an installer writes. */
export const installationRows = [
  { text: 'plant', at: 64028, registers: 16 },
  { text: 'location', at: 64044, registers: 11 },
  { text: 'installation-date', at: 64055, registers: 8 },
  { text: 'comment', at: 64063, registers: 27 },
  { text: 'signature', at: 64090, registers: 27 },
] as const;

export type InstallationText = (typeof installationRows)[number]['text'];

/** "Always read or write the entire block" (manual, page 59). */
export const wholeBlocks = [
  { at: 64001, registers: 27 },
  { at: 64028, registers: 89 },
] as const;
