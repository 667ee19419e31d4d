import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { SealmeterError } from '#core/errors.ts';
import { FileError, type Located, type Place } from '#core/located.ts';
import { unreadable } from '#core/unreadable.ts';

/** Larger than any description or configuration that makes sense; a bound on what a wrong path can cost. */
const LARGEST_FILE = 1_000_000;

/**
 * Reads a YAML 1.2 file (core schema) that a person wrote.
 * @throws SealmeterError `FILE_UNREADABLE`
 * @throws FileError `YAML_INVALID` with the line.
 */
export const readYamlFile = (file: string): Located => readYamlBytes(file).located;

/** The same, with the bytes that it was read from. */
export function readYamlBytes(file: string): { readonly located: Located; readonly bytes: Uint8Array } {
  const bytes = readBytes(file);
  return { located: parseYaml(file, bytes.toString('utf8')), bytes };
}

/** The same for a text that is already there; `file` is what errors call it. */
export function parseYaml(file: string, text: string): Located {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault !== undefined) {
    const place = placeAt(file, lines, fault.pos[0], '');
    // The parser's words end with the place, which stands in front here.
    const [words = 'not YAML'] = fault.message.split('\n');
    const problem = words.replace(/ at line \d+, column \d+:$/, '');
    throw new FileError('YAML_INVALID', place, problem, 'correct the YAML at this line', fault);
  }
  return new LocatedYaml(document.contents, document.toJS({ maxAliasCount: 100 }), file, lines, '');
}

function readBytes(file: string): Buffer {
  const nowhere: Place = { file, line: 1, column: 1, path: '' };
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { problem, mend } = unreadable(error);
    throw new SealmeterError('configuration', 'FILE_UNREADABLE', `${file} ${problem}`, { mend, cause: error });
  }
  if (bytes.length > LARGEST_FILE) {
    throw new FileError('FILE_TOO_LARGE', nowhere, `${bytes.length} bytes`, `at most ${LARGEST_FILE} bytes`);
  }
  return bytes;
}

class LocatedYaml implements Located {
  readonly value: unknown;
  readonly place: Place;
  readonly #node: Node | null;
  readonly #lines: LineCounter;

  constructor(node: Node | null, value: unknown, file: string, lines: LineCounter, path: string) {
    this.value = value;
    this.place = placeAt(file, lines, node?.range?.[0] ?? 0, path);
    this.#node = node;
    this.#lines = lines;
  }

  get(name: string): Located | undefined {
    if (!isMap(this.#node)) return undefined;
    const pair = this.#node.items.find((item) => isScalar(item.key) && String(item.key.value) === name);
    if (pair === undefined) return undefined;
    const value = (this.value as Readonly<Record<string, unknown>>)[name];
    return this.#child(pair.value, value, name.replaceAll('~', '~0').replaceAll('/', '~1'));
  }

  items(): readonly Located[] {
    if (!isSeq(this.#node)) return [];
    const values = this.value as readonly unknown[];
    return this.#node.items.map((item, index) => this.#child(item, values[index], String(index)));
  }

  #child(node: unknown, value: unknown, step: string): Located {
    const path = `${this.place.path}/${step}`;
    return new LocatedYaml(node as Node | null, value, this.place.file, this.#lines, path);
  }
}

function placeAt(file: string, lines: LineCounter, offset: number, path: string): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1), path };
}
