#!/usr/bin/env node
// The command. A published package and the container carry dist/; a clone runs its sources as they are.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runProgram } from './run-program.mjs';

const built = new URL('../dist/cli/main.js', import.meta.url);
const launcher = new URL('../scripts/launch.mjs', import.meta.url);

if (existsSync(launcher)) {
  const { launch } = await import(launcher.href);
  launch();
} else {
  runProgram(process.execPath, fileURLToPath(built));
}
