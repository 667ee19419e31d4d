#!/usr/bin/env node
// The command. A published package and the container carry dist/; a clone runs its sources as they are.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isNewEnough, OLDEST_NODE } from './node-version.mjs';
import { runProgram } from './run-program.mjs';

const built = new URL('../dist/cli/main.js', import.meta.url);
const launcher = new URL('../scripts/launch.mjs', import.meta.url);

const TOO_OLD = 'NODE_TOO_OLD';

if (existsSync(launcher)) {
  const { launch } = await import(launcher.href);
  launch();
} else if (!isNewEnough(process.versions.node)) {
  // A clone installs one; what has neither scripts nor sources can only say so.
  process.stderr.write(
    `sealmeter: Node.js ${process.versions.node} is older than ${OLDEST_NODE} [${TOO_OLD}]\n` +
      `  install Node.js ${OLDEST_NODE} or newer, and run this by it\n`,
  );
  process.exitCode = 2;
} else {
  runProgram(process.execPath, fileURLToPath(built));
}
