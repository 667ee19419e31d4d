import { utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { readCanonical } from './canonical-reader.ts';
import type { Container, ContainerShelf } from './container.ts';
import { containerOf } from './container-definition.ts';
import type { ContainerNode } from './resource-nodes.ts';
import type { ResourceAddress } from './resource-uri.ts';
import { readContainer } from './tree-reader.ts';
import { writeTree } from './tree-xml.ts';

export type ContainerAddress = Extract<ResourceAddress, { readonly kind: 'container' | 'ldev-container' }>;

/** Where containers outlive the service: texts by name. */
export interface ContainerStore {
  entries(): Iterable<readonly [name: string, text: string]>;
  /** In the place of the text that had this name. Durable when it returns. */
  put(name: string, text: string): void;
  delete(name: string): void;
}

/** As many as a client may have, so that none can fill the store. */
const MOST_PER_CLIENT = 100;

/** A container that is about to be kept. */
export interface PreparedContainer {
  readonly container: Container;
  /** Whether none has its name. */
  readonly isNew: boolean;
  /** Keeps it, in the place of the one that has its name. */
  keep(): void;
}

interface Kept {
  readonly owner: string;
  /** The device that it is of; `null` for one of the service. */
  readonly ldev: string | null;
  readonly container: Container;
}

/** The containers of all clients. */
export class Containers {
  readonly #store: ContainerStore;
  readonly #kept: Map<string, Kept>;

  /** @throws SealmeterError where the store gives back what was never put there */
  constructor(store: ContainerStore) {
    this.#store = store;
    this.#kept = new Map(Array.from(store.entries(), ([name, text]) => [name, readKept(name, text)]));
  }

  /** Those of one client. */
  shelfOf(owner: string): ContainerShelf {
    const ofLdev = (ldev: string | null): readonly Container[] =>
      this.#of(owner)
        .filter((kept) => kept.ldev === ldev)
        .map(({ container }) => container)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    return { ofService: () => ofLdev(null), ofDevice: ofLdev };
  }

  /**
   * Judges now what keeping this container would mean, and does not do it yet.
   * @throws SealmeterError (client) `BODY_INVALID`, `CONTAINERS_EXHAUSTED`
   */
  prepare(owner: string, address: ContainerAddress, node: ContainerNode): PreparedContainer {
    const ldev = ldevOf(address);
    const container = containerOf(node, ldev ?? undefined);
    const name = nameOf(owner, address);
    const isNew = !this.#kept.has(name);
    if (isNew && this.#of(owner).length >= MOST_PER_CLIENT) throw exhausted();
    const keep = (): void => {
      this.#store.put(name, writeTree(node));
      this.#kept.set(name, { owner, ldev, container });
    };
    return { container, isNew, keep };
  }

  has(owner: string, address: ContainerAddress): boolean {
    return this.#kept.has(nameOf(owner, address));
  }

  delete(owner: string, address: ContainerAddress): void {
    const name = nameOf(owner, address);
    this.#store.delete(name);
    this.#kept.delete(name);
  }

  #of(owner: string): readonly Kept[] {
    return [...this.#kept.values()].filter((kept) => kept.owner === owner);
  }
}

const ldevOf = (address: ContainerAddress): string | null => (address.kind === 'container' ? null : address.ldev);

const nameOf = (owner: string, address: ContainerAddress): string =>
  JSON.stringify([owner, ldevOf(address), address.container]);

function readKept(name: string, text: string): Kept {
  const [owner, ldev] = JSON.parse(name) as [string, string | null, string];
  return { owner, ldev, container: containerOf(readContainer(readCanonical(utf8(text))), ldev ?? undefined) };
}

function exhausted(): SealmeterError {
  const problem = `this client has ${MOST_PER_CLIENT} containers already`;
  return new SealmeterError('client', 'CONTAINERS_EXHAUSTED', problem, { mend: 'delete one that is no longer read' });
}
