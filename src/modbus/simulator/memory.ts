import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { reasonOf, SealmeterError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';

const FORMAT = 'sealmeter simulator 1';

/**
 * The memory that a power cut leaves alone: named parts, each written whole at its own time. With a path it is also a
 * file, replaced atomically, that a later simulator begins with.
 */
export class Memory {
  readonly #path: string | undefined;
  readonly #log: Log;
  readonly #parts: Map<string, unknown>;
  #writing: Promise<void> | undefined;
  #isStale = false;

  /** @throws SealmeterError where there is a file that is not ours. */
  constructor(path: string | undefined, log: Log) {
    this.#path = path;
    this.#log = log;
    this.#parts = new Map(path === undefined ? [] : readParts(path));
  }

  /** What was last written, or `undefined` in a new memory. `parse` throws where it cannot have been written by us. */
  read<Content>(part: string, parse: (content: unknown) => Content): Content | undefined {
    const content = this.#parts.get(part);
    if (content === undefined) return undefined;
    try {
      return parse(content);
    } catch (cause) {
      throw notAState(this.#path ?? 'the memory', `${part}: ${reasonOf(cause)}`, cause);
    }
  }

  write(part: string, content: object): void {
    if (JSON.stringify(content) === JSON.stringify(this.#parts.get(part))) return;
    this.#parts.set(part, content);
    if (this.#path === undefined) return;
    this.#isStale = true;
    this.#writing ??= this.#writeFile(this.#path);
  }

  /** Until everything that was written is in the file. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  /** Whatever changes while a write is under way goes into the next one. */
  async #writeFile(path: string): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      try {
        await replaceFile(path, JSON.stringify({ format: FORMAT, ...Object.fromEntries(this.#parts) }));
      } catch (cause) {
        this.#log.error('simulator.state-not-saved', { path, reason: reasonOf(cause) });
      }
    }
    this.#writing = undefined;
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  await writeFile(fresh, text, { flush: true });
  await rename(fresh, path);
}

function readParts(path: string): [string, unknown][] {
  const text = readIfThere(path);
  if (text === undefined) return [];
  const { format, ...parts } = parse(path, text);
  if (format !== FORMAT) throw notAState(path, `its format is not "${FORMAT}"`);
  return Object.entries(parts);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw notAState(path, reasonOf(cause), cause);
  }
}

function parse(path: string, text: string): { readonly format?: unknown } {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? content : {};
  } catch (cause) {
    throw notAState(path, reasonOf(cause), cause);
  }
}

function notAState(path: string, reason: string, cause?: unknown): SealmeterError {
  return new SealmeterError('configuration', 'SIMULATOR_STATE_INVALID', `${path} is no simulator state: ${reason}`, {
    mend: 'Name another file, or delete this one to begin with a new meter.',
    cause,
  });
}
