// The service with a slow card, launched as the one with a software key beside it: with the same flags.
import { fileURLToPath } from 'node:url';
import { runProgram } from '../bin/run-program.mjs';

runProgram(process.execPath, fileURLToPath(new URL('./slow-card-server.ts', import.meta.url)));
