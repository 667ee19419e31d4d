import { Pac3200, type Pac3200Options } from '#modbus/simulator/pac3200/meter.ts';
import { Panel } from './panel.ts';

/**
 * A PAC3200 with a breaker and a display, which no PAC3200 has: a device on which everything that COSEM knows can be tried
 * end to end. Its registers are those of a PAC3200 and those of the {@link Panel}.
 */
export class Pac3200Lab extends Pac3200 {
  readonly #panel: Panel;

  constructor(options: Pac3200Options) {
    const panel = new Panel(options.memory);
    super({ ...options, moreFields: panel.fields });
    this.#panel = panel;
  }

  get isConnecting(): boolean {
    return this.#panel.isConnected;
  }

  get display(): readonly string[] {
    return this.#panel.lines;
  }

  pressButton(): void {
    this.#panel.pressButton();
  }
}
