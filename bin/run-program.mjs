// How the program is run, wherever it comes from. Plain JavaScript, because the Node.js that starts it may be an old one.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * A meter runs on small machines: half the memory under load.
 * - The young generation gets 1 MB instead of 16. What a request leaves behind is dead before that is full.
 * - What outlives it is collected when it has grown by a quarter, not when it has doubled: a year's profile takes no more
 *   than a day's.
 * - Functions are optimised by the thread that runs them: each other thread would keep what its compiler once needed.
 * - Code is optimised for its size: 7 MB less, for a seventh of the speed.
 * - There is one optimising compiler instead of two: another 8 MB less, at no loss of speed.
 */
const SMALL = [
  '--max-semi-space-size=1',
  '--heap-growing-percent=25',
  '--no-concurrent-recompilation',
  '--optimize-for-size',
  '--no-maglev',
];

/**
 * Runs a program in the place of this process, with the arguments of this one. Does not return.
 * @param {string} node Path of a Node.js that is new enough.
 * @param {string} main Path of the program.
 * @param {string} [compiled] Folder that keeps compiled code from one start to the next; a meter would keep 4 MB of it in memory
 *   for as long as it runs, so where there is nothing to strip of types, none is better.
 */
export function runProgram(node, main, compiled) {
  const isSmall = process.argv[2] === 'meter';
  const args = [...(isSmall ? SMALL : []), ...process.execArgv, main, ...process.argv.slice(2)];
  // Code that was compiled with some flags is of no use with others.
  const cache = compiled && { NODE_COMPILE_CACHE: join(compiled, isSmall ? 'small' : 'plain') };
  const env = { ...cache, ...process.env };
  if (process.execve === undefined) runBeside(node, args, env);
  else process.execve(node, [node, ...args], env);
}

/** Node.js 20 cannot give its place to another: it waits for it, passes on signals, and ends as it did. */
function runBeside(node, args, env) {
  const child = spawn(node, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
