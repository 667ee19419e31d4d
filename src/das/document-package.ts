import { type UnzipFileInfo, type UnzipOptions, unzipSync } from 'fflate';
import { fromUtf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { MAX_DOCUMENT_BYTES } from '#signature/xml-profile.ts';

// No `node:` import here: a browser reads packages too.

/*
 * A package: sealed documents of one meter in a ZIP archive, each as it came.
 *
 *   documents/1sie0012345678.sm-00000017-20261120T091500Z.xml
 *   certificates/<SHA-256 of its DER in hex>.pem       those that have sealed the documents
 *   README.txt                                         how to verify them
 *   manifest.json                                      what is in the package
 *
 * Nothing but the documents is evidence: whoever makes a package can put into it what he likes, certificates included, and
 * can leave out what he likes.
 */

export const PACKAGE_FORMAT = 'urn:sealmeter:package:1';
export const MANIFEST_FILE = 'manifest.json';
export const README_FILE = 'README.txt';
export const DOCUMENT_FOLDER = 'documents/';
export const CERTIFICATE_FOLDER = 'certificates/';

/** More entries an archive cannot have without ZIP64, which not every program reads. */
export const DOCUMENTS_AT_MOST = 60_000;

export interface ListedDocument {
  readonly file: string;
  /** Of the file, in hex. */
  readonly sha256: string;
  /** As the DAS numbered it; not in the document where that is a capture. */
  readonly number: string;
  readonly at: string;
}

export interface Manifest {
  readonly format: typeof PACKAGE_FORMAT;
  readonly meter: string;
  readonly kind: string;
  /** The first moment, and the first that is not in it any more. */
  readonly from: string;
  readonly to: string;
  readonly documents: readonly ListedDocument[];
  readonly certificates: readonly { readonly file: string; readonly id: string }[];
}

interface PackedFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

export interface DocumentPackage {
  readonly manifest: Manifest;
  readonly certificates: readonly PackedFile[];
  /** Files that the manifest lists and the package has not. */
  readonly missing: readonly string[];
  /** One after the other: they need not all be in memory. Whether they are what the manifest lists is for others to say. */
  documents(): Generator<PackedFile, void, undefined>;
}

/** Whether bytes are an archive rather than a document. */
export const isPackage = (bytes: Uint8Array): boolean => fromUtf8(bytes.subarray(0, 4)) === 'PK\u0003\u0004';

/**
 * Opens a package.
 * @throws SealmeterError (evidence) `PACKAGE_MALFORMED`
 */
export function readPackage(zip: Uint8Array): DocumentPackage {
  const entries = listed(zip);
  const names = new Set(entries.map(({ name }) => name));
  const manifest = readManifest(extract(zip, [MANIFEST_FILE])[0]?.bytes);
  const inFolder = (folder: string): readonly UnzipFileInfo[] => entries.filter(({ name }) => name.startsWith(folder));
  return {
    manifest,
    certificates: extract(
      zip,
      inFolder(CERTIFICATE_FOLDER).map(({ name }) => name),
    ),
    missing: manifest.documents.map(({ file }) => file).filter((file) => !names.has(file)),
    *documents() {
      for (const batch of batches(inFolder(DOCUMENT_FOLDER))) yield* extract(zip, batch);
    },
  };
}

/** The entries; none is unpacked before it is known to be small enough, and the only one of its name. */
function listed(zip: Uint8Array): readonly UnzipFileInfo[] {
  const entries: UnzipFileInfo[] = [];
  unzipped(zip, {
    filter: (entry) => {
      entries.push(entry);
      return false;
    },
  });
  const large = entries.find(({ originalSize, name }) => originalSize > sizeAtMost(name));
  if (large !== undefined) throw malformed(`${large.name} has ${large.originalSize} bytes`);
  if (new Set(entries.map(({ name }) => name)).size < entries.length) throw malformed('two files have one name');
  return entries;
}

/** The manifest has a line for each document. */
const sizeAtMost = (name: string): number => (name === MANIFEST_FILE ? 8 : 1) * MAX_DOCUMENT_BYTES;

/** So much is unpacked at once. */
const BATCH_SIZE = 32 * 1024 * 1024;

function* batches(entries: readonly UnzipFileInfo[]): Generator<readonly string[], void, undefined> {
  let batch: string[] = [];
  let size = 0;
  for (const { name, originalSize } of entries) {
    if (size + originalSize > BATCH_SIZE) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(name);
    size += originalSize;
  }
  yield batch;
}

function extract(zip: Uint8Array, names: readonly string[]): readonly PackedFile[] {
  const wanted = new Set(names);
  const files = unzipped(zip, { filter: ({ name }) => wanted.has(name) });
  return Object.entries(files).map(([file, bytes]) => ({ file, bytes }));
}

function unzipped(zip: Uint8Array, options: UnzipOptions): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(zip, options);
  } catch (cause) {
    throw malformed('it is no ZIP archive, or a damaged one', cause);
  }
}

function readManifest(bytes: Uint8Array | undefined): Manifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(fromUtf8(bytes ?? new Uint8Array(0)) ?? '');
  } catch (cause) {
    throw malformed(`it has no ${MANIFEST_FILE} that can be read`, cause);
  }
  if (!isManifest(manifest)) throw malformed(`its ${MANIFEST_FILE} is not of the form ${PACKAGE_FORMAT}`);
  return manifest;
}

function isManifest(value: unknown): value is Manifest {
  const { format, meter, documents } = (value ?? {}) as Partial<Record<keyof Manifest, unknown>>;
  const isListed = (entry: unknown): boolean => {
    const { file, sha256 } = (entry ?? {}) as Partial<ListedDocument>;
    return typeof file === 'string' && typeof sha256 === 'string';
  };
  return (
    format === PACKAGE_FORMAT && typeof meter === 'string' && Array.isArray(documents) && documents.every(isListed)
  );
}

const malformed = (problem: string, cause?: unknown): SealmeterError =>
  new SealmeterError('evidence', 'PACKAGE_MALFORMED', `the package cannot be read: ${problem}`, {
    mend: 'have it exported again, and compare its size',
    cause,
  });
