/** What a client can ask an EST server for, of what RFC 7030 § 3.2.2 lists. */
export const OPERATIONS = {
  cacerts: { method: 'GET' },
  csrattrs: { method: 'GET' },
  simpleenroll: { method: 'POST' },
  simplereenroll: { method: 'POST' },
} as const satisfies Record<string, { method: 'GET' | 'POST' }>;

export type EstOperation = keyof typeof OPERATIONS;

/** @see RFC 7030 § 3.2.4 */
export const MEDIA = {
  request: 'application/pkcs10',
  certificates: 'application/pkcs7-mime',
  attributes: 'application/csrattrs',
} as const;

const WELL_KNOWN = '/.well-known/est';

/** One server may serve several PKIs, each under a label. A label MUST NOT be named as an operation is. */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$/;

/** Every operation of RFC 7030, so that no label can be taken for one that we do not offer. */
const RESERVED: ReadonlySet<string> = new Set([...Object.keys(OPERATIONS), 'fullcmc', 'serverkeygen']);

export const isLabel = (text: string): boolean => LABEL.test(text) && !RESERVED.has(text);

const isOperation = (text: string): text is EstOperation => Object.hasOwn(OPERATIONS, text);

export function pathOf(operation: EstOperation, label: string | undefined): string {
  return [WELL_KNOWN, ...(label === undefined ? [] : [label]), operation].join('/');
}

/** The other way round; `undefined` for any other path. */
export function readPath(
  path: string,
): { readonly label: string | undefined; readonly operation: EstOperation } | undefined {
  const [empty, wellKnown, est, ...rest] = path.split('/');
  const [label, operation] = rest.length === 1 ? [undefined, rest[0]] : rest;
  const known = `${empty}/${wellKnown}/${est}` === WELL_KNOWN && rest.length <= 2;
  return known && operation !== undefined && isOperation(operation) ? { label, operation } : undefined;
}

/** `application/pkcs7-mime` of `Application/PKCS7-MIME; smime-type=certs-only`. @see RFC 9110 § 8.3.1 */
export const mediaTypeOf = (contentType: string | undefined): string =>
  (contentType?.split(';')[0] ?? '').trim().toLowerCase();
