import { type Clock, systemClock } from '#core/clock.ts';
import { type Log, silentLog } from '#core/log.ts';
import { type Duration, Minutes } from '#core/time.ts';
import type { MeasurePlan } from './measure-plan.ts';
import { type ConditionName, conditions, endConditions, type SimulatorParts } from './simulator/conditions.ts';
import { obey } from './simulator/control.ts';
import { DescribedMeter } from './simulator/described/meter.ts';
import type { SimulatedMeter } from './simulator/device.ts';
import { startHeartbeat } from './simulator/heartbeat.ts';
import { Memory } from './simulator/memory.ts';
import { Random } from './simulator/model/random.ts';
import { Site } from './simulator/model/site.ts';
import { Pac3200 } from './simulator/pac3200/meter.ts';
import { Pac3200Lab } from './simulator/pac3200-lab/meter.ts';
import { type FaultSpan, Faults } from './simulator/wire/faults.ts';
import { type Endpoint, ModbusServer } from './simulator/wire/server.ts';
import { type WireFaultName, wireFaults } from './simulator/wire/wire-faults.ts';

/** A garbled reply, or something wrong with the meter or its network. `help` lists them with their meanings. */
export type FaultName = WireFaultName | ConditionName;

export interface SimulatorOptions {
  /** A meter that answers to this description, readings only. Default: a whole `model`. */
  readonly plan?: MeasurePlan;
  /** A whole meter, orders and memory included. Default: a PAC3200. */
  readonly model?: ModelName;
  /** Default: a free port of the loopback interface. */
  readonly listen?: Endpoint;
  readonly clock?: Clock;
  readonly log?: Log;
  /** The same seed and start give the same household. Default: 1. */
  readonly seed?: number;
  /** Model seconds per second. Default: 1. */
  readonly speed?: number;
  /** Where the meter keeps what a power cut leaves. Default: nowhere, every start is that of a new meter. */
  readonly stateFile?: string;
  /** Default: 0012345678. */
  readonly serialNumber?: string;
  /** Wh that a whole `model` has imported before its first start: it has been in use elsewhere. Default: none. */
  readonly counted?: number;
  /** Whether the firmware is new enough for the neutral current at 223. Default: true. */
  readonly hasNeutralCurrent?: boolean;
  /** Default: 3, as a PAC3220. */
  readonly maxConnections?: number;
  /** After how long a silent client is cut off. Default: 10 min. */
  readonly idleTimeout?: Duration;
}

/** The meters that are simulated as a whole. */
const models = { pac3200: Pac3200, 'pac3200-lab': Pac3200Lab } as const;

type ModelName = keyof typeof models;

export const modelNames = Object.keys(models) as readonly ModelName[];

/** A meter that does not exist, on a real network. */
export interface Simulator extends AsyncDisposable {
  readonly address: Endpoint;
  /** A span is for garbled replies; a condition holds until `clear`. */
  inject(fault: FaultName, span?: FaultSpan): Promise<void>;
  /** Ends all faults. */
  clear(): Promise<void>;
  /** Counters step back to what was last saved, the status word says so, connections are reset. */
  powerCut(): Promise<void>;
  setInput(isOn: boolean): void;
  /** What somebody has put on the display; nothing on a meter without one. */
  readonly display: readonly string[];
  /** As a consumer does at the meter. A meter without a breaker has no button. */
  pressButton(): void;
  /** Does what a line of text says and gives back what to print. Rejects with a SealmeterError where it is none. */
  obey(line: string): Promise<string>;
}

/** @throws SealmeterError when the address cannot be had or the state file is not one */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { clock = systemClock, log = silentLog, seed = 1 } = options;
  const memory = new Memory(options.stateFile, log);
  const site = new Site(clock.now(), seed);
  const meter = makeMeter(options, memory, log);
  const faults = new Faults(new Random(seed).stream('faults'));
  const server = new ModbusServer(options.listen ?? { host: '127.0.0.1', port: 0 }, {
    device: meter,
    unit: options.plan?.access.unit ?? 1,
    faults,
    clock,
    log,
    maxConnections: options.maxConnections ?? 3,
    idleTimeout: options.idleTimeout ?? Minutes(10),
  });
  const step = (): void => meter.step(site.step(meter.isConnecting));
  step();
  await server.listen();
  const stopHeart = startHeartbeat(clock, options.speed ?? 1, step);
  return new RunningSimulator({ meter, faults, server }, memory, stopHeart);
}

function makeMeter(options: SimulatorOptions, memory: Memory, log: Log): SimulatedMeter {
  const { plan, model = 'pac3200', serialNumber = '0012345678', hasNeutralCurrent = true, counted = 0 } = options;
  return plan === undefined
    ? new models[model]({ memory, serialNumber, hasNeutralCurrent, counted })
    : new DescribedMeter({ plan, memory, serialNumber, log });
}

class RunningSimulator implements Simulator {
  readonly #parts: SimulatorParts;
  readonly #memory: Memory;
  readonly #stopHeart: () => void;

  constructor(parts: SimulatorParts, memory: Memory, stopHeart: () => void) {
    this.#parts = parts;
    this.#memory = memory;
    this.#stopHeart = stopHeart;
  }

  get address(): Endpoint {
    return this.#parts.server.endpoint;
  }

  async inject(fault: FaultName, span: FaultSpan = {}): Promise<void> {
    if (isWireFault(fault)) this.#parts.faults.garble(fault, span);
    else conditions[fault].begin(this.#parts);
  }

  async clear(): Promise<void> {
    await endConditions(this.#parts);
  }

  async powerCut(): Promise<void> {
    const wasListening = this.#parts.server.isListening;
    await this.#parts.server.drop();
    this.#parts.meter.powerCut();
    if (wasListening) await this.#parts.server.listen();
  }

  setInput(isOn: boolean): void {
    this.#parts.meter.setInput(isOn);
  }

  get display(): readonly string[] {
    return this.#parts.meter.display ?? [];
  }

  pressButton(): void {
    this.#parts.meter.pressButton?.();
  }

  async obey(line: string): Promise<string> {
    return obey(this, line);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopHeart();
    this.#parts.faults.clear();
    await this.#parts.server.drop();
    this.#parts.meter.save();
    await this.#memory.flush();
  }
}

const isWireFault = (fault: FaultName): fault is WireFaultName => Object.hasOwn(wireFaults, fault);
