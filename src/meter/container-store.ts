import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SealmeterError } from '#core/errors.ts';
import type { ContainerStore } from '#representation/containers.ts';

/** The containers of all clients in one file of the state folder: they are few, and change seldom. */
export class FileContainers implements ContainerStore {
  readonly #file: string;
  readonly #texts: Map<string, string>;

  /** @throws SealmeterError (configuration) `CONTAINERS_UNREADABLE` */
  constructor(stateFolder: string) {
    this.#file = join(stateFolder, 'containers.json');
    this.#texts = readTexts(this.#file);
  }

  entries(): Iterable<readonly [name: string, text: string]> {
    return this.#texts;
  }

  put(name: string, text: string): void {
    this.#write(new Map(this.#texts).set(name, text));
    this.#texts.set(name, text);
  }

  delete(name: string): void {
    const remaining = new Map(this.#texts);
    remaining.delete(name);
    this.#write(remaining);
    this.#texts.delete(name);
  }

  /** The old content or the new one, never a part. */
  #write(texts: ReadonlyMap<string, string>): void {
    const folder = dirname(this.#file);
    mkdirSync(folder, { recursive: true });
    const beside = `${this.#file}.new`;
    flushing(openSync(beside, 'w', 0o600), (descriptor) => writeSync(descriptor, JSON.stringify([...texts], null, 2)));
    renameSync(beside, this.#file);
    flushing(openSync(folder, 'r'), () => {});
  }
}

function flushing(descriptor: number, work: (descriptor: number) => void): void {
  try {
    work(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function readTexts(file: string): Map<string, string> {
  if (!existsSync(file)) return new Map();
  try {
    return new Map(JSON.parse(readFileSync(file, 'utf8')) as [string, string][]);
  } catch (cause) {
    throw new SealmeterError('configuration', 'CONTAINERS_UNREADABLE', `${file} cannot be read`, {
      mend: 'restore the file from a backup, or remove it: clients then have to make their containers anew',
      cause,
    });
  }
}
