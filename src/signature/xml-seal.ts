import { toBase64, utf8 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import { digestOfText } from '#crypto/node-crypto.ts';
import type { Signer } from '#crypto/signer.ts';
import { canonicalSignedInfo, ECDSA_SHA256, SIGNATURE_END, signatureElement } from './xml-profile.ts';

/**
 * Seals a document: puts an enveloped signature of our profile before the end tag of its root.
 * `unsigned` must be exclusive canonical XML, as `representation/` writes it: its text is digested as it stands.
 * @throws SealmeterError `SEAL_ALGORITHM_NOT_IN_PROFILE` for a signer whose algorithm the profile does not have
 * @throws TypeError for a text that is no XML element, or already sealed
 */
export async function sealDocument(unsigned: string, signer: Signer): Promise<string> {
  requireSealAlgorithm(signer);
  const rootEnd = unsigned.lastIndexOf('</');
  if (rootEnd < 1 || !unsigned.endsWith('>')) throw new TypeError('only a whole XML element can be sealed');
  if (unsigned.endsWith(SIGNATURE_END, rootEnd)) throw new TypeError('the document is sealed already');

  const digest = digestOfText('sha-256', unsigned);
  const signature = toBase64(await signer.sign(utf8(canonicalSignedInfo(digest))));
  const element = signatureElement({ digest, signature, keyName: signer.keyId });
  return unsigned.slice(0, rootEnd) + element + unsigned.slice(rootEnd);
}

/**
 * Whether a key may seal documents at all, to be asked before a signer is taken into service.
 * @throws SealmeterError `SEAL_ALGORITHM_NOT_IN_PROFILE`
 */
export function requireSealAlgorithm({ algorithm }: Pick<Signer, 'algorithm'>): void {
  if (algorithm.xmldsig === ECDSA_SHA256) return;
  throw new SealmeterError('configuration', 'SEAL_ALGORITHM_NOT_IN_PROFILE', `${algorithm.id} cannot seal documents`, {
    mend: 'give the meter a signature key on P-256',
  });
}
