import { SealmeterError } from '#core/errors.ts';
import type { FaultName, Simulator } from '#modbus/simulator.ts';
import { conditions } from './conditions.ts';
import type { FaultSpan } from './wire/faults.ts';
import { wireFaults } from './wire/wire-faults.ts';

interface Line {
  readonly form: string;
  readonly says: string;
  readonly pattern: RegExp;
  readonly run: (simulator: Simulator, words: Readonly<Record<string, string | undefined>>) => Promise<string>;
}

const faults = { ...wireFaults, ...conditions };

/** What an operator can type. */
const lines: readonly Line[] = [
  {
    form: 'fault NAME [after N] [times N]',
    says: 'leaves N replies alone, then garbles N of them, or all until "clear"; conditions hold until "clear"',
    pattern: /^fault (?<name>\S+)(?: after (?<after>\d+))?(?: times (?<times>[1-9]\d*))?$/,
    run: async (simulator, { name = '', after, times }) => {
      const span = { ...numberIn('after', after), ...numberIn('times', times) };
      await simulator.inject(faultNamed(name), span);
      return `fault ${name}`;
    },
  },
  {
    form: 'clear',
    says: 'ends all faults',
    pattern: /^clear$/,
    run: async (simulator) => {
      await simulator.clear();
      return 'no faults';
    },
  },
  {
    form: 'power-cut',
    says: 'the meter loses what it has not saved, and its connections',
    pattern: /^power-cut$/,
    run: async (simulator) => {
      await simulator.powerCut();
      return 'restarted';
    },
  },
  {
    form: 'input on|off',
    says: 'switches the contact at the digital input',
    pattern: /^input (?<state>on|off)$/,
    run: (simulator, { state }) => {
      simulator.setInput(state === 'on');
      return Promise.resolve(`input ${state}`);
    },
  },
  {
    form: 'button',
    says: 'presses the button at the breaker, where the meter has one: closes it when it is ready for reconnection',
    pattern: /^button$/,
    run: (simulator) => {
      simulator.pressButton();
      return Promise.resolve('pressed');
    },
  },
  {
    form: 'display',
    says: 'shows what the display shows',
    pattern: /^display$/,
    run: (simulator) => Promise.resolve(simulator.display.join('\n')),
  },
  { form: 'help', says: 'lists lines and faults', pattern: /^help$/, run: () => Promise.resolve(help()) },
];

/** Does what a line says, and says what it did. @throws SealmeterError for a line that is none */
export function obey(simulator: Simulator, text: string): Promise<string> {
  for (const { pattern, run } of lines) {
    const match = pattern.exec(text.trim());
    if (match !== null) return run(simulator, match.groups ?? {});
  }
  const forms = lines.map(({ form }) => form).join('; ');
  throw new SealmeterError('client', 'SIMULATOR_LINE_UNKNOWN', `"${text}" is no line of the simulator`, {
    mend: `Lines are: ${forms}.`,
  });
}

function help(): string {
  const faultLines = Object.entries(faults).map(([name, { says }]) => `  ${name}: ${says}`);
  return [...lines.map(({ form, says }) => `${form}: ${says}`), ...faultLines].join('\n');
}

const isFaultName = (name: string): name is FaultName => Object.hasOwn(faults, name);

function faultNamed(name: string): FaultName {
  if (isFaultName(name)) return name;
  throw new SealmeterError('client', 'SIMULATOR_FAULT_UNKNOWN', `there is no fault "${name}"`, {
    mend: `Faults are: ${Object.keys(faults).join(', ')}.`,
  });
}

const numberIn = (name: keyof FaultSpan, text: string | undefined): FaultSpan =>
  text === undefined ? {} : { [name]: Number(text) };
