import { type Examination, examine, type Question } from '#das/page/proof/examine.ts';
import type { GivenDocument, NamedBytes, Sorted } from './dropped-files.ts';

/** A file with what this browser has found out about it. */
export interface Verified {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly examination: Examination;
}

/** So many between two looks at whether anybody still wants them, and at the progress. */
const BATCH = 50;

const LINE_FEED = 0x0a;

/** Verifies every document; `onProgress` says whether to go on. */
export async function verifyAll(
  { documents, certificates }: Pick<Sorted, 'documents' | 'certificates'>,
  onProgress: (verified: readonly Verified[]) => boolean,
): Promise<void> {
  const done: Verified[] = [];
  for (let start = 0; start < documents.length; start += BATCH) {
    const batch = documents.slice(start, start + BATCH).map(async (file) => ({
      ...file,
      examination: await examine(withoutFinalLineFeed(file), questionOf(file, certificates)),
    }));
    done.push(...(await Promise.all(batch)));
    if (!onProgress([...done])) return;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Files that went through an editor end with a line feed, which was never part of the document. */
const withoutFinalLineFeed = ({ bytes }: NamedBytes): Uint8Array =>
  bytes.at(-1) === LINE_FEED ? bytes.subarray(0, -1) : bytes;

/** Of what came in a package, it has to be what the package says. */
const questionOf = ({ meter, sha256 }: GivenDocument, certificates: Question['certificates']): Question => ({
  certificates,
  claims: meter === undefined ? [] : [{ meter }],
  ...(sha256 === undefined ? {} : { document: sha256 }),
});
