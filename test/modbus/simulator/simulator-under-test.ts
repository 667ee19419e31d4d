import { type SimulatorOptions, startSimulator } from '#modbus/simulator.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A simulator whose time stands still until the test moves it. */
export async function startStill(options: SimulatorOptions = {}) {
  const clock = new FakeClock();
  return { clock, simulator: await startSimulator({ clock, ...options }) };
}
