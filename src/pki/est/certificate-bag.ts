import { equalBytes } from '#core/bytes.ts';
import { type Certificate, readCertificate } from '#pki/certificate.ts';
import { EnrolmentError } from '#pki/enrolment-problems.ts';
import { readTlvs, TAGS, type Tlv, writeTlv } from './tlv.ts';

/** 1.2.840.113549.1.7.2 and 1.2.840.113549.1.7.1, with tag and length. */
const ID_SIGNED_DATA = Uint8Array.of(0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02);
const ID_DATA = Uint8Array.of(0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01);

/** A CA with roots, sub-CAs and cross-certificates of a roll-over has fewer. */
const MAX_CERTIFICATES = 16;

/**
 * The certificates in a certs-only message. Nobody signed the message, so it proves nothing: each certificate has to.
 *
 *     ContentInfo ::= SEQUENCE { contentType id-signedData, content [0] EXPLICIT SignedData }
 *     SignedData ::= SEQUENCE { version, digestAlgorithms SET, encapContentInfo SEQUENCE { id-data },
 *                               certificates [0] IMPLICIT SET OF, crls [1] IMPLICIT OPTIONAL, signerInfos SET }
 *
 * @see RFC 5652 § 5.1; RFC 5272 § 4.1 for "certs-only": no signer, no content
 * @throws EnrolmentError `EST_ANSWER_UNREADABLE`; SealmeterError of `readCertificate`
 */
export function readCertificateBag(bytes: Uint8Array): readonly Certificate[] {
  const [contentInfo, ...rest] = valuesIn(bytes);
  const [contentType, content] = valuesIn(only(contentInfo, rest, TAGS.sequence));
  if (contentType === undefined || !equalBytes(contentType.raw, ID_SIGNED_DATA))
    throw unreadable('it is no SignedData');
  const [signedData, ...others] = valuesIn(contentOf(content, TAGS.explicit0));
  const [version, digests, encapsulated, certificates, ...tail] = valuesIn(only(signedData, others, TAGS.sequence));
  contentOf(version, TAGS.integer);
  contentOf(digests, TAGS.set);
  if (!equalBytes(contentOf(encapsulated, TAGS.sequence), ID_DATA)) throw unreadable('it has a content');
  if (certificates?.tag !== TAGS.explicit0) throw unreadable('there is no certificate in it');
  refuseSigners(tail);
  return readAll(valuesIn(certificates.content));
}

/** A certs-only message, as a CA answers with. */
export function writeCertificateBag(certificates: readonly Certificate[]): Uint8Array {
  const signedData = writeTlv(
    TAGS.sequence,
    writeTlv(TAGS.integer, Uint8Array.of(1)),
    writeTlv(TAGS.set),
    writeTlv(TAGS.sequence, ID_DATA),
    writeTlv(TAGS.explicit0, ...certificates.map(({ der }) => der)),
    writeTlv(TAGS.set),
  );
  return writeTlv(TAGS.sequence, ID_SIGNED_DATA, writeTlv(TAGS.explicit0, signedData));
}

function readAll(values: readonly Tlv[]): readonly Certificate[] {
  if (values.length === 0) throw unreadable('there is no certificate in it');
  if (values.length > MAX_CERTIFICATES) throw unreadable(`it has more than ${MAX_CERTIFICATES} certificates`);
  return values.map(({ tag, raw }) => {
    if (tag !== TAGS.sequence) throw unreadable('it holds something that is no X.509 certificate');
    return readCertificate(raw);
  });
}

/** What follows the certificates: CRLs, which we get elsewhere, and no signer. */
function refuseSigners(tail: readonly Tlv[]): void {
  const [signers, ...more] = tail[0]?.tag === TAGS.context1 ? tail.slice(1) : tail;
  if (only(signers, more, TAGS.set).length > 0) throw unreadable('it has a signer');
}

function valuesIn(bytes: Uint8Array): readonly Tlv[] {
  const values = readTlvs(bytes);
  if (values === undefined) throw unreadable('it is cut short or damaged');
  return values;
}

function only(value: Tlv | undefined, others: readonly Tlv[], tag: number): Uint8Array {
  if (others.length > 0) throw unreadable('something follows where nothing may');
  return contentOf(value, tag);
}

function contentOf(value: Tlv | undefined, tag: number): Uint8Array {
  if (value?.tag !== tag) throw unreadable('it is not built as a certs-only message');
  return value.content;
}

const unreadable = (problem: string): EnrolmentError =>
  new EnrolmentError('EST_ANSWER_UNREADABLE', `the PKCS#7 message cannot be read: ${problem}`);
