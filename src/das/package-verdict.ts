import { toHex } from '#core/bytes.ts';
import type { CryptoPort } from '#crypto/crypto-port.ts';
import type { DocumentPackage } from './document-package.ts';
import { type Expectation, judge, type PinnedCertificate, type Verdict } from './verdict.ts';

// No `node:` import here: a browser judges packages too.

export interface JudgedFile {
  readonly file: string;
  readonly verdict: Verdict;
  /** Whether the manifest lists the very bytes. A document that is proven is proven all the same. */
  readonly isListed: boolean;
}

/** Judges the documents of a package, one after the other; each has to be of the meter that the package is about. */
export async function* judgePackage(
  documents: DocumentPackage,
  pinned: readonly PinnedCertificate[],
  crypto: CryptoPort,
  expected: Expectation = {},
): AsyncGenerator<JudgedFile, void, undefined> {
  const { manifest } = documents;
  const listed = new Map(manifest.documents.map(({ file, sha256 }) => [file, sha256]));
  for (const { file, bytes } of documents.documents()) {
    const verdict = await judge(bytes, pinned, crypto, { meterId: manifest.meter, ...expected });
    const isListed = listed.get(file) === toHex(await crypto.digest('sha-256', bytes));
    yield { file, verdict, isListed };
  }
}
