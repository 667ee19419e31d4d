import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Program {
  readonly package: string;
  readonly path?: string;
  readonly alsoNeeds?: string;
  readonly pythonModule?: string;
  readonly file?: string;
}

const programs = JSON.parse(readFileSync(new URL('../../scripts/programs.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Program>
>;

/**
 * The path of a program that a test runs against. Throws, and so fails the test, with the Debian package to install:
 * a missing peer is never a reason to skip.
 */
export function program(name: string): string {
  const entry = programs[name];
  if (entry === undefined) throw new TypeError(`scripts/programs.json has no entry "${name}"`);
  const path = entry.path ?? entry.file ?? inPath(name);
  if (path === undefined || !existsSync(path)) {
    throw new Error(`${name} is missing: apt-get install ${entry.package}`);
  }
  return path;
}

function inPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((candidate) => existsSync(candidate));
}
