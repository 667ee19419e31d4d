import type { Memory } from '#modbus/simulator/memory.ts';
import type { Tariff } from '#modbus/simulator/model/energy.ts';
import { allNumbersOf, membersOf, numbersOf } from '#modbus/simulator/saved-numbers.ts';
import { type InstallationText, installationRows, type ParameterName, parameterRows } from './register-table.ts';
import { StatusWord } from './status-word.ts';

const PART = 'settings';
const stateNames = ['status', 'tariff', 'output', 'relevant-changes', 'all-changes'] as const;

/** Whatever somebody sets, or must acknowledge. */
export class Settings {
  readonly status = new StatusWord();
  tariff: Tariff = 1;
  isOutputOn = false;
  relevantChanges = 0;
  allChanges = 0;
  readonly #memory: Memory;
  readonly #parameters = new Map<ParameterName, number>(
    parameterRows.map(({ parameter, value }) => [parameter, value]),
  );
  readonly #texts = new Map<InstallationText, string>();

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  parameter(name: ParameterName): number {
    return this.#parameters.get(name) ?? 0;
  }

  setParameter(name: ParameterName, value: number): void {
    this.#parameters.set(name, value);
  }

  text(name: InstallationText): string {
    return this.#texts.get(name) ?? '';
  }

  setText(name: InstallationText, text: string): void {
    this.#texts.set(name, text);
  }

  save(): void {
    const state: Readonly<Record<(typeof stateNames)[number], number>> = {
      status: this.status.saved,
      tariff: this.tariff,
      output: Number(this.isOutputOn),
      'relevant-changes': this.relevantChanges,
      'all-changes': this.allChanges,
    };
    const parameters = Object.fromEntries(this.#parameters);
    const texts = Object.fromEntries(this.#texts);
    this.#memory.write(PART, { state, parameters, texts });
  }

  /** False where nothing has ever been saved. */
  restore(): boolean {
    const saved = this.#memory.read(PART, readSettings);
    if (saved === undefined) return false;
    this.status.restore(saved.state.status);
    this.tariff = saved.state.tariff === 2 ? 2 : 1;
    this.isOutputOn = saved.state.output === 1;
    this.relevantChanges = saved.state['relevant-changes'];
    this.allChanges = saved.state['all-changes'];
    for (const { parameter, value } of parameterRows)
      this.#parameters.set(parameter, saved.parameters[parameter] ?? value);
    for (const { text } of installationRows) this.#texts.set(text, saved.texts[text] ?? '');
    return true;
  }
}

function readSettings(content: unknown) {
  const { state, parameters, texts } = membersOf(content);
  return {
    state: allNumbersOf(state, stateNames),
    parameters: numbersOf(
      parameters,
      parameterRows.map(({ parameter }) => parameter),
    ),
    texts: textsOf(texts),
  };
}

function textsOf(content: unknown): Partial<Record<InstallationText, string>> {
  const members = membersOf(content);
  const known = installationRows.map(({ text }) => [text, members[text]] as const);
  return Object.fromEntries(known.filter(([, value]) => typeof value === 'string')) as Partial<
    Record<InstallationText, string>
  >;
}
