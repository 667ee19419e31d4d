import { reasonOf, SealmeterError } from '#core/errors.ts';
import { nodeCrypto } from '#crypto/node-crypto.ts';
import { type DocumentPackage, readPackage } from '#das/document-package.ts';
import { judgePackage } from '#das/package-verdict.ts';
import { pinCertificates } from '#das/pinned-certificates.ts';
import type { Expectation, PinnedCertificate } from '#das/verdict.ts';
import { type Certificate, readCertificates } from '#pki/certificate.ts';
import type { Terminal } from './command.ts';
import { describeVerdict, verdictAsJson } from './verdict-text.ts';

/** A file, what it may be signed with, and what it has to be. */
export interface GivenFile {
  readonly file: string;
  readonly document: Uint8Array;
  readonly pinned: readonly PinnedCertificate[];
  /** @param brought certificates that came with what is verified, and are believed */
  readonly expectation: (brought: readonly Certificate[]) => Expectation;
  readonly json: boolean;
}

/** Judges every document of a package. What is proven is counted, what is not is shown. */
export async function verifyPackage(
  { file, document, pinned, expectation, json }: GivenFile,
  trustPackage: boolean,
  terminal: Terminal,
): Promise<boolean> {
  const documents = opened(file, document, terminal);
  if (documents === undefined) return false;
  const brought = trustPackage ? documents.certificates.map(({ bytes }) => bytes) : [];
  const trusted = [...pinned, ...believed(brought, terminal)];
  const expected = expectation(brought.flatMap(readCertificates));
  const counts = { documents: 0, proven: 0 };
  const complaints = documents.missing.map((name) => `${name} is listed, but not there`);
  for await (const { file: name, verdict, isListed } of judgePackage(documents, trusted, nodeCrypto, expected)) {
    counts.documents += 1;
    if (verdict.proven) counts.proven += 1;
    if (!isListed) complaints.push(`${name} is not the file that the manifest lists`);
    if (json) terminal.write(`${JSON.stringify({ file: `${file}/${name}`, isListed, ...verdictAsJson(verdict) })}\n`);
    else if (!verdict.proven) terminal.write(`${file}/${name}\n${describeVerdict(verdict)}`);
  }
  for (const complaint of complaints) terminal.say(`${file}: ${complaint}\n`);
  const isProven = counts.documents > 0 && counts.proven === counts.documents && complaints.length === 0;
  const found = `${counts.proven} of ${counts.documents} documents of ${documents.manifest.meter} proven`;
  if (!json) terminal.write(`${file}\n  ${found}\n${isProven ? 'proven' : 'NOT PROVEN'}\n`);
  return isProven;
}

function opened(file: string, zip: Uint8Array, terminal: Terminal): DocumentPackage | undefined {
  try {
    return readPackage(zip);
  } catch (error) {
    if (!(error instanceof SealmeterError)) throw error;
    terminal.say(`${file}: NOT PROVEN: ${reasonOf(error)} [${error.code}]\n`);
    return undefined;
  }
}

/** Nothing says that they are the meter's but whoever made the package. */
function believed(certificates: readonly Uint8Array[], terminal: Terminal): readonly PinnedCertificate[] {
  const pinned = certificates.flatMap(pinCertificates);
  for (const { id, subject } of pinned) terminal.say(`believing ${subject} (${id}), which came in the package\n`);
  return pinned;
}
