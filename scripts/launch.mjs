// Runs src/cli/main.ts in a Node.js that is new enough, in this process where it can be.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { provideNode, root } from './setup.mjs';

const main = join(root, 'src', 'cli', 'main.ts');

/** Does not return before the program has ended, and ends as it did. */
export async function launch(args) {
  const node = provideNode();
  if (node === process.execPath) {
    process.argv = [process.execPath, main, ...args];
    await import(main);
    return;
  }
  const child = spawn(node, [main, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal !== null) process.exitCode = 1;
  });
}
