// The launcher of a package or a container, where there is nothing but dist/ to run.
import { fileURLToPath } from 'node:url';
import { runProgram } from '../bin/run-program.mjs';

runProgram(process.execPath, fileURLToPath(new URL('../dist/cli/main.js', import.meta.url)));
