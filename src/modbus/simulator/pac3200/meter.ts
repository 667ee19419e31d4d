import type { SimulatedMeter } from '#modbus/simulator/device.ts';
import type { Memory } from '#modbus/simulator/memory.ts';
import { DemandPeriod } from '#modbus/simulator/model/demand.ts';
import type { EnergyCounter, Tariff } from '#modbus/simulator/model/energy.ts';
import { Extremes } from '#modbus/simulator/model/extremes.ts';
import { nothingMeasured, type Reading } from '#modbus/simulator/model/measurands.ts';
import { measure } from '#modbus/simulator/model/measure.ts';
import type { SiteState } from '#modbus/simulator/model/site.ts';
import type { PhaseIndex } from '#modbus/simulator/model/three-phases.ts';
import type { Field, RegisterMap } from '#modbus/simulator/register-map.ts';
import { ModbusRefusal } from '#modbus/simulator/wire/exceptions.ts';
import { type Orders, runCommand } from './commands.ts';
import { Counters } from './counters.ts';
import { inputModes, isPulseRateExceeded, outputState, REMOTE_OUTPUT } from './digital-io.ts';
import { discreteInputs } from './discrete-inputs.ts';
import { limitWord, newViolations } from './limits.ts';
import { isCurrentOverloaded, isVoltageOverloaded } from './overload.ts';
import { pac3200Registers } from './register-map.ts';
import { isRelevant, type ParameterName, type StatusName } from './register-table.ts';
import { restoreExtremes, saveExtremes } from './saved-extremes.ts';
import { Settings } from './settings.ts';

export interface Pac3200Options {
  /** What survives a power cut. With something in it, this start is a restart. */
  readonly memory: Memory;
  /** Up to 16 characters. */
  readonly serialNumber: string;
  /** Whether the firmware is new enough to know offset 223. */
  readonly hasNeutralCurrent: boolean;
  /** Wh that it has imported before its first start. Default: none. */
  readonly counted?: number;
  /** Registers that no PAC3200 has. Default: none. */
  readonly moreFields?: readonly Field[];
}

const COUNTERS_SAVED_EVERY = 300; // s
const EXTREMES_SAVED_EVERY = 5; // s

/** A SENTRON PAC3200: what it measures, counts and remembers, one second at a time. */
export class Pac3200 implements SimulatedMeter, Orders {
  readonly identification = ['SIEMENS AG', 'SENTRON PAC3200', 'V2.0.2/V1.2.0'];
  /** Functions 3 and 4 reach the same registers. */
  readonly registers: ReadonlyMap<number, RegisterMap>;
  readonly bits: ReadonlyMap<number, () => boolean>;
  isWriteProtected = false;

  readonly #memory: Memory;
  readonly #counters: Counters;
  readonly #settings: Settings;
  readonly #extremes = new Extremes();
  readonly #demand: DemandPeriod;
  readonly #registers: RegisterMap;
  readonly #isConnected: [boolean, boolean, boolean] = [true, true, true];
  #reading: Reading = nothingMeasured;
  #input = false;
  #limits = 0;
  #seconds = 0;
  #secondsSinceSynchronization = 0;

  constructor({ memory, serialNumber, hasNeutralCurrent, counted = 0, moreFields = [] }: Pac3200Options) {
    this.#memory = memory;
    this.#counters = new Counters(memory, counted);
    this.#settings = new Settings(memory);
    if (this.#restore()) this.#settings.status.raise('device-restarted');
    this.#demand = new DemandPeriod(this.#demandPeriod);
    this.#registers = this.#makeRegisters(serialNumber, hasNeutralCurrent, moreFields);
    this.registers = new Map([3, 4].map((functionCode) => [functionCode, this.#registers]));
    this.bits = this.#makeBits();
    this.save();
  }

  step(site: SiteState): void {
    this.#reading = measure(site, this.#isConnected);
    this.#extremes.observe(this.#reading);
    this.#counters.energies.integrate(this.#reading, this.#settings.tariff);
    this.#counters.operatingSeconds += 1;
    this.#demand.step(this.#reading);
    this.#watchLimits();
    this.#watchOverload();
    this.#watchPulseRate();
    this.#watchSynchronization();
    this.#seconds += 1;
    if (this.#seconds % COUNTERS_SAVED_EVERY === 0) this.#counters.save();
    if (this.#seconds % EXTREMES_SAVED_EVERY === 0) saveExtremes(this.#memory, this.#extremes);
  }

  powerCut(): void {
    this.#restore();
    this.#demand.length = this.#demandPeriod;
    this.#demand.forget();
    this.#secondsSinceSynchronization = 0;
    this.#settings.status.raise('device-restarted');
    this.#settings.save();
  }

  save(): void {
    this.#counters.save();
    this.#settings.save();
    saveExtremes(this.#memory, this.#extremes);
  }

  setConnected(phase: PhaseIndex, isConnected: boolean): void {
    this.#isConnected[phase] = isConnected;
  }

  setInput(isOn: boolean): void {
    const hasRisen = isOn && !this.#input;
    this.#input = isOn;
    const mode = this.#settings.parameter('input-mode');
    if (mode === inputModes.tariff) this.switchTariff(isOn ? 2 : 1);
    if (mode === inputModes.pulses && hasRisen) this.#counters.universal += 1;
    if (mode === inputModes.demandSynchronization && hasRisen) this.#completeDemand();
    this.#settings.save();
  }

  writeRegisters(start: number, words: Uint8Array): void {
    this.#requireWritable();
    this.#registers.write(start, words);
    this.#counters.save();
    this.#settings.save();
  }

  command(at: number, value: number): void {
    this.#requireWritable();
    runCommand(this, at, value);
    this.save();
  }

  resetMaxima(): void {
    this.#extremes.resetMaxima();
    this.#extremes.observe(this.#reading);
  }

  resetMinima(): void {
    this.#extremes.resetMinima();
    this.#extremes.observe(this.#reading);
  }

  resetEnergy(counters: readonly EnergyCounter[]): void {
    for (const counter of counters) this.#counters.energies.set(counter, 0);
    this.#settings.status.raise('energy-reset');
  }

  /** The order carries the period's length; it holds from now on. */
  synchronizeDemand(minutes: number): void {
    this.#settings.setParameter('demand-period', minutes);
    this.#demand.length = this.#demandPeriod;
    this.#completeDemand();
  }

  switchTariff(tariff: Tariff): void {
    this.#settings.tariff = tariff;
  }

  acknowledge(mask: number): void {
    this.#settings.status.acknowledge(mask);
  }

  /** "If parameterized", says the manual: otherwise the meter cannot. */
  switchOutput(isOn: boolean): void {
    if (this.#settings.parameter('output-mode') !== REMOTE_OUTPUT) throw new ModbusRefusal('server device failure');
    this.#settings.isOutputOn = isOn;
  }

  #makeRegisters(serialNumber: string, hasNeutralCurrent: boolean, moreFields: readonly Field[]): RegisterMap {
    const status = this.#statusValues();
    return pac3200Registers({
      serialNumber,
      hasNeutralCurrent,
      moreFields,
      extremes: this.#extremes,
      demand: this.#demand,
      settings: this.#settings,
      now: (measurand) => this.#reading[measurand],
      status: (name) => status[name](),
      energy: (counter) => this.#counters.energies.get(counter),
      writeEnergy: (counter, value) => this.#counters.energies.set(counter, value),
      writeParameter: (name, value) => this.#changeParameter(name, value),
      writeText: (name, text) => this.#settings.setText(name, text),
    });
  }

  #statusValues(): Readonly<Record<StatusName, () => number>> {
    return {
      'limit-violations': () => this.#limits,
      diagnostics: () => this.#settings.status.word,
      'digital-outputs': () => Number(outputState(this.#settings, this.#limits)),
      'digital-inputs': () => Number(this.#input),
      'active-tariff': () => this.#settings.tariff - 1,
      'operating-seconds': () => this.#counters.operatingSeconds,
      'universal-counter': () => this.#counters.universal,
      'relevant-parameter-changes': () => this.#settings.relevantChanges,
      'all-parameter-changes': () => this.#settings.allChanges,
      'limit-violation-count': () => this.#counters.limitViolations,
      'demand-period-length': () => this.#demand.length,
      'demand-period-elapsed': () => this.#demand.elapsed,
    };
  }

  #makeBits(): ReadonlyMap<number, () => boolean> {
    return discreteInputs({
      limits: () => this.#limits,
      statusWord: () => this.#settings.status.word,
      input: () => this.#input,
      output: () => outputState(this.#settings, this.#limits),
    });
  }

  /** In seconds; the parameter is in minutes. */
  get #demandPeriod(): number {
    return 60 * this.#settings.parameter('demand-period');
  }

  #requireWritable(): void {
    if (this.isWriteProtected) throw new ModbusRefusal('write protection is on');
  }

  #changeParameter(name: ParameterName, value: number): void {
    this.#settings.setParameter(name, value);
    this.#settings.allChanges += 1;
    this.#demand.length = this.#demandPeriod;
    if (!isRelevant(name)) return;
    this.#settings.relevantChanges += 1;
    this.#settings.status.raise('parameters-changed');
  }

  #watchLimits(): void {
    const limits = limitWord(this.#reading);
    const violations = newViolations(this.#limits, limits);
    this.#limits = limits;
    if (violations === 0) return;
    this.#counters.limitViolations += violations;
    this.#settings.status.raise('limit-violated');
    this.#settings.save();
  }

  #watchOverload(): void {
    const { status } = this.#settings;
    status.follow('voltage-overload', isVoltageOverloaded(this.#reading));
    status.follow('current-overload', isCurrentOverloaded(this.#reading, this.#settings.parameter('current-primary')));
  }

  #watchPulseRate(): void {
    const isExceeded = isPulseRateExceeded(this.#settings, this.#reading);
    this.#settings.status.follow('pulse-rate-exceeded', isExceeded);
    if (!isExceeded || this.#settings.status.has('pulse-rate-was-exceeded')) return;
    this.#settings.status.raise('pulse-rate-was-exceeded');
    this.#settings.save();
  }

  /** A period that nobody synchronizes ends at its length all the same; the missing pulse is reported. */
  #watchSynchronization(): void {
    this.#secondsSinceSynchronization += 1;
    const isExpected = this.#settings.parameter('demand-synchronization') !== 0;
    const isLate = this.#secondsSinceSynchronization > this.#demand.length;
    this.#settings.status.follow('no-synchronization-pulse', isExpected && isLate);
  }

  #completeDemand(): void {
    this.#demand.complete();
    this.#secondsSinceSynchronization = 0;
  }

  /** False where there was nothing to restore. */
  #restore(): boolean {
    this.#counters.restore();
    restoreExtremes(this.#memory, this.#extremes);
    return this.#settings.restore();
  }
}
