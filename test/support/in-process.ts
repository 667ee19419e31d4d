import { main } from '#cli/main.ts';
import type { Ended } from './commands.ts';

/** `sealmeter …` to its end in this process, for commands that end by themselves and do not read standard input. */
export async function sealmeter(args: readonly string[]): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const code = await main(args, {
    write(text) {
      stdout += text;
    },
    say(text) {
      stderr += text;
    },
    stop: new AbortController().signal,
    environment: {},
  });
  return { code, stdout, stderr };
}
