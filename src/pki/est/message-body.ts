import { fromBase64, fromUtf8, toBase64, utf8 } from '#core/bytes.ts';

const LINE_LENGTH = 76;
const WHITE_SPACE = /[ \t\r\n]/g;

/** The body of every EST message: base64, whatever a Content-Transfer-Encoding says. @see RFC 8951 § 3.1 */
export const writeBody = (der: Uint8Array): Uint8Array =>
  utf8(toBase64(der).replaceAll(new RegExp(`.{1,${LINE_LENGTH}}`, 'g'), '$&\r\n'));

/** White space anywhere is allowed, nothing else beside base64. */
export function readBody(body: Uint8Array): Uint8Array | undefined {
  const text = fromUtf8(body);
  return text === undefined ? undefined : fromBase64(text.replaceAll(WHITE_SPACE, ''));
}
