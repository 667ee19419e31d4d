import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex, utf8 } from '#core/bytes.ts';
import { createPrivately } from '#core/private-file.ts';
import { sha256 } from './hash-chain.ts';
import { unwritable, writeFailed } from './journal-errors.ts';

/** The last row of a chain. */
export interface Head {
  readonly number: number;
  readonly hash: Uint8Array;
}

/** The last row of each chain of a journal, by the chain's name. */
export interface Heads {
  /** The journal's id. */
  readonly journal: Uint8Array;
  readonly chains: ReadonlyMap<string, Head>;
}

const SLOTS = ['heads.0', 'heads.1'] as const;

/** The names of the files, for whoever moves a journal. */
export const headsFiles: readonly string[] = SLOTS;

interface Slot extends Heads {
  readonly generation: number;
}

/**
 * What was acknowledged last, written beside the database after each commit and before the acknowledgement. SQLite ends
 * its write-ahead log at the first frame that a checksum does not fit, and takes for never written what comes after it;
 * here it still stands that there was more, so that no number is given again.
 *
 * Two files take turns, so that one is whole whenever the power goes. ASCII, so that a person can read it:
 *
 *   sealmeter heads 1
 *   generation 17
 *   journal <hex>
 *   <number> <hash, hex> <chain>          one line per chain
 *   sha256 <of all lines above, hex>
 */
export class HeadsFile {
  readonly #folder: string;
  #generation: number;

  constructor(folder: string) {
    this.#folder = folder;
    this.#generation = newest(folder)?.generation ?? 0;
  }

  /**
   * Returns when the disk has it.
   * @throws SealmeterError (internal) `JOURNAL_WRITE_FAILED`
   */
  write(heads: Heads): void {
    const generation = this.#generation + 1;
    const file = join(this.#folder, SLOTS[generation % 2 === 0 ? 0 : 1]);
    createPrivately(file, unwritable);
    try {
      overwrite(file, utf8(formatHeads({ ...heads, generation })));
    } catch (error) {
      throw writeFailed(file, error);
    }
    this.#generation = generation;
  }
}

/** What was written last, or `undefined` where there is nothing that can be read. */
export const readHeads = (folder: string): Heads | undefined => newest(folder);

function newest(folder: string): Slot | undefined {
  const slots = SLOTS.map((name) => readSlot(join(folder, name))).filter((slot) => slot !== undefined);
  return slots.reduce<Slot | undefined>(
    (best, slot) => (best === undefined || slot.generation > best.generation ? slot : best),
    undefined,
  );
}

function readSlot(file: string): Slot | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
  return parseHeads(text);
}

function formatHeads({ generation, journal, chains }: Slot): string {
  const lines = [...chains].map(([chain, { number, hash }]) => `${number} ${toHex(hash)} ${chain}\n`);
  const text = `sealmeter heads 1\ngeneration ${generation}\njournal ${toHex(journal)}\n${lines.join('')}`;
  return `${text}sha256 ${toHex(sha256(text))}\n`;
}

/** What follows the checksum is left over from a time with more chains. */
function parseHeads(text: string): Slot | undefined {
  const [, signed = '', checksum] = /^(sealmeter heads 1\n[\s\S]*?)sha256 ([0-9a-f]{64})\n/.exec(text) ?? [];
  if (checksum === undefined || toHex(sha256(signed)) !== checksum) return undefined;
  const [, generationLine = '', journalLine = '', ...lines] = signed.split('\n').slice(0, -1);
  const chains = lines.map((line): [string, Head] => {
    const [number = '', hash = '', chain = ''] = line.split(' ');
    return [chain, { number: Number(number), hash: fromHex(hash) ?? new Uint8Array() }];
  });
  return {
    generation: Number(generationLine.split(' ')[1]),
    journal: fromHex(journalLine.split(' ')[1] ?? '') ?? new Uint8Array(),
    chains: new Map(chains),
  };
}

/** In place: no new block, no new name, so the disk has little to do. */
function overwrite(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'r+');
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(descriptor, bytes, written, bytes.length - written, written);
    fdatasyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
