import type { ContainerStore } from '#representation/containers.ts';

/** A store that forgets all with the test. */
export class MemoryContainers implements ContainerStore {
  readonly texts = new Map<string, string>();

  entries(): Iterable<readonly [string, string]> {
    return this.texts;
  }

  put(name: string, text: string): void {
    this.texts.set(name, text);
  }

  delete(name: string): void {
    this.texts.delete(name);
  }
}
