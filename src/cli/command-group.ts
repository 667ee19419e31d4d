import type { Command, ExitCode, Terminal } from './command.ts';

/** A command that is loaded when it is asked for: `verify` need not wait for a web server. */
export interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Several commands under one name: the first word picks one. `name` is what stands before it (`sealmeter pki`). */
export function commandGroup(name: string, commands: Readonly<Record<string, CommandEntry>>) {
  return async function run([word, ...rest]: readonly string[], terminal: Terminal): Promise<ExitCode> {
    if (word === '--help' || word === '-h' || word === 'help') {
      terminal.write(overview(name, commands));
      return 0;
    }
    const entry = word !== undefined && Object.hasOwn(commands, word) ? commands[word] : undefined;
    if (entry === undefined) {
      const problem = word === undefined ? '' : `${name}: there is no command "${word}"\n\n`;
      terminal.say(problem + overview(name, commands));
      return 2;
    }
    return (await entry.load()).run(rest, terminal);
  };
}

function overview(name: string, commands: Readonly<Record<string, CommandEntry>>): string {
  const width = Math.max(...Object.keys(commands).map((word) => word.length)) + 2;
  const lines = Object.entries(commands).map(([word, { summary }]) => `  ${word.padEnd(width)}${summary}`);
  return `${name} COMMAND …\n\n${lines.join('\n')}\n\n${name} COMMAND --help tells more.\n`;
}
