import { fromHex } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';
import type { TokenSource } from '#crypto/token-admin.ts';

/**
 * Where a key on a token is, and nothing secret: what the file beside its certificate says.
 *
 *     pkcs11:token=meter;serial=0123456789abcdef;id=%01;type=private
 *
 * @see RFC 7512 § 2.3
 */
export function tokenKeyUri({ label, serial }: TokenSource['token'], id: string): string {
  const octets = id.replaceAll(/../g, '%$&');
  const which = serial === undefined ? '' : `;serial=${encodeURIComponent(serial)}`;
  return `pkcs11:token=${encodeURIComponent(label)}${which};id=${octets};type=private`;
}

/**
 * The CKA_ID in such a file, in hex.
 * @throws SealmeterError (configuration) `TOKEN_KEY_URI_UNREADABLE`
 */
export function readTokenKeyId(text: string): string {
  const [, octets = ''] = /^pkcs11:(?:.*;)?id=((?:%[0-9a-f]{2})+)(?:;|$)/i.exec(text.trim()) ?? [];
  const id = octets.replaceAll('%', '').toLowerCase();
  if (id !== '' && fromHex(id) !== undefined) return id;
  throw new SealmeterError('configuration', 'TOKEN_KEY_URI_UNREADABLE', 'the file does not say which key it is', {
    mend: 'give the .key file of `sealmeter pki enrol`, or name the key by keyId or keyLabel',
  });
}
