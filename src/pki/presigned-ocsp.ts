import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { toHex } from '#core/bytes.ts';
import type { Instant } from '#core/time.ts';
import { certificateIdHashes, certificateIdOf, type OcspCertificateId } from './ocsp-certificate-id.ts';
import { type AnsweredAuthority, type OcspTiming, readRequest, signAnswer } from './ocsp-responder.ts';
import { writeOcspRefusal } from './ocsp-response.ts';

// Responses signed beforehand, so that the machine that hands them out needs no key and no PKI folder. They carry no nonce,
// and speak of one certificate each, under both kinds of name. @see RFC 6960 § 2.5

const ENDING = '.ocsp';

/**
 * Signs an answer about every certificate in the ledgers that has not expired, into a folder, in place of those that were
 * there. Whoever reads a file meanwhile gets the old answer or the new. Returns how many there are.
 */
export async function writePresigned(
  folder: string,
  authorities: readonly AnsweredAuthority[],
  timing: OcspTiming,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  const written = new Set<string>();
  for (const authority of authorities) {
    for (const id of certificateIdsOf(authority, timing.now)) {
      const file = fileOf(id);
      await writeFile(
        join(folder, `${file}.new`),
        await signAnswer(authority, { certificates: [id], nonce: undefined }, timing),
      );
      await rename(join(folder, `${file}.new`), join(folder, file));
      written.add(file);
    }
  }
  for (const file of await readdir(folder)) {
    if (file.endsWith(ENDING) && !written.has(file)) await rm(join(folder, file));
  }
  return written.size;
}

/** Answers from such a folder; what is not in it is refused as "unauthorized". @see RFC 5019 § 2.2.3 */
export async function answerPresigned(request: Uint8Array, folder: string): Promise<Uint8Array> {
  const asked = readRequest(request);
  if (asked === undefined) return writeOcspRefusal('malformedRequest');
  const [id, ...others] = asked.certificates;
  if (id === undefined || others.length > 0) return writeOcspRefusal('unauthorized');
  return await readFile(join(folder, fileOf(id))).catch(() => writeOcspRefusal('unauthorized'));
}

const certificateIdsOf = ({ certificate, ledger }: AnsweredAuthority, now: Instant): readonly OcspCertificateId[] =>
  [...ledger.issued.values()]
    .filter(({ notAfter }) => notAfter >= now)
    .flatMap(({ serial }) => certificateIdHashes.map((hash) => certificateIdOf(serial, certificate, hash)));

/** Hex throughout, so that no request can lead out of the folder. */
const fileOf = ({ hash, issuerNameHash, issuerKeyHash, serial }: OcspCertificateId): string =>
  `${hash}-${toHex(issuerNameHash)}-${toHex(issuerKeyHash)}-${serial}${ENDING}`;
