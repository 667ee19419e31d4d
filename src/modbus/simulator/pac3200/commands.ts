import { type EnergyCounter, energyCounters, type Tariff } from '#modbus/simulator/model/energy.ts';
import { ModbusRefusal } from '#modbus/simulator/wire/exceptions.ts';
import { type Allowed, isAllowed } from './allowed.ts';
import { energyRows } from './register-table.ts';

/** What function 06 can have the meter do. */
export interface Orders {
  resetMaxima(): void;
  resetMinima(): void;
  resetEnergy(counters: readonly EnergyCounter[]): void;
  synchronizeDemand(minutes: number): void;
  switchTariff(tariff: Tariff): void;
  acknowledge(mask: number): void;
  switchOutput(on: boolean): void;
}

interface Command {
  readonly allowed: Allowed;
  readonly run: (meter: Orders, value: number) => void;
}

/** @see SENTRON PAC3200 Manual 02/2008, page 61 */
const commands: Readonly<Record<number, Command>> = {
  60002: { allowed: { oneOf: [0] }, run: (meter) => meter.resetMaxima() },
  60003: { allowed: { oneOf: [0] }, run: (meter) => meter.resetMinima() },
  60004: { allowed: { from: 0, to: energyRows.length }, run: (meter, which) => meter.resetEnergy(countersOf(which)) },
  60005: { allowed: { from: 1, to: 60 }, run: (meter, minutes) => meter.synchronizeDemand(minutes) },
  60006: { allowed: { from: 0, to: 1 }, run: (meter, low) => meter.switchTariff(low === 0 ? 1 : 2) },
  60007: { allowed: { from: 0, to: 0xffff }, run: (meter, mask) => meter.acknowledge(mask) },
  60008: { allowed: { from: 0, to: 1 }, run: (meter, on) => meter.switchOutput(on === 1) },
};

/** @throws ModbusRefusal for an offset that is no order (02) and for a value that the order does not know (03). */
export function runCommand(meter: Orders, at: number, value: number): void {
  const command = commands[at];
  if (command === undefined) throw new ModbusRefusal('illegal data address');
  if (!isAllowed(value, command.allowed)) throw new ModbusRefusal('illegal data value');
  command.run(meter, value);
}

/** 0 is all of them. */
const countersOf = (which: number): readonly EnergyCounter[] =>
  which === 0 ? energyCounters : energyRows.filter(({ reset }) => reset === which).map(({ counter }) => counter);
