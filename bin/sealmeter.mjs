#!/usr/bin/env node
// The command. A published package and the container carry dist/; a clone runs its sources as they are.
import { existsSync } from 'node:fs';

const built = new URL('../dist/cli/main.js', import.meta.url);
const source = new URL('../src/cli/main.ts', import.meta.url);

if (existsSync(source)) {
  const { launch } = await import('../scripts/launch.mjs');
  await launch(process.argv.slice(2));
} else {
  await import(built.href);
}
