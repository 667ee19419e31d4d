import { utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { formatInstant } from '#core/time.ts';
import type { CertificateId } from '#crypto/certificate-id.ts';
import type { PinnedSignature } from './das-registry.ts';
import {
  CERTIFICATE_FOLDER,
  DOCUMENT_FOLDER,
  DOCUMENTS_AT_MOST,
  type ListedDocument,
  MANIFEST_FILE,
  type Manifest,
  PACKAGE_FORMAT,
  README_FILE,
} from './document-package.ts';
import { entriesOf } from './export/pages.ts';
import { type ZippedFile, zipped } from './export/zip-stream.ts';
import type { ExportRequest } from './export-request.ts';
import type { DocumentEntry } from './reading-store.ts';

/** The signature certificates that are known of the meter; those that have sealed a document come along. */
export type PackageRequest = Omit<ExportRequest, 'zone' | 'locale'> & {
  readonly signatures: readonly PinnedSignature[];
};

const NAME_OF_SHA256 = 'sha256:';

/**
 * The sealed documents themselves, byte for byte, as an archive that verifies offline, piece by piece.
 * @throws SealmeterError (client) `EXPORT_TOO_LARGE` when it has come to the last document that an archive can have
 */
export const exportPackage = (request: PackageRequest): AsyncGenerator<Uint8Array, void, undefined> =>
  zipped(filesOf(request));

async function* filesOf(request: PackageRequest): AsyncGenerator<ZippedFile, void, undefined> {
  const documents: ListedDocument[] = [];
  const sealers = new Set<CertificateId>();
  for await (const entry of entriesOf(request)) {
    const bytes = (await request.store.document(entry.id))?.bytes;
    // Retention may have let go of it meanwhile.
    if (bytes === undefined) continue;
    if (documents.length === DOCUMENTS_AT_MOST) throw tooLarge();
    const file = fileNameOf(entry);
    documents.push({ file, sha256: entry.id, number: entry.number.toString(), at: formatInstant(entry.at) });
    sealers.add(entry.certificate);
    yield { name: file, content: [bytes] };
  }
  const certificates = request.signatures
    .filter(({ id }) => sealers.has(id))
    .map(({ id, pem }) => ({ id, pem, file: `${CERTIFICATE_FOLDER}${id.slice(NAME_OF_SHA256.length)}.pem` }));
  for (const { file, pem } of certificates) yield { name: file, content: [utf8(pem)] };
  yield { name: README_FILE, content: [utf8(README)] };
  const manifest: Manifest = {
    format: PACKAGE_FORMAT,
    meter: request.meter,
    kind: request.kind,
    from: formatInstant(request.range.from),
    to: formatInstant(request.range.to),
    documents,
    certificates: certificates.map(({ id, file }) => ({ id, file })),
  };
  yield { name: MANIFEST_FILE, content: [utf8(`${JSON.stringify(manifest, null, 1)}\n`)] };
}

/** `documents/1sie0012345678.sm-00000017-20261120T091500Z-1f2e3d4c.xml`: sorts by number; no two have the same name. */
function fileNameOf({ meter, number, at, id }: DocumentEntry): string {
  const time = formatInstant(at).replace(/\.\d+/, '').replaceAll(/[:-]/g, '');
  const name = meter.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  return `${DOCUMENT_FOLDER}${name}-${number.toString().padStart(8, '0')}-${time}-${id.slice(0, 8)}.xml`;
}

const README = `Sealed documents of one meter, each as the meter sent it.

Every file in documents/ is evidence on its own, whoever handed it on: it is signed by the meter (XML Signature). The
files in certificates/ are those of the keys that have signed. Believe one only after you have compared its fingerprint
with what the owner of the meter, or its certificate authority, says:

  openssl x509 -in certificates/NAME.pem -noout -subject -fingerprint -sha256

Then verify all documents, with sealmeter:

  sealmeter verify --meter certificates/NAME.pem PACKAGE.zip

or one of them with any program that knows XML Signature, such as xmlsec1:

  xmlsec1 --verify --pubkey-cert-pem certificates/NAME.pem documents/NAME.xml

manifest.json lists the files with their SHA-256. It is not signed: that a document is missing from a package, only the
numbers in the documents themselves and the journal of the meter can tell.
`;

const tooLarge = (): SealmeterError =>
  new SealmeterError('client', 'EXPORT_TOO_LARGE', `a package has at most ${DOCUMENTS_AT_MOST} documents`, {
    mend: 'export a shorter time',
  });
