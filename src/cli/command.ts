import { parseArgs } from 'node:util';
import { reasonOf, SealmeterError } from '#core/errors.ts';

/** 0: done, or the answer is yes. 1: the answer is no. 2: used wrongly, or a file says something that cannot be. */
export type ExitCode = 0 | 1 | 2;

/** Where a command talks to whom: data for the next program, words for the person, and when to stop. */
export interface Terminal {
  /** Data: stdout. */
  readonly write: (text: string) => void;
  /** Words: stderr. */
  readonly say: (text: string) => void;
  /** Aborted on SIGTERM and SIGINT. */
  readonly stop: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for the value in the help: FILE, URL, … */
  readonly value?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

export type Values<O extends Options> = {
  readonly [Name in keyof O]?: O[Name]['type'] extends 'boolean'
    ? boolean
    : O[Name]['multiple'] extends true
      ? readonly string[]
      : string;
};

export interface Arguments<O extends Options> {
  readonly values: Values<O>;
  readonly positionals: readonly string[];
}

/** One command, as its file exports it: it parses its own arguments and knows `--help`. */
export interface Command {
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<ExitCode>;
}

const HELP: Options = { help: { type: 'boolean', short: 'h', help: 'Show this help.' } };

interface Definition<O extends Options> {
  /** `get URL`: what follows `sealmeter`. A command whose usage shows no operand takes none. */
  readonly usage: string;
  readonly summary: string;
  /** Lines after the options: examples, what else there is to know. */
  readonly notes?: readonly string[];
  readonly options: O;
  readonly run: (args: Arguments<O>, terminal: Terminal) => Promise<ExitCode>;
}

/** Makes a command whose arguments are parsed and typed. */
export function command<const O extends Options>(definition: Definition<O>): Command {
  const { options, run } = definition;
  return {
    run(args, terminal) {
      const { values, positionals } = parse(args, { ...options, ...HELP }, definition.usage);
      if (values['help'] === true) {
        terminal.write(helpOf(definition));
        return Promise.resolve(0);
      }
      requireKnown(positionals, definition.usage);
      return run({ values: values as Values<O>, positionals }, terminal);
    },
  };
}

/** An operand that is passed over would make an answer about something else: `journal verify FILE` is not about FILE. */
function requireKnown([operand]: readonly string[], usage: string): void {
  const takesOperands = / \[?[A-Z]/.test(usage.replaceAll(/--\S+ \S+/g, ''));
  if (operand === undefined || takesOperands) return;
  throw usageError(`"${operand}" is not understood here`, `sealmeter ${usage}; --help tells more`);
}

/** A mistake in the arguments: exit 2. */
export function usageError(problem: string, mend: string): SealmeterError {
  return new SealmeterError('configuration', 'USAGE', problem, { mend });
}

/** The value of an option that has to be there. */
export function required(values: Readonly<Record<string, unknown>>, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '') {
    throw usageError(`--${name} is missing`, `add --${name} and its value; --help tells more`);
  }
  return value;
}

/** The one operand that a command takes. */
export function onlyOperand(positionals: readonly string[], what: string, usage: string): string {
  const [operand] = positionals;
  if (operand === undefined || positionals.length > 1) throw usageError(`exactly one ${what} is needed`, usage);
  return operand;
}

function parse(args: readonly string[], options: Options, usage: string) {
  try {
    const config = Object.fromEntries(
      Object.entries(options).map(([name, { type, short, multiple = false }]) => [
        name,
        short === undefined ? { type, multiple } : { type, short, multiple },
      ]),
    );
    return parseArgs({ args: [...args], options: config, allowPositionals: true, strict: true });
  } catch (error) {
    throw usageError(misuse(error), `sealmeter ${usage}; --help tells more`);
  }
}

/** What Node.js says of the options, without its advice for what no command here takes. */
function misuse(error: unknown): string {
  const words = reasonOf(error);
  const [, unknown] = /^Unknown option '(.+?)'/.exec(words) ?? [];
  if (unknown !== undefined) return `there is no option ${unknown}`;
  const [, bare] = /(--[\w-]+)( <value>)?' argument (?:missing|is ambiguous)/.exec(words) ?? [];
  return bare === undefined ? words : `${bare} takes a value; one that begins with a dash is written ${bare}=…`;
}

function helpOf<O extends Options>({ usage, summary, notes = [], options }: Definition<O>): string {
  const rows = Object.entries({ ...options, ...HELP }).map(([name, option]): [string, string] => [
    `  ${option.short === undefined ? '   ' : `-${option.short},`} --${name}${option.value === undefined ? '' : ` ${option.value}`}`,
    option.help,
  ]);
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return [
    `sealmeter ${usage}`,
    '',
    summary,
    '',
    ...rows.map(([left, right]) => left.padEnd(width) + right),
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
  ].join('\n');
}
