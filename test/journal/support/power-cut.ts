import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { DiskOperation } from './faulty-disk.ts';

/** A disk writes so much at once, or not. */
const SECTOR = 512;

interface Content {
  /** What has been flushed. */
  durable: Buffer;
  /** What has not: it may be on the disk, in part, in any order, or not at all. */
  pending: DiskOperation[];
}

/** What a folder may hold after the power went: only what was flushed is certain. */
export class DiskModel {
  readonly #folder: string;
  readonly #random: () => number;
  /** The names that are certain. */
  #names = new Map<string, Content>();
  /** Creations, renamings and removals since the folder was flushed. */
  #pendingNames: ((names: Map<string, Content>) => void)[] = [];
  /** The names as the process sees them. */
  #current = new Map<string, Content>();

  constructor(folder: string, random: () => number) {
    this.#folder = folder;
    this.#random = random;
  }

  apply(operation: DiskOperation): void {
    const { kind, path } = operation;
    const content = this.#current.get(path);
    if (kind === 'created')
      this.#rename((names, made) => names.set(path, made), { durable: Buffer.alloc(0), pending: [] });
    else if (kind === 'removed') this.#rename((names) => names.delete(path));
    else if (kind === 'renamed' && content !== undefined) {
      const to = operation.data.toString();
      this.#rename((names, moved) => {
        names.delete(path);
        names.set(to, moved);
      }, content);
    } else if (kind === 'flushed' && path === this.#folder) this.#flushNames();
    else if (kind === 'flushed' && content !== undefined) {
      for (const write of content.pending) content.durable = written(content.durable, write);
      content.pending = [];
    } else content?.pending.push(operation);
  }

  /** Writes one of the states that the disk may be in now into an empty folder. */
  cutPower(target: string): void {
    mkdirSync(target);
    const names = new Map(this.#names);
    // Names are kept in a journal of the file system: what comes later is not there without what came before.
    const kept = Math.floor(this.#random() * (this.#pendingNames.length + 1));
    for (const change of this.#pendingNames.slice(0, kept)) change(names);
    for (const [path, content] of names) writeFileSync(join(target, basename(path)), this.#afterPowerCut(content));
  }

  #afterPowerCut({ durable, pending }: Content): Buffer {
    const fate = this.#random();
    if (fate < 0.2) return durable;
    if (fate < 0.4) return pending.reduce(written, durable);
    return pending.filter(() => this.#random() < 0.7).reduce((state, write) => this.#torn(state, write), durable);
  }

  /** Some sectors of a write arrive and some do not. */
  #torn(state: Buffer, write: DiskOperation): Buffer {
    if (write.kind !== 'written' || this.#random() < 0.5) return written(state, write);
    let torn = state;
    for (let from = 0; from < write.data.length; from += SECTOR) {
      const data = write.data.subarray(from, from + SECTOR);
      if (this.#random() < 0.5) torn = written(torn, { ...write, offset: write.offset + from, data });
    }
    return torn;
  }

  #rename(change: (names: Map<string, Content>, content: Content) => void, content?: Content): void {
    const apply = (names: Map<string, Content>): void => change(names, content as Content);
    apply(this.#current);
    this.#pendingNames.push(apply);
  }

  #flushNames(): void {
    for (const change of this.#pendingNames) change(this.#names);
    this.#pendingNames = [];
  }
}

function written(state: Buffer, { kind, offset, data }: DiskOperation): Buffer {
  if (kind === 'truncated') return resized(state, offset);
  const grown = resized(state, Math.max(state.length, offset + data.length));
  data.copy(grown, offset);
  return grown;
}

function resized(state: Buffer, size: number): Buffer {
  const buffer = Buffer.alloc(size);
  state.copy(buffer, 0, 0, Math.min(size, state.length));
  return buffer;
}
