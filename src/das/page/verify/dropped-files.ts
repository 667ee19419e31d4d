import { reasonOf } from '#core/errors.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import { isPackage, readPackage } from '#das/document-package.ts';
import { type KnownCertificate, pinCertificate } from '#das/pin-certificate.ts';

/** A file as it was dropped. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A document, and what its package says of it if it came in one. */
export interface GivenDocument extends NamedBytes {
  readonly meter?: string;
  /** As the manifest lists it, in hex. */
  readonly sha256?: string;
}

/** What dropped files turned out to be. */
export interface Sorted {
  readonly documents: readonly GivenDocument[];
  readonly certificates: readonly KnownCertificate[];
  /** Documents that a package lists and has not. */
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
  /** What could not be read, and why. */
  readonly broken: readonly { readonly name: string; readonly reason: string }[];
}

export const NOTHING: Sorted = { documents: [], certificates: [], missing: [], unknown: [], broken: [] };

type Kind = 'package' | 'certificate' | 'document';

const HEAD = 4096;

/** What a file is, by what it begins with; its name only where that says nothing. */
const KINDS: readonly { readonly kind: Kind; readonly is: (file: NamedBytes) => boolean }[] = [
  { kind: 'package', is: ({ bytes }) => isPackage(bytes) },
  { kind: 'certificate', is: ({ bytes }) => headOf(bytes).includes('-----BEGIN CERTIFICATE-----') },
  { kind: 'certificate', is: ({ name }) => /\.(der|cer|crt)$/i.test(name) },
  { kind: 'document', is: ({ bytes }) => headOf(bytes).startsWith('<') },
];

const headOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.subarray(0, HEAD));

/** Sorts files by what they are; packages are opened. */
export async function sortFiles(files: readonly NamedBytes[]): Promise<Sorted> {
  const sorted = await Promise.all(files.map(sortFile));
  return sorted.reduce(join, NOTHING);
}

/** A certificate that comes twice is one. */
export const join = (a: Sorted, b: Sorted): Sorted => ({
  documents: [...a.documents, ...b.documents],
  certificates: [...new Map([...a.certificates, ...b.certificates].map((one) => [one.id, one])).values()],
  missing: [...a.missing, ...b.missing],
  unknown: [...a.unknown, ...b.unknown],
  broken: [...a.broken, ...b.broken],
});

async function sortFile(file: NamedBytes): Promise<Sorted> {
  const kind = KINDS.find(({ is }) => is(file))?.kind;
  try {
    switch (kind) {
      case 'package':
        return await openPackage(file);
      case 'certificate':
        return { ...NOTHING, certificates: await pinCertificate(file.bytes, webCrypto) };
      case 'document':
        return { ...NOTHING, documents: [file] };
      default:
        return { ...NOTHING, unknown: [file.name] };
    }
  } catch (error) {
    return { ...NOTHING, broken: [{ name: file.name, reason: reasonOf(error) }] };
  }
}

async function openPackage({ name, bytes }: NamedBytes): Promise<Sorted> {
  const opened = readPackage(bytes);
  const { manifest, certificates, missing } = opened;
  const listed = new Map(manifest.documents.map(({ file, sha256 }) => [file, sha256]));
  const pinned = await Promise.all(certificates.map((certificate) => pinCertificate(certificate.bytes, webCrypto)));
  return {
    ...NOTHING,
    documents: [...opened.documents()].map(({ file, bytes: content }) => {
      const sha256 = listed.get(file);
      const listing = sha256 === undefined ? {} : { sha256 };
      return { name: `${name}/${file}`, bytes: content, meter: manifest.meter, ...listing };
    }),
    certificates: pinned.flat(),
    missing: missing.map((file) => `${name}/${file}`),
  };
}
