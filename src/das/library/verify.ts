import { utf8 } from '#core/bytes.ts';
import { formatObis, obisFromHex } from '#core/obis.ts';
import { webCrypto } from '#crypto/web-crypto.ts';
import { documentValues } from '#das/document-values.ts';
import { type KnownCertificate, pinCertificate } from '#das/pin-certificate.ts';
import { judge, type Mark } from '#das/verdict.ts';
import { parseResource } from '#representation/resource-uri.ts';
import { stateInWords } from '#representation/state-words.ts';

// `sealmeter/verify`: for Node.js 20 and newer, for browsers, and for whatever else has WebCrypto. No `node:` import here.

/** One value that a document states. */
export interface SealedValue {
  /** The COSEM object: class and logical name, `3-0100010800ff`. */
  readonly object: string;
  /** The same code as people write it: `1-0:1.8.0.255`. */
  readonly obis: string;
  readonly attribute: number;
  /** A decimal with every digit that was sealed, `230.10`; `undefined` where the document says that there is no value. */
  readonly value: string | undefined;
  /** `V`, `Wh`; empty for none. */
  readonly unit: string;
}

/** What a document says. Nothing of it exists unless the seal is unbroken. */
export interface SealedReading {
  /** The logical device: `1sie0012345678.sm`. */
  readonly meter: string;
  readonly meterNumber: string;
  readonly location: string;
  /** The time of the sample, by the meter's clock. */
  readonly at: Date;
  /** Never repeats and never goes back. */
  readonly number: bigint;
  /** 0 for none. */
  readonly errorCode: bigint;
  /** What the meter says of its own condition, in words; empty where nothing is to be said. */
  readonly state: readonly string[];
  readonly values: readonly SealedValue[];
}

export interface Verification {
  /** Whether no check failed. Use `reading` only then. */
  readonly proven: boolean;
  /** Every check, one by one: what was found, and the stable code of a failure. */
  readonly marks: readonly Mark[];
  readonly reading: SealedReading | undefined;
  /** `sha256:…` of the certificate that it was sealed with. */
  readonly certificate: string | undefined;
}

export interface Trust {
  /** The meter's signature certificates, which came another way than the documents: {@link readCertificates} reads them. */
  readonly certificates: readonly KnownCertificate[];
  /** Which meter it has to be of; any of those whose certificates are given where this is left out. */
  readonly meter?: string;
  /** What was asked for: `/cosem/ldevs/1sie0012345678.sm/objects/3-0100010800ff`. Then it has to be about that. */
  readonly resource?: string;
}

/**
 * Reads certificates to rely on: PEM with one or several, or the DER of one. Compare their `id` (the SHA-256 fingerprint)
 * with the one that came with the meter.
 * @throws SealmeterError `CERTIFICATE_UNREADABLE`, `KEY_UNSUPPORTED`, `PKI_PEM_UNREADABLE`
 */
export const readCertificates = (content: Uint8Array | string): Promise<readonly KnownCertificate[]> =>
  pinCertificate(bytesOf(content), webCrypto);

/**
 * Verifies one sealed document: its seal, its form, whether the certificate was valid when it was measured, and whether it
 * is of the meter and about the resource. Rejects for nothing that a document may contain: the marks tell.
 * @throws SealmeterError `RESOURCE_UNKNOWN`, `QUERY_INVALID` for a `resource` that is none
 */
export async function verifyDocument(
  document: Uint8Array | string,
  { certificates, meter, resource }: Trust,
): Promise<Verification> {
  const expected = {
    ...(meter === undefined ? {} : { meterId: meter }),
    ...(resource === undefined ? {} : { address: parseResource(resource).address }),
  };
  const { proven, marks, reading, certificate } = await judge(bytesOf(document), certificates, webCrypto, expected);
  return {
    proven,
    marks,
    certificate: certificate?.id,
    reading: reading && {
      meter: reading.meterId,
      meterNumber: reading.meterNumber,
      location: reading.locationId,
      at: new Date(reading.at),
      number: reading.sequenceNumber,
      errorCode: reading.errorCode,
      state: stateInWords(reading.state),
      values: documentValues(reading).map((value) => ({ ...value, obis: obisOf(value.object) })),
    },
  };
}

const bytesOf = (content: Uint8Array | string): Uint8Array => (typeof content === 'string' ? utf8(content) : content);

function obisOf(object: string): string {
  const code = obisFromHex(object.slice(object.indexOf('-') + 1));
  return code === undefined ? '' : formatObis(code);
}
