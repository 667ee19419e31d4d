import { fromBase64, toBase64 } from '#core/bytes.ts';
import { SealmeterError } from '#core/errors.ts';

/** The labels that we write and read. @see RFC 7468 § 4 */
export type PemLabel = 'CERTIFICATE' | 'X509 CRL' | 'CERTIFICATE REQUEST' | 'PRIVATE KEY';

const MAX_PEM_LENGTH = 1024 * 1024;
const LINE_LENGTH = 64;

/** @see RFC 7468 § 3, strict grammar */
export function writePem(label: PemLabel, der: Uint8Array): string {
  const lines = toBase64(der).match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g')) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/**
 * The DER of every block with that label, in the order of the text. Text between blocks is explanation and is
 * skipped, as RFC 7468 § 2 allows; blocks with another label are skipped too.
 * @throws SealmeterError (configuration) `PKI_PEM_UNREADABLE` where a block is broken or the text is too long.
 */
export function readPem(label: PemLabel, text: string): readonly Uint8Array[] {
  if (text.length > MAX_PEM_LENGTH) throw unreadable(label, `the text is longer than ${MAX_PEM_LENGTH} characters`);
  return text
    .split(`-----BEGIN ${label}-----`)
    .slice(1)
    .map((rest) => readBlock(label, rest));
}

function readBlock(label: PemLabel, rest: string): Uint8Array {
  const end = rest.indexOf(`-----END ${label}-----`);
  if (end === -1) throw unreadable(label, 'its END line is missing');
  const der = fromBase64(rest.slice(0, end).replaceAll(/\s/g, ''));
  if (der === undefined) throw unreadable(label, 'what stands between its lines is not base64');
  return der;
}

const unreadable = (label: PemLabel, problem: string): SealmeterError =>
  new SealmeterError('configuration', 'PKI_PEM_UNREADABLE', `a PEM block "${label}" cannot be read: ${problem}`, {
    mend: 'copy the file again, whole and unchanged',
  });
